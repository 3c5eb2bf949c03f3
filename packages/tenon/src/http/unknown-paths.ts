import { invalid, MethodNotAllowed, NotFound } from './errors.ts'
import type { Route } from './route.ts'

/** Stands for every path that is not percent-encoded UTF-8. */
const unreadable = '/%EF%BF%BD'

/** The URL, or one that no route has where the path cannot be decoded: Fastify would answer that before any hook runs. */
export function readableUrl(url: string): string {
  if (!url.includes('%')) return url
  const path = url.split('?', 1)[0] ?? ''
  try {
    decodeURIComponent(path)
    return url
  } catch {
    return unreadable
  }
}

/** Why a path leads nowhere. One that exists under other methods is 405 and names them; HEAD and OPTIONS come with every path. */
export function unknownPathError(routes: readonly Pick<Route, 'method' | 'path'>[]): (url: string) => Error {
  const paths = new Map<string, string[]>()
  for (const { method, path } of routes) paths.set(path, [...(paths.get(path) ?? []), method])
  const known = [...paths].map(([path, methods]) => {
    const pattern = path
      .replace(/[.*+?^$()|[\]\\]/g, '\\$&')
      .replace(/\{[^}]*:path\}/g, '.+')
      .replace(/\{[^}]*\}/g, '[^/]+')
    return { matches: new RegExp(`^${pattern}/?$`), methods }
  })
  return (url) => {
    const path = url.split('?', 1)[0] ?? ''
    if (path === unreadable) return invalid('The path is not percent-encoded UTF-8.', 'path')
    const methods = new Set(known.filter(({ matches }) => matches.test(path)).flatMap((entry) => entry.methods))
    if (methods.size === 0) return new NotFound()
    if (methods.has('GET')) methods.add('HEAD')
    return new MethodNotAllowed([...methods, 'OPTIONS'])
  }
}
