import { z } from 'zod'
import { UsageError } from '../core/errors.ts'
import type { Column, Limits } from './column.ts'
import { Field } from './field.ts'
import type { Mark, Marked } from './infer.ts'
import { base64Writers } from './registries.ts'
import { byteCount, storableDocument } from './rules.ts'

export function uuid(): Field<z.ZodUUID> {
  return new Field(z.uuid(), { type: 'uuid', parserOnly: ['versions 1 to 8'] })
}

export function boolean(): Field<z.ZodBoolean> {
  return new Field(z.boolean(), { type: 'boolean' })
}

/** On the wire a text in base64, in memory a Uint8Array. */
export interface Bytes extends z.ZodCodec<z.ZodBase64, z.ZodCustom<Uint8Array, Uint8Array>> {}

/** Bytes; `min` and `max` count the bytes and not the characters of their base64. */
export function bytes({ min, max }: Limits<number> = {}): Field<Bytes> {
  const wire = min === undefined && max === undefined ? z.base64() : z.base64().check(byteCount({ min, max }))
  const memory = z.custom<Uint8Array>((value) => value instanceof Uint8Array)
  const schema = z.codec(wire, memory, {
    decode: (text): Uint8Array => new Uint8Array(Buffer.from(text, 'base64')),
    encode: (value) => Buffer.from(value).toString('base64'),
  })
  base64Writers.add(schema)
  return new Field(schema, { type: 'bytea', ...lengthOf(min, max) })
}

/** A document of this schema, stored as jsonb: it is validated on the way in, and again when it is read. */
export function json<S extends z.core.$ZodType>(schema: S): Field<S> {
  const checked = (schema as unknown as z.ZodType).check(storableDocument()) as unknown as S
  const meta = z.globalRegistry.get(schema)
  if (meta) z.globalRegistry.add(checked, meta)
  return new Field(checked, { type: 'jsonb', document: checked, parserOnly: ['the schema of the document'] })
}

/** A list of one kind, stored as an array of PostgreSQL; `min` and `max` count its items. */
export function array<S extends z.core.$ZodType>(
  item: Marked<Mark> & { readonly schema: S; readonly column: Column },
  { min, max }: Limits<number> = {},
): Field<z.ZodArray<S>> {
  const { column: element, schema: itemSchema } = item
  if (element.type === 'array') {
    throw new UsageError('Cannot make an array of arrays: PostgreSQL has no such type. Use json(z.array(…)).')
  }
  let schema = z.array(itemSchema)
  if (min !== undefined) schema = schema.min(min)
  if (max !== undefined) schema = schema.max(max)
  const parserOnly = rulesOfItems(element)
  return new Field(schema, {
    type: 'array',
    element,
    ...lengthOf(min, max),
    ...(parserOnly.length > 0 ? { parserOnly } : {}),
  })
}

/** A CHECK can ask all items for their range or their values, and nothing else of each. */
function rulesOfItems({ length, pattern, lowerCase, parserOnly = [] }: Column): string[] {
  const own = [length ? 'length' : [], pattern ? 'pattern' : [], lowerCase ? 'lower case' : []].flat()
  return [...own, ...parserOnly].map((rule) => `of each item: ${rule}`)
}

function lengthOf(min: number | undefined, max: number | undefined): Pick<Column, 'length'> {
  if (min === undefined && max === undefined) return {}
  return { length: { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) } }
}
