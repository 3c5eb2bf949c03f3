import cors from '@fastify/cors'
import helmet from '@fastify/helmet'
import type { FastifyInstance } from 'fastify'
import { BadRequest } from './errors.ts'
import type { FullServerOptions } from './server-options.ts'

/** What every answer carries: request id, security headers, CORS for known origins. And one log line each. */
export async function addCommonHeaders(server: FastifyInstance, { corsOrigins }: FullServerOptions) {
  server.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id)
    // Two Host headers let a proxy and this server disagree about whom a request is for.
    const hosts = request.raw.rawHeaders.filter((name, index) => index % 2 === 0 && /^host$/i.test(name)).length
    if (hosts > 1 || (hosts === 0 && request.raw.httpVersion === '1.1')) throw new BadRequest()
  })
  server.addHook('onResponse', async (request, reply) => {
    const { method, url, routeOptions } = request
    const path = url.split('?', 1)[0]
    const milliseconds = Math.round(reply.elapsedTime * 10) / 10
    request.log.info(
      { method, path, route: routeOptions.config?.path, status: reply.statusCode, milliseconds },
      'answered',
    )
  })
  const policy = { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } }
  await server.register(helmet, {
    contentSecurityPolicy: policy,
    crossOriginResourcePolicy: { policy: 'cross-origin' },
  })
  await server.register(cors, {
    origin: corsOrigins.includes('*') ? true : [...corsOrigins],
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    credentials: true,
    strictPreflight: false,
    exposedHeaders: ['X-Request-Id', 'Retry-After'],
    maxAge: 600,
  })
}
