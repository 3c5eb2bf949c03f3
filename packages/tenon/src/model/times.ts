import { z } from 'zod'
import type { Column, Limits } from './column.ts'
import { isStorableDuration } from './duration.ts'
import { Field } from './field.ts'
import { inYears1To9999, matching } from './rules.ts'

/** On the wire an RFC 3339 text, read as UTC where it has no offset; in memory a Date. Years 1 to 9999. */
export interface Timestamp extends z.ZodCodec<z.ZodISODateTime, z.ZodDate> {}

const firstInstant = '0001-01-01T00:00:00.000Z'
const lastInstant = '9999-12-31T23:59:59.999Z'

export function timestamp({ min, max }: Limits<Date> = {}): Field<Timestamp> {
  const wire = z.iso.datetime({ offset: true, local: true }).check(inYears1To9999())
  let memory = z.date()
  if (min) memory = memory.min(min)
  if (max) memory = memory.max(max)
  const schema = z.codec(wire, memory, { decode: toInstant, encode: (value) => value.toISOString() })
  if (!min && !max) return new Field(schema, { type: 'timestamptz', parserOnly: ['years 1 to 9999'] })
  const range = { min: min?.toISOString() ?? firstInstant, max: max?.toISOString() ?? lastInstant }
  return new Field(schema, { type: 'timestamptz', range })
}

function toInstant(text: string): Date {
  return new Date(/(?:Z|[+-]\d\d:\d\d)$/.test(text) ? text : `${text}Z`)
}

/** A day without a time, and so without a time zone: the text `2026-01-31` on the wire and in memory. Years 1 to 9999. */
export function date({ min = '0001-01-01', max = '9999-12-31' }: Limits<string> = {}): Field<z.ZodISODate> {
  const schema = z.iso.date().check(between(min, max))
  return new Field(schema, { type: 'date', range: { min, max } })
}

/** A time of day without a zone, to the microsecond: the text `09:30:00` on the wire and in memory. */
export function time({ min = '00:00:00', max = '23:59:59.999999' }: Limits<string> = {}): Field<z.ZodISOTime> {
  const schema = z.iso
    .time()
    .overwrite((value) => (value.length === 5 ? `${value}:00` : value))
    .check(matching(null, 'must have at most six digits after the point', (value) => value.length <= 15))
    .check(between(min, max))
  return new Field(schema, { type: 'time', range: { min, max }, parserOnly: ['no rounding to the microsecond'] })
}

/** A span of time: the ISO 8601 text `P1DT2H` on the wire and in memory, never negative. */
export function interval(): Field<z.ZodISODuration> {
  const schema = z.iso
    .duration()
    .check(matching(null, 'must be a span of time that the database can keep', isStorableDuration))
  const column: Column = { type: 'interval', range: { min: 'PT0S' }, parserOnly: ['no rounding to the microsecond'] }
  return new Field(schema, column)
}

/** Texts of one length sort as the dates and times that they stand for. */
function between(min: string, max: string) {
  return matching(null, `must be from ${min} to ${max}`, (value) => value >= min && value <= max)
}
