import type { FastifyInstance } from 'fastify'
import { MethodNotAllowed, NotFound } from './errors.ts'
import type { Route } from './route.ts'

/** A path that exists under other methods is 405 and names them; HEAD and OPTIONS come with every path. */
export function answerUnknownPaths(server: FastifyInstance, routes: readonly Route[]) {
  const paths = new Map<string, string[]>()
  for (const { method, path } of routes) paths.set(path, [...(paths.get(path) ?? []), method])
  const known = [...paths].map(([path, methods]) => {
    const pattern = path
      .replace(/[.*+?^$()|[\]\\]/g, '\\$&')
      .replace(/\{[^}]*:path\}/g, '.+')
      .replace(/\{[^}]*\}/g, '[^/]+')
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
