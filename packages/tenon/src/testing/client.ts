import type { HttpMethod } from '../http/route.ts'
import { ask, type DirectAnswer, type DirectRequest, type Ready } from '../http/server.ts'

export interface TestRequest {
  readonly headers?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string>>
  /** Sent as application/x-www-form-urlencoded in place of a JSON body. */
  readonly form?: Readonly<Record<string, string>>
}

export interface TestAnswer extends DirectAnswer {
  /** The body as JSON; undefined where it is empty. */
  readonly body: unknown
}

/** Asks an application directly, by its own HTTP parser and without a socket. */
export class TestClient implements AsyncDisposable {
  readonly #ready: Ready
  readonly #end: () => Promise<void>

  constructor(ready: Ready, end: () => Promise<void>) {
    this.#ready = ready
    this.#end = end
  }

  get(path: string, request?: TestRequest): Promise<TestAnswer> {
    return this.#ask('GET', path, undefined, request)
  }

  post(path: string, body?: unknown, request?: TestRequest): Promise<TestAnswer> {
    return this.#ask('POST', path, body, request)
  }

  put(path: string, body?: unknown, request?: TestRequest): Promise<TestAnswer> {
    return this.#ask('PUT', path, body, request)
  }

  patch(path: string, body?: unknown, request?: TestRequest): Promise<TestAnswer> {
    return this.#ask('PATCH', path, body, request)
  }

  delete(path: string, request?: TestRequest): Promise<TestAnswer> {
    return this.#ask('DELETE', path, undefined, request)
  }

  /** Sends a body as it stands. */
  raw(method: HttpMethod, path: string, payload: string | Buffer, contentType: string): Promise<TestAnswer> {
    return this.#send({ method, url: path, payload, headers: { 'content-type': contentType } })
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#end()
  }

  #ask(method: HttpMethod, path: string, body: unknown, request: TestRequest = {}): Promise<TestAnswer> {
    const options = { method, url: path, query: { ...request.query } }
    const { payload, type } = bodyOf(body, request.form)
    if (payload === undefined) return this.#send({ ...options, headers: { ...request.headers } })
    return this.#send({ ...options, payload, headers: { 'content-type': type, ...request.headers } })
  }

  async #send(request: DirectRequest): Promise<TestAnswer> {
    const answer = await ask(this.#ready, request)
    return { ...answer, body: answer.text === '' ? undefined : parsed(answer.text) }
  }
}

function bodyOf(body: unknown, form: TestRequest['form']): { payload?: string; type: string } {
  if (form) return { payload: new URLSearchParams(form).toString(), type: 'application/x-www-form-urlencoded' }
  return body === undefined ? { type: '' } : { payload: JSON.stringify(body), type: 'application/json' }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
