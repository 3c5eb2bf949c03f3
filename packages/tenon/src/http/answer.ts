import type { z } from 'zod'
import type { PageOf } from '../core/query.ts'
import type { Schema } from './schema.ts'

/** A status with the schema of its body (none: an empty body). `value` exists in the type alone. */
export interface Answer<T> {
  readonly kind: 'answer'
  readonly status: number
  readonly schema: Schema | null
  readonly description: string
  readonly value?: T
}

/** What a handler must return for a schema: Zod's are run backwards, from memory to wire; others validate what is returned. */
export type Returned<S> = S extends Answer<infer T>
  ? T
  : S extends readonly Answer<infer T>[]
    ? T
    : S extends { readonly _zod: { readonly output: infer T } }
      ? T
      : S extends Schema<infer T, unknown>
        ? T
        : never
