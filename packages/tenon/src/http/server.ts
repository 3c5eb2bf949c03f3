import { randomUUID } from 'node:crypto'
import type { Socket } from 'node:net'
import cors from '@fastify/cors'
import helmet from '@fastify/helmet'
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify, LogController } from 'fastify'
import { HttpError } from '../core/http-error.ts'
import type { App, ServerOptions } from './app.ts'
import type { Asset } from './asset.ts'
import { Container } from './container.ts'
import { type Endpoint, endpointOf } from './endpoint.ts'
import { BadRequest, errorBody, MethodNotAllowed, NotFound, toHttpError } from './errors.ts'
import { loggerOf } from './log.ts'
import { parsePath } from './path.ts'
import { planOf } from './plan.ts'

const defaults = {
  log: { level: 'info', format: 'json' },
  corsOrigins: [],
  trustedProxies: [],
  bodyLimit: 1024 * 1024,
  requestTimeout: 15_000,
  keepAliveTimeout: 72_000,
  stopTimeout: 10_000,
} satisfies ServerOptions

export type FullServerOptions = Required<ServerOptions>

/** An application with its dependencies made and its routes compiled; it listens when told to. */
export interface Ready {
  readonly fastify: FastifyInstance
  readonly container: Container
  readonly options: FullServerOptions
}

/** Makes what lives as long as the application and compiles its routes. Throws what a dependency throws. */
export async function prepare(app: App): Promise<Ready> {
  const options: FullServerOptions = { ...defaults, ...app.server }
  const container = new Container(app.override)
  const server = createFastify(options)
  try {
    await addCommonHeaders(server, options)
    for (const route of app.routes) {
      const plan = await planOf(route.uses, container)
      const endpoint = endpointOf(route, plan)
      server.route({
        method: route.method,
        url: parsePath(route.path).pattern,
        config: { endpoint, path: route.path },
        ...(plan.guards.length > 0 ? { onRequest: (request: FastifyRequest) => endpoint.guard(request) } : {}),
        handler: endpoint.answer,
      })
    }
    for (const extension of app.extensions) for (const asset of extension(app.routes)) addAsset(server, asset)
    answerErrors(server)
    answerUnknownPaths(server, app)
    await server.ready()
  } catch (error) {
    await container.close()
    throw error
  }
  return { fastify: server, container, options }
}

declare module 'fastify' {
  interface FastifyContextConfig {
    readonly endpoint?: Endpoint
    readonly path?: string
  }
}

function createFastify(options: FullServerOptions): FastifyInstance {
  const server = fastify({
    logger: loggerOf(options.log),
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: options.bodyLimit,
    requestTimeout: options.requestTimeout,
    keepAliveTimeout: options.keepAliveTimeout,
    // Node's default of 30 s between its looks at slow requests would let them outlive their timeout.
    http: { headersTimeout: options.requestTimeout, connectionsCheckingInterval: 1_000 },
    trustProxy: options.trustedProxies.length > 0 ? [...options.trustedProxies] : false,
    genReqId: requestId,
    requestIdHeader: false,
    return503OnClosing: false,
    clientErrorHandler: answerMalformed,
    frameworkErrors: (error, _request, reply) => sendError(reply as FastifyReply, error),
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 16_384 },
  })
  // Bodies stay bytes until a route that declares one reads them, so no Content-Type can lead past its validation.
  server.removeAllContentTypeParsers()
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  return server
}

/** A client's own id is kept where it is harmless in a log. */
function requestId(request: { headers: Record<string, string | string[] | undefined> }): string {
  const given = request.headers['x-request-id']
  return typeof given === 'string' && /^[\w.:-]{1,128}$/.test(given) ? given : randomUUID()
}

