import { z } from 'zod'
import { UsageError } from '../core/errors.ts'
import type { Column, Limits } from './column.ts'
import { compareDecimals, decimalPattern } from './decimal.ts'
import { Field } from './field.ts'
import { matching } from './rules.ts'

/** A whole number of four bytes. */
export function integer({ min, max }: Limits<number> = {}): Field<z.ZodInt> {
  const schema = z
    .int()
    .min(min ?? -(2 ** 31))
    .max(max ?? 2 ** 31 - 1)
  return new Field(schema, { type: 'integer', ...rangeOf(min, max) })
}

/** On the wire a text, in memory a JavaScript bigint. */
export interface ExactInteger extends z.ZodCodec<z.ZodString, z.ZodBigInt> {}

/** A whole number of eight bytes in the table, a safe integer in memory; all of the eight bytes where it is `exact`. */
export function bigint(rules?: Limits<number> & { readonly exact?: false }): Field<z.ZodInt>
export function bigint(rules: Limits<bigint> & { readonly exact: true }): Field<ExactInteger>
export function bigint({
  min,
  max,
  exact,
}: Limits<number | bigint> & { readonly exact?: boolean } = {}): Field<z.ZodInt | ExactInteger> {
  if (exact) return exactInteger(BigInt(min ?? -(2n ** 63n)), BigInt(max ?? 2n ** 63n - 1n), rangeOf(min, max))
  let schema = z.int()
  if (min !== undefined) schema = schema.min(Number(min))
  if (max !== undefined) schema = schema.max(Number(max))
  const isBounded = min !== undefined && max !== undefined
  return new Field(schema, {
    type: 'bigint',
    ...rangeOf(min, max),
    ...(isBounded ? {} : { parserOnly: ['safe integers'] }),
  })
}

function exactInteger(min: bigint, max: bigint, range: Pick<Column, 'range'>): Field<ExactInteger> {
  const wire = z.string().check(matching(/^-?(?:0|[1-9]\d{0,18})$/, 'must be a whole number as a text'))
  const schema = z.codec(wire, z.bigint().min(min).max(max), {
    decode: (text) => BigInt(text),
    encode: (value) => String(value),
  })
  return new Field(schema, { type: 'bigint', exact: true, ...range })
}

/** The primary key that the database counts up: a bigint in the table, a safe integer in memory. */
export function identity(): Field<z.ZodInt, 'optional' | 'readOnly'> {
  return new Field(z.int(), { type: 'bigint', identity: true, primaryKey: true }, ['optional', 'readOnly'])
}

/** A number of eight bytes in floating point; never NaN and never infinite. */
export function float({ min, max }: Limits<number> = {}): Field<z.ZodNumber> {
  let schema = z.number()
  if (min !== undefined) schema = schema.min(min)
  if (max !== undefined) schema = schema.max(max)
  return new Field(schema, { type: 'double precision', ...rangeOf(min, max) })
}

export interface NumericRules extends Limits<string> {
  /** Digits in all; without it as many as 1,000 on each side of the point. */
  readonly precision?: number
  /** Digits after the point; 0 unless given. PostgreSQL rounds what has more, the parser refuses it. */
  readonly scale?: number
}

/** An exact decimal number: a text such as "12.50" on the wire and in memory, with no floating point on the way. */
export function numeric({ precision, scale, min, max }: NumericRules = {}): Field<z.ZodString> {
  if (scale !== undefined && precision === undefined) {
    throw new UsageError('Cannot make the field numeric(): it has a scale without a precision. Give both.')
  }
  for (const limit of [min, max]) {
    if (limit === undefined || decimalPattern.test(limit)) continue
    throw new UsageError(`Cannot make the field numeric(): the limit "${limit}" is no decimal number. Write "12.50".`)
  }
  const after = precision === undefined ? 1000 : (scale ?? 0)
  const before = precision === undefined ? 1000 : precision - after
  const fits = (value: string) =>
    (min === undefined || compareDecimals(value, min) >= 0) && (max === undefined || compareDecimals(value, max) <= 0)
  const schema = z
    .string()
    .check(matching(digits(before, after), `must be a decimal number as a text, of at most ${words(before, after)}`))
    .check(matching(null, `must be ${limitWords(min, max)}`, fits))
  const parserOnly = [precision === undefined ? 'at most 1,000 digits on each side' : 'no rounding to the scale']
  const size = precision === undefined ? {} : { precision, scale: after }
  return new Field(schema, { type: 'numeric', ...size, ...rangeOf(min, max), parserOnly })
}

function digits(before: number, after: number): RegExp {
  const whole = before === 0 ? '0' : before === 1 ? '\\d' : `(?:0|[1-9]\\d{0,${before - 1}})`
  return new RegExp(`^-?${whole}${after === 0 ? '' : `(?:\\.\\d{1,${after}})?`}$`)
}

function words(before: number, after: number): string {
  return after === 0 ? `${before} digits` : `${before} digits before the point and ${after} after it`
}

function limitWords(min: string | undefined, max: string | undefined): string {
  return [min === undefined ? [] : `at least ${min}`, max === undefined ? [] : `at most ${max}`].flat().join(' and ')
}

function rangeOf(min: number | bigint | string | undefined, max: number | bigint | string | undefined) {
  if (min === undefined && max === undefined) return {}
  const range: Limits<string> = {
    ...(min === undefined ? {} : { min: String(min) }),
    ...(max === undefined ? {} : { max: String(max) }),
  }
  return { range }
}
