import type { z } from 'zod'
import type { Schema } from './schema.ts'

/** Reads the texts of a query, a form or headers as what the schema of each member wants; what does not fit stays a text. */
export type Coercion = (given: Readonly<Record<string, unknown>>) => Record<string, unknown>

type Member = (value: unknown) => unknown

/** Compiles the reading of texts for a Zod object, also behind wrappers; other schemas get the texts as they are. */
export function coercionOf(schema: Schema): Coercion {
  const members = new Map<string, Member>()
  const object = '_zod' in schema ? unwrapped(schema as unknown as z.core.$ZodTypes) : undefined
  if (object?._zod.def.type === 'object') {
    for (const [name, member] of Object.entries(object._zod.def.shape)) {
      const coerce = memberOf(member as z.core.$ZodTypes)
      if (coerce) members.set(name, coerce)
    }
  }
  return (given) => {
    const read: Record<string, unknown> = { ...given }
    for (const [name, coerce] of members) if (name in read) read[name] = coerce(read[name])
    return read
  }
}

/** What a text must become for a schema; undefined where it stays a text. */
function memberOf(wrapped: z.core.$ZodTypes): Member | undefined {
  const def = unwrapped(wrapped)._zod.def
  switch (def.type) {
    case 'number':
      return toNumber
    case 'boolean':
      return toBoolean
    case 'literal':
      return def.values.some((value) => typeof value === 'number') ? toNumber : undefined
    case 'array': {
      const element = memberOf(def.element as z.core.$ZodTypes) ?? ((value) => value)
      return (value) => (Array.isArray(value) ? value : [value]).map(element)
    }
    default:
      return undefined
  }
}

function unwrapped(schema: z.core.$ZodTypes): z.core.$ZodTypes {
  const def = schema._zod.def
  if (def.type === 'pipe') return unwrapped(def.in as z.core.$ZodTypes)
  return 'innerType' in def ? unwrapped(def.innerType as z.core.$ZodTypes) : schema
}

function toNumber(value: unknown): unknown {
  return typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value
}

function toBoolean(value: unknown): unknown {
  return value === 'true' ? true : value === 'false' ? false : value
}
