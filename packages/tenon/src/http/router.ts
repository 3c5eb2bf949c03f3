import { UsageError } from '../core/errors.ts'
import type { HttpErrorClass } from '../core/http-error.ts'
import type { Query, RowStream } from '../core/query.ts'
import type { Returned } from './answer.ts'
import type { Used, Uses } from './dependency.ts'
import { joinPaths, type ParamsOf, parsePath } from './path.ts'
import type { Reply } from './reply.ts'
import type { HttpMethod, Route, RouteOptions } from './route.ts'
import type { OutputOf, Schema } from './schema.ts'

interface NotAnOption<Name> {
  readonly error: Name
}
/** A misspelt option must be an error also beside good ones, where TypeScript infers the object's type instead of checking it. */
type Check<O> = { [K in keyof O]: K extends keyof RouteOptions ? unknown : NotAnOption<K> }

type Input = 'params' | 'query' | 'headers' | 'cookies' | 'body' | 'form'
type FromRequest<O> = { readonly [K in keyof O & Input]: O[K] extends Schema ? OutputOf<O[K]> : never }
type FromPath<P, O> = O extends { readonly params: Schema } ? unknown : { readonly params: ParamsOf<P> }
type FromRoute<O> = O extends { readonly uses: infer U } ? Used<U> : unknown

/** What a handler is given: the values of what it uses, the inputs it declares, and the parameters of its path. */
export type Context<P, O, U> = Used<U> & FromRoute<O> & FromRequest<O> & FromPath<P, O>

/** No error goes here: the one named beside it is missing in the route's `throws`. */
interface DeclareItInThrows {
  readonly code: never
}
type Thrown<O> = O extends { readonly throws: readonly (new () => infer E)[] } ? E : DeclareItInThrows
type Streamed<T> = T extends readonly (infer Item)[] ? RowStream<Item> : never
type Value<T, E> = T | Query<T, E> | Streamed<T>
type Returnable<T, E> = Value<T, E> | Reply<Value<T, E>>
type Result<T, E> = Returnable<T, E> | Promise<Returnable<T, E>>
/** What a handler returns: the value its answer declares, or a query that ends in no other error than is declared. */
export type Outcome<O, E> = O extends { readonly returns: infer S }
  ? Result<Returned<S>, Thrown<O> | E>
  : Result<void, Thrown<O> | E>

type Method<Base extends string, U, E> = <const P extends string, O extends RouteOptions>(
  path: P,
  options: O & Check<O>,
  handler: (context: Context<`${Base}${P}`, O, U>) => Outcome<O, E>,
) => Route<`${Base}${P}`>

export interface Router<Base extends string, U, E = never> {
  readonly routes: readonly Route[]
  readonly get: Method<Base, U, E>
  readonly post: Method<Base, U, E>
  readonly put: Method<Base, U, E>
  readonly patch: Method<Base, U, E>
  readonly delete: Method<Base, U, E>
}

export interface RouterOptions<U, E = never> {
  readonly tags?: readonly string[]
  readonly uses?: U
  /** Errors that every route of it may end in. */
  readonly throws?: readonly (HttpErrorClass & (new () => E))[]
}

/** A group of routes under a path; each route is one statement, and what it returns is a value of its own. */
export function router<const Base extends string, U extends Uses = Record<never, never>, E = never>(
  base: Base,
  options: RouterOptions<U, E> = {},
): Router<Base, U, E> {
  const routes: Route[] = []
  const method =
    (name: HttpMethod) =>
    (path: string, given: RouteOptions, handler: (context: never) => unknown): Route<never> => {
      const whole = joinPaths(base, path)
      parsePath(whole)
      assertBody(name, whole, given)
      const throws = [...(options.throws ?? []), ...(given.throws ?? [])]
      const uses = { ...options.uses, ...given.uses }
      const route = {
        method: name,
        path: whole,
        options: { ...given, throws },
        uses,
        tags: options.tags ?? [],
        handler,
      }
      routes.push(route)
      return route as unknown as Route<never>
    }
  return {
    routes,
    get: method('GET'),
    post: method('POST'),
    put: method('PUT'),
    patch: method('PATCH'),
    delete: method('DELETE'),
  }
}

function assertBody(method: HttpMethod, path: string, { body, form }: RouteOptions) {
  if (body && form)
    throw new UsageError(`Cannot add ${method} ${path}: it declares a body and a form. Declare one of them.`)
  if ((body || form) && method === 'GET')
    throw new UsageError(`Cannot add GET ${path}: a GET has no body. Use "query".`)
}

/** Whatever has routes: a router, or several under a prefix. */
export interface HasRoutes {
  readonly routes: readonly Route[]
}

/** Puts routers under a path: `mount('/api/v1', tasks, tags)`. */
export function mount(prefix: string, ...parts: HasRoutes[]): HasRoutes {
  return {
    routes: parts.flatMap((part) => part.routes.map((route) => ({ ...route, path: joinPaths(prefix, route.path) }))),
  }
}