async function addCommonHeaders(server: FastifyInstance, { corsOrigins }: FullServerOptions) {
  server.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id)
    // Two Host headers let a proxy and this server disagree about whom a request is for.
    if (request.raw.rawHeaders.filter((name, index) => index % 2 === 0 && /^host$/i.test(name)).length > 1) throw new BadRequest()
  })
  server.addHook('onResponse', async (request, reply) => {
    const { method, url, routeOptions } = request
    const path = url.split('?', 1)[0]
    const milliseconds = Math.round(reply.elapsedTime * 10) / 10
    request.log.info({ method, path, route: routeOptions.config?.path, status: reply.statusCode, milliseconds }, 'answered')
  })
  const policy = { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } }
  await server.register(helmet, { contentSecurityPolicy: policy, crossOriginResourcePolicy: { policy: 'cross-origin' } })
  await server.register(cors, {
    origin: corsOrigins.includes('*') ? true : [...corsOrigins],
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    credentials: true,
    strictPreflight: false,
    exposedHeaders: ['X-Request-Id', 'Retry-After'],
    maxAge: 600,
  })
}

function addAsset(server: FastifyInstance, asset: Asset) {
  let body: string | Buffer | undefined
  server.get(asset.path, (_request, reply) => {
    const made = body ?? asset.body()
    body = typeof made === 'string' ? made : Buffer.from(made)
    reply.type(asset.contentType).headers(asset.headers ?? {})
    return reply.send(body)
  })
}

function answerErrors(server: FastifyInstance) {
  server.setErrorHandler(async (thrown, request, reply) => {
    const error = (await request.routeOptions.config?.endpoint?.fail(request, thrown)) ?? thrown
    return sendError(reply, error)
  })
  server.addHook('onRequestAbort', async (request) => {
    await request.routeOptions.config?.endpoint?.fail(request, new Error('The client went away.'))
  })
}

function sendError(reply: FastifyReply, thrown: unknown): FastifyReply {
  const error = toHttpError(thrown)
  if (error.status >= 500) reply.log.error({ err: thrown, route: reply.request.routeOptions?.config?.path }, error.message)
  return reply.code(error.status).headers(error.headers).header('content-type', 'application/json; charset=utf-8').send(errorBody(error))
}

/** A path that exists under other methods is 405 and names them; HEAD and OPTIONS come with every path. */
function answerUnknownPaths(server: FastifyInstance, app: App) {
  const paths = new Map<string, string[]>()
  for (const { method, path } of app.routes) paths.set(path, [...(paths.get(path) ?? []), method])
  const known = [...paths].map(([path, methods]) => {
    const pattern = path.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{[^}]*:path\}/g, '.+').replace(/\{[^}]*\}/g, '[^/]+')
    return { matches: new RegExp(`^${pattern}/?$`), methods }
  })
  server.setNotFoundHandler((request) => {
    const path = request.url.split('?', 1)[0] ?? ''
    const methods = new Set(known.filter(({ matches }) => matches.test(path)).flatMap((entry) => entry.methods))
    if (methods.size === 0) throw new NotFound()
    if (methods.has('GET')) methods.add('HEAD')
    throw new MethodNotAllowed([...methods, 'OPTIONS'])
  })
}

/** What Node's parser cannot read has no request to answer; the connection is closed after one answer. */
function answerMalformed(error: NodeJS.ErrnoException, socket: Socket) {
  if (error.code === 'ECONNRESET' || !socket.writable || socket.bytesWritten > 0) {
    socket.destroy()
    return
  }
  const { status, reason, error: answer } = malformed(error.code)
  const body = errorBody(answer)
  const head = `HTTP/1.1 ${status} ${reason}\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n`
  socket.end(head + body)
}

function malformed(code: string | undefined): { status: number; reason: string; error: HttpError } {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    const error = new HttpError(408, 'REQUEST_TIMEOUT', 'The request took too long to arrive.')
    return { status: 408, reason: 'Request Timeout', error }
  }
  if (code === 'HPE_HEADER_OVERFLOW') {
    const error = new HttpError(431, 'HEADERS_TOO_LARGE', 'The headers are larger than this service accepts.')
    return { status: 431, reason: 'Request Header Fields Too Large', error }
  }
  return { status: 400, reason: 'Bad Request', error: new BadRequest() }
}
