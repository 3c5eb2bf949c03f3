export { TenonError, UsageError } from '../core/errors.ts'
export { errorOf, HttpError, type HttpErrorClass } from '../core/http-error.ts'
export type { Query } from '../core/query.ts'
export { type Answer, created, noContent, ok, page, pageQuery, wholeNumber } from './answer.ts'
export { type App, type AppOptions, app, overridden, type ServerOptions } from './app.ts'
export type { Asset, Extension } from './asset.ts'
export { type CookieOptions, setCookie } from './cookie.ts'
export {
  around,
  type Dependency,
  type DependencyOptions,
  dependency,
  type Replacement,
  type RequestFacts,
  replace,
  request,
  type SecurityScheme,
  type Uses,
} from './dependency.ts'
export { ServiceUnavailable, ValidationFailed } from './errors.ts'
export type { Logger, LogOptions } from './log.ts'
export { type Reply, type ReplyOptions, reply } from './reply.ts'
export type { HttpMethod, Route, RouteOptions } from './route.ts'
export { type HasRoutes, mount, type Router, type RouterOptions, router } from './router.ts'
export type { Schema } from './schema.ts'
export { type ListenOptions, type RunningServer, serve } from './serve.ts'
