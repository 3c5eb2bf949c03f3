import { UsageError } from '../core/errors.ts'
import type { HttpErrorClass } from '../core/http-error.ts'
import type { Logger } from './log.ts'

/** An OpenAPI security scheme object and the name it is listed under. */
export interface SecurityScheme {
  readonly name: string
  readonly definition: Readonly<Record<string, unknown>>
  /** The route answers without it too. */
  readonly optional?: boolean
}

export interface DependencyOptions {
  /** `request` (the default): made once per request that names it. `app`: made once, at the start. */
  readonly scope?: 'request' | 'app'
  /** Made before the body is read, as is whatever uses it: who may ask is settled before what is asked. */
  readonly guard?: boolean
  readonly security?: SecurityScheme
  readonly throws?: readonly HttpErrorClass[]
}

/** A function named in `uses`; `value` exists in the type alone. */
export interface Dependency<T> {
  readonly kind: 'dependency'
  readonly uses: Uses
  readonly make: (context: never) => unknown
  readonly options: DependencyOptions
  readonly value?: T
}

export type Uses = Readonly<Record<string, Dependency<unknown>>>
export type Used<U> = { readonly [K in keyof U]: U[K] extends Dependency<infer T> ? T : never }

/** Makes a dependency from what it uses; a generator is cleaned up after its `yield`, in reverse order, before the answer leaves. */
export function dependency<T, U extends Uses = Record<never, never>>(
  uses: U,
  make: (context: Used<U>) => T | Promise<T> | AsyncGenerator<T, void>,
  options: DependencyOptions = {},
): Dependency<T> {
  return { kind: 'dependency', uses, make, options }
}

/**
 * Makes a dependency from a function that calls back: `around({ db }, ({ db }, use) => db.transaction(use))`. What `use`
 * returns settles when the request has been handled, so the function ends, and commits, before the answer leaves.
 */
export function around<T, U extends Uses = Record<never, never>>(
  uses: U,
  run: (context: Used<U>, use: (value: T) => Promise<void>) => Promise<void>,
  options: DependencyOptions = {},
): Dependency<T> {
  return dependency(uses, (context) => called<T>((use) => run(context, use)), options)
}

async function* called<T>(run: (use: (value: T) => Promise<void>) => Promise<void>): AsyncGenerator<T, void> {
  const entered = Promise.withResolvers<T>()
  const handled = Promise.withResolvers<void>()
  const ended = run((value) => {
    entered.resolve(value)
    return handled.promise
  })
  ended.then(
    () => entered.reject(new UsageError('Cannot use a dependency: its function has ended without calling back.')),
    entered.reject,
  )
  try {
    yield await entered.promise
    handled.resolve()
  } catch (error) {
    handled.reject(error)
  }
  await ended
}

/** What a dependency may know of the request; name it in `uses`. */
export interface RequestFacts {
  readonly id: string
  readonly method: string
  /** Path and query as they were sent. */
  readonly url: string
  /** The client's address; behind a trusted proxy the one that it forwards. */
  readonly address: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly log: Logger
}

export const request: Dependency<RequestFacts> = {
  kind: 'dependency',
  uses: {},
  make: () => {
    throw new Error('The request is given, not made.')
  },
  options: {},
}

export interface Replacement {
  readonly original: Dependency<unknown>
  readonly replacement: Dependency<unknown>
}

/** For tests: whoever uses `original` gets what `make` returns. */
export function replace<T>(original: Dependency<T>, make: () => T | Promise<T>): Replacement {
  const { scope = 'request', guard = false } = original.options
  return { original, replacement: { kind: 'dependency', uses: {}, make, options: { scope, guard } } }
}
