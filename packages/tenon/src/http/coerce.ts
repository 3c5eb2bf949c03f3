import type { z } from 'zod'
import type { Schema } from './schema.ts'

/** Reads the texts of a query, a form or headers as what the schema of each member wants; what does not fit stays a text. */
export type Coercion = (given: Readonly<Record<string, unknown>>) => Record<string, unknown>

type Member = (value: unknown) => unknown

/** Compiles the reading of texts for a Zod object; other schemas get the texts as they are. */
export function coercionOf(schema: Schema): Coercion {
  const members = new Map<string, Member>()
  const def = zodDef(schema)
  if (def?.type === 'object') {
    for (const [name, member] of Object.entries(def.shape)) {
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

function zodDef(schema: Schema): z.core.$ZodTypes['_zod']['def'] | undefined {
  return '_zod' in schema ? (schema as unknown as z.core.$ZodTypes)._zod.def : undefined
}

function memberOf(schema: z.core.$ZodTypes): Member | undefined {
  const def = schema._zod.def
  switch (def.type) {
    case 'number':
      return (value) => (typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value)
    case 'boolean':
      return (value) => (value === 'true' ? true : value === 'false' ? false : value)
    case 'array':
      return (value) => (Array.isArray(value) ? value : [value])
    case 'pipe':
      return memberOf(def.in as z.core.$ZodTypes)
    default:
      return 'innerType' in def ? memberOf(def.innerType as z.core.$ZodTypes) : undefined
  }
}
