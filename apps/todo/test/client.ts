import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import type { Service } from './service.ts'

export interface User {
  readonly id: string
  readonly email: string
  readonly name: string | null
  readonly created_at: string
}

export interface Token {
  readonly access_token: string
  readonly token_type: string
}

export interface Tag {
  readonly id: number
  readonly name: string
  readonly color: string | null
  readonly user_id: string
}

export interface Task {
  readonly id: number
  readonly title: string
  readonly description: string | null
  readonly completed: boolean
  readonly priority: string
  readonly due_date: string | null
  readonly user_id: string
  readonly created_at: string
  readonly updated_at: string
  readonly tags: readonly Pick<Tag, 'id' | 'name' | 'color'>[]
}

export interface Page {
  readonly items: readonly Task[]
  readonly total: number
  readonly page: number
  readonly limit: number
  readonly pages: number
}

export interface Failure {
  readonly detail: string
  readonly code: string
}

export interface Answer<Body> {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** The parsed JSON; `undefined` where the answer has no body. */
  readonly body: Body
}

export interface Sent {
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as it stands. */
  readonly body?: string | Uint8Array | URLSearchParams
}

/** Words that only a database, a stack trace or a file name would bring into an answer. */
const leaks =
  /\b(select|insert into|update \w+ set|delete from|syntax error|sqlstate|constraint|relation "|column "|null value)\b|node_modules|\.ts:\d|\bat \S+ \(|postgres|pglite/i

/** No answer in these tests may be a fault of the server or tell of its inside, whatever was sent. */
export function assertTame(status: number, text: string, request: string): void {
  assert.ok(status < 500, `${request} answered ${status}: ${text}`)
  assert.doesNotMatch(text, leaks, `${request} answered ${status} and tells of the server's inside`)
}

export class Client {
  readonly #service: Service
  readonly #token: string | null

  constructor(service: Service, token: string | null = null) {
    this.#service = service
    this.#token = token
  }

  async send<Body = unknown>(method: string, path: string, { headers = {}, body }: Sent = {}): Promise<Answer<Body>> {
    const authorization = this.#token === null ? {} : { authorization: `Bearer ${this.#token}` }
    const response = await fetch(`${this.#service.url}${path}`, {
      method,
      headers: { ...authorization, ...headers },
      redirect: 'manual',
      ...(body === undefined ? {} : { body: body as NonNullable<RequestInit['body']> }),
    })
    const text = await response.text()
    assertTame(response.status, text, `${method} ${path}`)
    const isJson = /^application\/(problem\+)?json/.test(response.headers.get('content-type') ?? '')
    const parsed = isJson && text !== '' ? (JSON.parse(text) as Body) : (undefined as Body)
    return { status: response.status, headers: response.headers, text, body: parsed }
  }

  get<Body>(path: string): Promise<Answer<Body>> {
    return this.send<Body>('GET', `/api/v1${path}`)
  }

  post<Body>(path: string, value?: unknown): Promise<Answer<Body>> {
    return this.#sendJson<Body>('POST', path, value)
  }

  put<Body>(path: string, value: unknown): Promise<Answer<Body>> {
    return this.#sendJson<Body>('PUT', path, value)
  }

  patch<Body>(path: string, value: unknown): Promise<Answer<Body>> {
    return this.#sendJson<Body>('PATCH', path, value)
  }

  delete<Body>(path: string): Promise<Answer<Body>> {
    return this.send<Body>('DELETE', `/api/v1${path}`)
  }

  /** Answers its status alone where only that counts. */
  async created<Body>(path: string, value: unknown): Promise<Body> {
    const answer = await this.post<Body>(path, value)
    assert.equal(answer.status, 201, answer.text)
    return answer.body
  }

  login<Body = Token>(username: string, password: string): Promise<Answer<Body>> {
    return this.send<Body>('POST', '/api/v1/auth/login', { body: new URLSearchParams({ username, password }) })
  }

  refresh<Body = Token>(cookie: string): Promise<Answer<Body>> {
    return this.send<Body>('POST', '/api/v1/auth/refresh', { headers: { cookie: `refresh_token=${cookie}` } })
  }

  #sendJson<Body>(method: string, path: string, value: unknown): Promise<Answer<Body>> {
    const sent =
      value === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) }
    return this.send<Body>(method, `/api/v1${path}`, sent)
  }
}

/** A registered user with a client that bears its access token. */
export interface Person extends User {
  readonly password: string
  readonly token: string
  /** The refresh token. */
  readonly cookie: string
  readonly api: Client
}

export async function newPerson(service: Service): Promise<Person> {
  const anyone = new Client(service)
  const password = 'correct horse battery'
  const user = await anyone.created<User>('/auth/register', { email: newEmail(), password, name: 'Ada' })
  const answer = await anyone.login(user.email, password)
  assert.equal(answer.status, 200, answer.text)
  const token = answer.body.access_token
  return { ...user, password, token, cookie: refreshTokenOf(answer), api: new Client(service, token) }
}

export function newEmail(): string {
  return `${randomUUID()}@example.com`
}

/** The refresh token that an answer sets. */
export function refreshTokenOf(answer: Answer<unknown>): string {
  const value = /^refresh_token=([^;]*)/.exec(cookieOf(answer))?.[1]
  assert.ok(value, 'the cookie holds a token')
  return value
}

export function cookieOf(answer: Answer<unknown>): string {
  const cookies = answer.headers.getSetCookie().filter((cookie) => cookie.startsWith('refresh_token='))
  assert.equal(cookies.length, 1, `one refresh_token cookie, not ${JSON.stringify(answer.headers.getSetCookie())}`)
  return cookies[0] ?? ''
}

/** The answer is the contract's error: this status and code, a sentence, and on 401 the challenge. */
export function assertFailure(answer: Answer<unknown>, status: number, code: string): void {
  assert.equal(answer.status, status, `${status} ${code} was wanted, the answer is ${answer.status}: ${answer.text}`)
  const body = answer.body as Failure
  assert.equal(body.code, code, answer.text)
  assert.match(body.detail, /^\S.+\.$/s, 'detail is a sentence')
  if (status === 401) assert.match(answer.headers.get('www-authenticate') ?? '', /^Bearer\b/)
}

/** RFC 3339 in UTC with `Z`, and now, give or take a minute. */
export function assertRecent(time: string): void {
  assertTime(time)
  assert.ok(Math.abs(Date.now() - Date.parse(time)) < 60_000, `${time} is not now`)
}

export function assertTime(time: string): void {
  assert.match(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/)
}
