import { z } from 'zod'
import type { PageOf } from '../core/query.ts'
import { wrongType } from '../model/rules.ts'
import type { Schema } from './schema.ts'

/** A status with the schema of its body (null: an empty body). `value` exists in the type alone. */
export interface Answer<T> {
  readonly kind: 'answer'
  readonly status: number
  readonly schema: Schema | null
  readonly description: string
  readonly value?: T
}

/** What a handler must return for a schema: Zod's are run backwards, from memory to wire; others validate what is returned. */
export type Returned<S> =
  S extends Answer<infer T>
    ? T
    : S extends readonly Answer<infer T>[]
      ? T
      : S extends { readonly _zod: { readonly output: infer T } }
        ? T
        : S extends Schema<infer T, unknown>
          ? T
          : never

/** 200 with this body: what a schema alone means, for routes that have several answers. */
export function ok<S extends Schema>(schema: S): Answer<Returned<S>> {
  return { kind: 'answer', status: 200, schema, description: 'Successful' }
}

/** 201 with this body. */
export function created<S extends Schema>(schema: S): Answer<Returned<S>> {
  return { kind: 'answer', status: 201, schema, description: 'Created' }
}

/** 204 with an empty body: what a route without `returns` answers. */
export function noContent(): Answer<void> {
  return { kind: 'answer', status: 204, schema: null, description: 'Done; the body is empty' }
}

/** 200 with one page of these items: `{ items, total, page, limit, pages }`. */
export function page<S extends z.core.$ZodType>(item: S): Answer<PageOf<z.output<S>>> {
  const count = z.int().min(0)
  const limit = z
    .int()
    .min(1)
    .meta({ examples: [20] })
  const schema = z.object({ items: z.array(item), total: count, page: z.int().min(1), limit, pages: count })
  return { kind: 'answer', status: 200, schema, description: 'One page' }
}

/** A whole number of any size, for what is only counted with: `z.int()` refuses those from 2^53 on. */
export function wholeNumber() {
  return z
    .number()
    .refine(Number.isInteger, { error: 'must be a whole number', params: wrongType })
    .meta({ type: 'integer' })
}

/** A query that asks for one page: `page` from 1, `limit` from 1 to `most`. */
export function pageQuery({ usual = 20, most = 100 }: { readonly usual?: number; readonly most?: number } = {}) {
  return z.object({ page: wholeNumber().min(1).default(1), limit: wholeNumber().min(1).max(most).default(usual) })
}

/** The answers that a route declares, the usual one first. */
export function answersOf(
  returns: Schema | Answer<unknown> | readonly Answer<unknown>[] | undefined,
): readonly Answer<unknown>[] {
  if (returns === undefined) return [noContent()]
  if (isList(returns)) return returns
  return [isAnswer(returns) ? returns : ok(returns)]
}

function isList(returns: object): returns is readonly Answer<unknown>[] {
  return Array.isArray(returns)
}

function isAnswer(returns: object): returns is Answer<unknown> {
  return 'kind' in returns && returns.kind === 'answer'
}
