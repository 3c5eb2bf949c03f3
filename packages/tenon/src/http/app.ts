import { UsageError } from '../core/errors.ts'
import type { Extension } from './asset.ts'
import type { Replacement } from './dependency.ts'
import type { LogOptions } from './log.ts'
import type { Route } from './route.ts'
import type { HasRoutes } from './router.ts'

/** How the server behaves; times in milliseconds, sizes in bytes. */
export interface ServerOptions {
  readonly log?: LogOptions
  /** Origins whose pages may call the API with credentials; `*` lets every origin in. */
  readonly corsOrigins?: readonly string[]
  /** Addresses or networks of proxies whose X-Forwarded-For is believed; none unless given. */
  readonly trustedProxies?: readonly string[]
  readonly bodyLimit?: number
  /** How long a client may take to send a whole request. */
  readonly requestTimeout?: number
  readonly keepAliveTimeout?: number
  /** How long running handlers are waited for when the server stops. */
  readonly stopTimeout?: number
}

export interface AppOptions {
  readonly routers: readonly HasRoutes[]
  readonly extensions?: readonly Extension[]
  /** Dependencies that stand in the place of others. */
  readonly override?: readonly Replacement[]
  readonly server?: ServerOptions
}

/** An application as a description: nothing is opened or listened to before `serve` or `testApp`. */
export interface App {
  readonly kind: 'app'
  readonly routes: readonly Route[]
  readonly extensions: readonly Extension[]
  readonly override: readonly Replacement[]
  readonly server: ServerOptions
}

/** Puts routers together. Throws UsageError where two routes have the same method and path. */
export function app(options: AppOptions): App {
  const routes = options.routers.flatMap((router) => router.routes)
  const seen = new Set<string>()
  for (const { method, path } of routes) {
    const key = `${method} ${path.replace(/\{[^}]*\}/g, '{}')}`
    if (seen.has(key))
      throw new UsageError(`Cannot add the route ${method} ${path}: there is one already. Remove one of them.`)
    seen.add(key)
  }
  return {
    kind: 'app',
    routes,
    extensions: options.extensions ?? [],
    override: options.override ?? [],
    server: options.server ?? {},
  }
}

/** The same application with more dependencies replaced. */
export function overridden(base: App, override: readonly Replacement[], server: ServerOptions = {}): App {
  return { ...base, override: [...base.override, ...override], server: { ...base.server, ...server } }
}
