import { z } from 'zod'
import type { Column } from './column.ts'
import { Field } from './field.ts'
import { characters, storable } from './rules.ts'

/** Formats that Zod checks and OpenAPI names; the table cannot say them. */
const formats = {
  url: () => z.url(),
  hostname: () => z.hostname(),
  ipv4: () => z.ipv4(),
  ipv6: () => z.ipv6(),
}

export interface TextRules {
  /** The least number of characters (code points), after trimming. */
  readonly min?: number
  /** The greatest number of characters (code points), after trimming. */
  readonly max?: number
  readonly pattern?: RegExp
  readonly format?: keyof typeof formats
  /** A rule that only code can say; it is asked after the others, and has no counterpart in the table. */
  readonly test?: (value: string) => boolean
  /** White space at both ends is taken off before the other rules are asked, and is not stored. */
  readonly trim?: boolean
  /** Kept in lower case, so that it compares, sorts and is unique without regard to case. */
  readonly lowerCase?: boolean
}

export function text(rules: TextRules = {}): Field<z.ZodString> {
  const { min, max, pattern, format, test, trim, lowerCase } = rules
  let schema = z.string().check(storable())
  if (trim) schema = schema.trim()
  if (lowerCase) schema = schema.toLowerCase()
  if (min !== undefined || max !== undefined) schema = schema.check(characters(rules))
  if (pattern) schema = schema.regex(pattern)
  if (format) schema = schema.check(formats[format]())
  if (test) schema = schema.refine(test)
  const parserOnly = [trim ? 'trim' : [], format ? `format ${format}` : [], test ? 'test' : []].flat()
  const column: Column = {
    type: 'text',
    ...(min === undefined && max === undefined ? {} : { length: limits(min, max) }),
    ...(pattern ? { pattern } : {}),
    ...(lowerCase ? { lowerCase } : {}),
    ...(parserOnly.length > 0 ? { parserOnly } : {}),
  }
  return new Field(schema, column)
}

function limits(min: number | undefined, max: number | undefined): NonNullable<Column['length']> {
  return { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) }
}

/** An e-mail address of at most 254 characters (RFC 5321), kept in lower case: it compares without regard to case. */
export function email(): Field<z.ZodEmail> {
  const schema = z.email().max(254).toLowerCase()
  return new Field(schema, { type: 'text', length: { max: 254 }, lowerCase: true, parserOnly: ['format email'] })
}

export type OneOf<V extends string> = z.ZodEnum<{ readonly [K in V]: K }>

/** One of these texts, sorting in the order given. */
export function oneOf<const V extends string>(...values: V[]): Field<OneOf<V>> {
  const entries = Object.fromEntries(values.map((value) => [value, value])) as { [K in V]: K }
  return new Field(z.enum(entries), { type: 'text', values })
}
