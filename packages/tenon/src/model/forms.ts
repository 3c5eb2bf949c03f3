import type { z } from 'zod'
import { base64Writers } from './registries.ts'

type Schema = z.core.$ZodTypes

/** Values whose JSON takes no look at the schema but this. */
export type Form = 'text' | 'number' | 'boolean' | 'instant' | 'bigint' | 'bytes'

/** The form of a schema's values; null where its JSON is another matter. */
export function formOf(given: z.core.$ZodType): Form | null {
  const schema = given as Schema
  const def = schema._zod.def
  switch (def.type) {
    case 'string':
      return 'text'
    case 'enum':
      return Object.values(def.entries).every((entry) => typeof entry === 'string') ? 'text' : null
    case 'number':
      return 'number'
    case 'boolean':
      return 'boolean'
    case 'date':
      return 'instant'
    case 'pipe':
      return formOfPipe(schema, def)
    default:
      return null
  }
}

function formOfPipe(schema: Schema, def: z.core.$ZodPipeDef): Form | null {
  if (base64Writers.has(schema)) return 'bytes'
  if (isTimestamp(def)) return 'instant'
  // What a codec makes a bigint of is a text: JSON's numbers are not exact.
  const isText = (def.in as Schema)._zod.def.type === 'string'
  return isText && (def.out as Schema)._zod.def.type === 'bigint' ? 'bigint' : null
}

/** A Date in memory and an ISO text on the wire; another codec of dates has a wire form of its own. */
function isTimestamp(def: z.core.$ZodPipeDef): boolean {
  const wire = def.in._zod.def as z.core.$ZodStringDef & { readonly format?: string }
  return def.out._zod.def.type === 'date' && wire.type === 'string' && wire.format === 'datetime'
}

/** The schema under defaults, options and the like, which mean nothing to a value that is there. */
export function unwrapped(given: z.core.$ZodType): { readonly schema: Schema; readonly isNullable: boolean } {
  const schema = given as Schema
  const def = schema._zod.def
  switch (def.type) {
    case 'nullable':
      return { ...unwrapped(def.innerType), isNullable: true }
    case 'optional':
    case 'default':
    case 'prefault':
    case 'nonoptional':
    case 'readonly':
    case 'catch':
      return unwrapped(def.innerType)
    case 'lazy':
      return unwrapped((schema as z.core.$ZodLazy)._zod.innerType)
    default:
      return { schema, isNullable: false }
  }
}

/** The members of an object of which nothing else is written; null for any other schema. */
export function membersOf(schema: Schema): readonly (readonly [key: string, schema: z.core.$ZodType])[] | null {
  const def = schema._zod.def
  if (def.type !== 'object' || (def.catchall && def.catchall._zod.def.type !== 'never')) return null
  return Object.keys(def.shape).map((key) => [key, def.shape[key] as z.core.$ZodType])
}
