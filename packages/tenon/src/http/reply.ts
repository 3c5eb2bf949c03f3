export interface ReplyOptions {
  /** One of the statuses that the route declares; without it the first. */
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  /** `Set-Cookie` values, as `setCookie(…)` makes them. */
  readonly cookies?: readonly string[]
}

/** A handler's answer with more than its value. */
export class Reply<T> {
  readonly value: T
  readonly options: ReplyOptions

  constructor(value: T, options: ReplyOptions) {
    this.value = value
    this.options = options
  }
}

/** Returns a value together with a status, headers or cookies: `reply(task, { status: 201 })`. */
export function reply<T>(value: T, options: ReplyOptions): Reply<T> {
  return new Reply(value, options)
}
