/** What every error of the stack carries: a stable `TENON_…` code, and for HTTP a status, headers and a text that is safe to show. */
export interface ErrorOptions {
  readonly cause?: unknown
  /** The HTTP status it is answered with; 500 unless given, and then its message stays in the log. */
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
}

/** Base of the stack's own errors. Messages read "Cannot <do>: <what is so>. <What to do>." */
export class TenonError extends Error {
  readonly code: string
  readonly status: number
  readonly headers: Readonly<Record<string, string>>

  constructor(code: string, message: string, options: ErrorOptions = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined)
    this.name = new.target.name
    this.code = code
    this.status = options.status ?? 500
    this.headers = options.headers ?? {}
  }
}

/** A setting, an argument or a folder is not as it must be; the command line prints the message alone and exits with 1. */
export class UsageError extends TenonError {
  constructor(message: string, options: { readonly cause?: unknown } = {}) {
    super('TENON_USAGE', message, options)
  }
}
