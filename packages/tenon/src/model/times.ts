import { z } from 'zod'
import { UsageError } from '../core/errors.ts'
import { instantPattern, toInstant } from '../core/instant.ts'
import type { Column, Limits } from './column.ts'
import { isStorableDuration } from './duration.ts'
import { Field } from './field.ts'
import { inYears1To9999, matching } from './rules.ts'

/** On the wire an RFC 3339 text, read as UTC where it has no offset; in memory a Date to the microsecond. Years 1 to 9999. */
export interface Timestamp extends z.ZodCodec<z.ZodISODateTime, z.ZodDate> {}

const years = { min: '0001-01-01T00:00:00.000Z', max: '9999-12-31T23:59:59.999999Z' }

export function timestamp({ min, max }: Limits<Date> = {}): Field<Timestamp> {
  // Zod's own pattern refuses a space, a small t, and seconds left out before a Z.
  const shared = { ...z.iso.datetime().def, format: 'datetime' as const, pattern: instantPattern }
  const wire = new z.ZodISODateTime({ ...shared, precision: null, offset: true, local: true }).check(inYears1To9999())
  let memory = z.date()
  if (min) memory = memory.min(min)
  if (max) memory = memory.max(max)
  const schema = z.codec(wire, memory, { decode: toInstant, encode: (value) => value.toISOString() })
  const range = { min: min?.toISOString() ?? years.min, max: max?.toISOString() ?? years.max }
  return new Field(schema, { type: 'timestamptz', ...(min || max ? { range } : {}), bounds: years })
}

const days = { min: '0001-01-01', max: '9999-12-31' }

/** A day without a time, and so without a time zone: the text `2026-01-31` on the wire and in memory. Years 1 to 9999. */
export function date(limits: Limits<string> = {}): Field<z.ZodISODate> {
  for (const limit of Object.values(limits)) assertLimit('date', z.iso.date(), limit, '2026-01-31')
  const range = { ...days, ...limits }
  const column: Column = { type: 'date', ...(isGiven(limits) ? { range } : {}), bounds: days }
  return new Field(z.iso.date().check(between(range)), column)
}

const clock = { min: '00:00:00', max: '23:59:59.999999' }

/** A time of day without a zone, to the microsecond: the text `09:30:00` on the wire and in memory. */
export function time(limits: Limits<string> = {}): Field<z.ZodISOTime> {
  for (const limit of Object.values(limits)) assertLimit('time', z.iso.time(), limit, '09:30:00')
  const range = {
    min: limits.min === undefined ? clock.min : withSeconds(limits.min),
    max: limits.max === undefined ? clock.max : withSeconds(limits.max),
  }
  const schema = z.iso
    .time()
    .overwrite(withSeconds)
    .check(matching(null, 'must have at most six digits after the point', (value) => value.length <= 15))
    .check(between(range))
  const parserOnly = ['no rounding to the microsecond']
  return new Field(schema, { type: 'time', ...(isGiven(limits) ? { range } : {}), bounds: clock, parserOnly })
}

/** A span of time: the ISO 8601 text `P1DT2H` on the wire and in memory, never negative. */
export function interval(): Field<z.ZodISODuration> {
  const schema = z.iso
    .duration()
    .check(matching(null, 'must be a span of time that the database can keep', isStorableDuration))
  const column: Column = { type: 'interval', range: { min: 'PT0S' }, parserOnly: ['no rounding to the microsecond'] }
  return new Field(schema, column)
}

function withSeconds(value: string): string {
  return value.length === 5 ? `${value}:00` : value
}

function assertLimit(kind: string, schema: z.core.$ZodType, limit: string, example: string): void {
  if (z.safeParse(schema, limit).success) return
  throw new UsageError(`Cannot make the field ${kind}(): the limit "${limit}" is none. Write "${example}".`)
}

function isGiven({ min, max }: Limits<string>): boolean {
  return min !== undefined || max !== undefined
}

/** Texts of one length sort as the dates and times that they stand for. */
function between({ min, max }: Required<Limits<string>>) {
  return matching(null, `must be from ${min} to ${max}`, (value) => value >= min && value <= max)
}
