import { randomUUID } from 'node:crypto'
import {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  fastify,
  LogController,
} from 'fastify'
import type { Logger as Pino } from 'pino'
import type { App } from './app.ts'
import { addCommonHeaders, answerPreflight, CommonHeaders, hasOneHost } from './common-headers.ts'
import { Container } from './container.ts'
import { carryCalls, type Endpoint, endpointOf } from './endpoint.ts'
import { BadRequest } from './errors.ts'
import { answerErrors, answerExpectation, answerMalformed, sendError } from './failures.ts'
import { type Logger, type LogOptions, loggerOf, RequestLog } from './log.ts'
import { parsePath } from './path.ts'
import { planOf } from './plan.ts'
import type { HttpMethod, Route } from './route.ts'
import { addAsset } from './serve-asset.ts'
import { type FullServerOptions, serverDefaults } from './server-options.ts'
import { readableUrl, unknownPathError } from './unknown-paths.ts'
import { answerWatch } from './watch-answers.ts'

/** An application with its dependencies made and its routes compiled; it listens when told to. */
export interface Ready {
  readonly fastify: FastifyInstance
  readonly container: Container
  readonly options: FullServerOptions
  readonly log: Logger
}

/** Makes what lives as long as the application and compiles its routes. Throws what a dependency throws. */
export async function prepare(app: App): Promise<Ready> {
  const options: FullServerOptions = { ...serverDefaults, ...app.server }
  const container = new Container(app.override)
  const log = loggerOf(options.log)
  const server = createFastify(options, log)
  const common = new CommonHeaders(options.corsOrigins)
  try {
    carryCalls(server)
    const assets = app.extensions.flatMap((extension) => extension(app.routes))
    addFirstLook(server, options.log, [...app.routes, ...assets.map(({ path }) => ({ method: 'GET' as const, path }))])
    addCommonHeaders(server, common)
    for (const route of app.routes) {
      const plan = await planOf(route.uses, container)
      const endpoint = endpointOf(route, plan, common)
      server.route({
        method: route.method,
        url: parsePath(route.path).pattern,
        config: { endpoint, path: route.path },
        ...(plan.guards.length > 0 ? { onRequest: (request: FastifyRequest) => endpoint.guard(request) } : {}),
        handler: endpoint.answer,
      })
    }
    for (const asset of assets) addAsset(server, asset)
    answerErrors(server)
    await server.ready()
  } catch (error) {
    await container.close()
    throw error
  }
  return { fastify: server, container, options, log }
}

export interface DirectRequest {
  readonly method: HttpMethod
  readonly url: string
  readonly query?: Record<string, string>
  readonly headers: Record<string, string>
  readonly payload?: string | Buffer
}

export interface DirectAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | number | undefined>>
  readonly text: string
}

/** Asks an application without a socket. */
export async function ask({ fastify }: Ready, request: DirectRequest): Promise<DirectAnswer> {
  const { statusCode, headers, payload } = await fastify.inject(request)
  return { status: statusCode, headers, text: payload }
}

declare module 'fastify' {
  interface FastifyContextConfig {
    readonly endpoint?: Endpoint
    readonly path?: string
  }
}

/** The first that every request meets: in this hook, so that the body of one that goes nowhere is not read. */
function addFirstLook(server: FastifyInstance, log: LogOptions, paths: readonly Pick<Route, 'method' | 'path'>[]) {
  const watch = answerWatch(log)
  const unknown = unknownPathError(paths)
  server.addHook('onRequest', (request, reply, done) => {
    watch(request, reply.raw)
    if (!hasOneHost(request.raw)) return done(new BadRequest())
    if (request.method === 'OPTIONS') return answerPreflight(request, reply)
    if (request.is404) return done(unknown(request.url))
    done()
  })
}

function createFastify(options: FullServerOptions, log: Pino): FastifyInstance {
  const server = fastify({
    // pino's own, so that Fastify does not listen to the end of every answer once more.
    logger: false,
    childLoggerFactory: (_, bindings) => new RequestLog(log, bindings) as unknown as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: options.bodyLimit,
    requestTimeout: options.requestTimeout,
    keepAliveTimeout: options.keepAliveTimeout,
    // Node's default of 30 s between its looks at slow requests would let them outlive their timeout.
    // Node's own answers to a missing Host and an unknown Expect have no body, so both are looked at here.
    http: { headersTimeout: options.requestTimeout, connectionsCheckingInterval: 1_000, requireHostHeader: false },
    trustProxy: options.trustedProxies.length > 0 ? [...options.trustedProxies] : false,
    genReqId: requestId,
    requestIdHeader: false,
    return503OnClosing: false,
    clientErrorHandler: answerMalformed,
    rewriteUrl: (request) => readableUrl(request.url ?? '/'),
    frameworkErrors: (error, _request, reply) => sendError(reply as FastifyReply, error),
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 16_384 },
  })
  server.server.on('checkExpectation', answerExpectation)
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
