import type { FastifyInstance, InjectOptions } from 'fastify'

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

  [Symbol.asyncDispose](): Promise<void> {
    return this.#end()
  }

  async #ask(method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body: unknown, request: TestRequest = {}): Promise<TestAnswer> {
    const options: InjectOptions = { method, url: path, headers: { ...request.headers }, query: { ...request.query } }
    if (request.form) Object.assign(options, payloadOf(new URLSearchParams(request.form).toString(), 'application/x-www-form-urlencoded', options))
    else if (body !== undefined) Object.assign(options, payloadOf(JSON.stringify(body), 'application/json', options))
    const answer = await this.#fastify.inject(options)
    const text = answer.payload
    return { status: answer.statusCode, headers: answer.headers, body: text === '' ? undefined : parsed(text), text }
  }
}

function payloadOf(payload: string, type: string, { headers }: InjectOptions) {
  return { payload, headers: { 'content-type': type, ...headers } }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
