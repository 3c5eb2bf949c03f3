import type { IncomingMessage } from 'node:http'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

/** What browsers are told of every answer; those of @fastify/helmet 13 for an API, which is nobody's frame or script. */
const security: Readonly<Record<string, string>> = {
  'content-security-policy': "default-src 'none';frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'cross-origin',
  'origin-agent-cluster': '?1',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'x-dns-prefetch-control': 'off',
  'x-download-options': 'noopen',
  'x-frame-options': 'SAMEORIGIN',
  'x-permitted-cross-domain-policies': 'none',
  'x-xss-protection': '0',
}

const shared: Readonly<Record<string, string>> = {
  'access-control-allow-credentials': 'true',
  'access-control-expose-headers': 'X-Request-Id, Retry-After',
}

/** What every answer carries beside its request id: security headers, and CORS for known origins. Made once. */
export class CommonHeaders {
  readonly #usual: readonly string[]
  readonly #isOpen: boolean
  readonly #known: ReadonlyMap<string, readonly string[]>

  constructor(corsOrigins: readonly string[]) {
    this.#usual = pairs({ ...security, vary: 'Origin', ...shared })
    this.#isOpen = corsOrigins.includes('*')
    this.#known = new Map(corsOrigins.map((origin) => [origin, this.#for(origin)]))
  }

  /** Names and values by turns, as `writeHead` takes them. */
  of(origin: string | undefined): readonly string[] {
    if (origin === undefined) return this.#usual
    return this.#known.get(origin) ?? (this.#isOpen ? this.#for(origin) : this.#usual)
  }

  #for(origin: string): readonly string[] {
    return pairs({ ...security, vary: 'Origin', 'access-control-allow-origin': origin, ...shared })
  }
}

function pairs(headers: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(headers).flat()
}

/** Adds the common headers to whatever Fastify sends: errors and assets. The answers of routes bring them along. */
export function addCommonHeaders(server: FastifyInstance, common: CommonHeaders) {
  server.addHook('onSend', (request, reply, _payload, done) => {
    const headers = common.of(request.headers.origin)
    for (let index = 0; index < headers.length; index += 2) {
      const name = headers[index] as string
      if (!reply.hasHeader(name)) reply.header(name, headers[index + 1])
    }
    reply.header('x-request-id', request.id)
    done()
  })
}

/** Two Host headers let a proxy and this server disagree about whom a request is for. */
export function hasOneHost({ rawHeaders, httpVersion }: IncomingMessage): boolean {
  const hosts = countHosts(rawHeaders)
  return hosts === 1 || (hosts === 0 && httpVersion !== '1.1')
}

/** Answers what a browser asks before it sends a request of another origin. */
export function answerPreflight(request: FastifyRequest, reply: FastifyReply) {
  reply.code(204).headers(preflight(request.headers['access-control-request-headers'])).send()
}

function countHosts(rawHeaders: readonly string[]): number {
  let count = 0
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] as string
    if (name.length === 4 && name.toLowerCase() === 'host') count++
  }
  return count
}

function preflight(asked: string | undefined): Record<string, string> {
  return {
    vary: 'Origin, Access-Control-Request-Headers',
    'access-control-allow-methods': 'GET, HEAD, POST, PUT, PATCH, DELETE',
    ...(asked === undefined ? {} : { 'access-control-allow-headers': asked }),
    'access-control-max-age': '600',
    'content-length': '0',
  }
}
