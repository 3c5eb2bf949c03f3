import type { FastifyInstance, InjectOptions } from 'fastify'

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

export interface TestRequest {
  readonly headers?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string>>
  /** Sent as application/x-www-form-urlencoded in place of a JSON body. */
  readonly form?: Readonly<Record<string, string>>
}

export interface TestAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | number | undefined>>
  /** The body as JSON; undefined where it is empty. */
  readonly body: unknown
  readonly text: string
}

/** Asks an application directly, by its own HTTP parser and without a socket. */
export class TestClient implements AsyncDisposable {
  readonly #fastify: FastifyInstance
  readonly #end: () => Promise<void>

  constructor(fastify: FastifyInstance, end: () => Promise<void>) {
    this.#fastify = fastify
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
  raw(method: Method, path: string, payload: string | Buffer, contentType: string): Promise<TestAnswer> {
    return this.#send({ method, url: path, payload, headers: { 'content-type': contentType } })
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#end()
  }

  #ask(method: Method, path: string, body: unknown, request: TestRequest = {}): Promise<TestAnswer> {
    const options = { method, url: path, query: { ...request.query } }
    const { payload, type } = bodyOf(body, request.form)
    if (payload === undefined) return this.#send({ ...options, headers: { ...request.headers } })
    return this.#send({ ...options, payload, headers: { 'content-type': type, ...request.headers } })
  }

  async #send(options: InjectOptions): Promise<TestAnswer> {
    const { statusCode, headers, payload } = await this.#fastify.inject(options)
    return { status: statusCode, headers, body: payload === '' ? undefined : parsed(payload), text: payload }
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
