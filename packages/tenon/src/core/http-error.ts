/** An answer that is an error: `{ "detail": message, "code": code }` with this status. */
export class HttpError<Code extends string = string> extends Error {
  readonly status: number
  readonly code: Code
  readonly headers: Readonly<Record<string, string>>

  constructor(status: number, code: Code, detail: string, headers: Readonly<Record<string, string>> = {}) {
    super(detail)
    this.name = new.target.name
    this.status = status
    this.code = code
    this.headers = headers
  }
}

/** A class of errors, told apart by its code; `new` needs no arguments, so that documentation can show one. */
export interface HttpErrorClass<E extends HttpError = HttpError> {
  new (detail?: string): E
}

/** Makes the base of an error class: `class TaskNotFound extends errorOf(404, 'TASK_NOT_FOUND', 'There is no such task.') {}`. */
export function errorOf<const Code extends string>(
  status: number,
  code: Code,
  detail: string,
  headers: Readonly<Record<string, string>> = {},
): HttpErrorClass<HttpError<Code>> {
  return class extends HttpError<Code> {
    constructor(said: string = detail) {
      super(status, code, said, headers)
    }
  }
}
