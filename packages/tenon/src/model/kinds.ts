import { z } from 'zod'
import { Field } from './field.ts'
import { characters, inYears1To9999, storable } from './rules.ts'

export interface TextRules {
  /** The least number of characters (code points), after trimming. */
  readonly min?: number
  /** The greatest number of characters (code points), after trimming. */
  readonly max?: number
  readonly pattern?: RegExp
  /** A rule that only code can say; it is asked after the others, and has no counterpart in the table. */
  readonly test?: (value: string) => boolean
  /** White space at both ends is taken off before the other rules are asked, and is not stored. */
  readonly trim?: boolean
}

export function text(rules: TextRules = {}): Field<z.ZodString> {
  let schema = z.string().check(storable())
  if (rules.trim) schema = schema.trim()
  if (rules.min !== undefined || rules.max !== undefined) schema = schema.check(characters(rules))
  if (rules.pattern) schema = schema.regex(rules.pattern)
  if (rules.test) schema = schema.refine(rules.test)
  return new Field(schema, { type: 'text' })
}

/** An e-mail address of at most 254 characters (RFC 5321), kept in lower case: it compares without regard to case. */
export function email(): Field<z.ZodEmail> {
  return new Field(z.email().max(254).toLowerCase(), { type: 'text' })
}

/** On the wire an RFC 3339 text, read as UTC where it has no offset; in memory a Date. Years 1 to 9999. */
export interface Timestamp extends z.ZodCodec<z.ZodISODateTime, z.ZodDate> {}

export function timestamp(): Field<Timestamp> {
  const wire = z.iso.datetime({ offset: true, local: true }).check(inYears1To9999())
  const schema = z.codec(wire, z.date(), { decode: toInstant, encode: (value) => value.toISOString() })
  return new Field(schema, { type: 'timestamptz' })
}

function toInstant(text: string): Date {
  return new Date(/(?:Z|[+-]\d\d:\d\d)$/.test(text) ? text : `${text}Z`)
}

export function uuid(): Field<z.ZodUUID> {
  return new Field(z.uuid(), { type: 'uuid' })
}

export function boolean(): Field<z.ZodBoolean> {
  return new Field(z.boolean(), { type: 'boolean' })
}

/** A whole number of four bytes. */
export function integer(): Field<z.ZodInt> {
  return new Field(
    z
      .int()
      .min(-(2 ** 31))
      .max(2 ** 31 - 1),
    { type: 'integer' },
  )
}

/** A whole number of eight bytes in the table, a safe integer in memory. */
export function bigint(): Field<z.ZodInt> {
  return new Field(z.int(), { type: 'bigint' })
}

/** The primary key that the database counts up: a bigint in the table, a safe integer in memory. */
export function identity(): Field<z.ZodInt, 'optional' | 'readOnly'> {
  return new Field(z.int(), { type: 'bigint', identity: true, primaryKey: true }, ['optional', 'readOnly'])
}

export type OneOf<V extends string> = z.ZodEnum<{ readonly [K in V]: K }>

/** One of these texts, sorting in the order given. */
export function oneOf<const V extends string>(...values: V[]): Field<OneOf<V>> {
  const entries = Object.fromEntries(values.map((value) => [value, value])) as { [K in V]: K }
  return new Field(z.enum(entries), { type: 'text', values })
}
