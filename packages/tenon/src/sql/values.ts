import { UsageError } from '../core/errors.ts'
import type { ColumnDescription, ModelDescription } from '../model/description.ts'

const greatest: Readonly<Record<string, number>> = { integer: 2 ** 31 - 1, bigint: Number.MAX_SAFE_INTEGER }

/** True for a number that a column of whole numbers cannot hold: nothing equals it, and it must not reach the server. */
export function isOutOfRange(column: ColumnDescription, value: unknown): boolean {
  const limit = greatest[column.type]
  if (limit === undefined || typeof value !== 'number') return false
  return !Number.isInteger(value) || value > limit || value < -limit
}

/** A value of a field in PostgreSQL's text form. Throws UsageError for a value of another type, naming field and type only. */
export function toText(model: ModelDescription, column: ColumnDescription, value: unknown): string | null {
  if (value === null) return null
  switch (column.type) {
    case 'text':
    case 'uuid':
      if (typeof value === 'string') return value
      break
    case 'boolean':
      if (typeof value === 'boolean') return value ? 't' : 'f'
      break
    case 'integer':
    case 'bigint':
      if (typeof value === 'number' && !isOutOfRange(column, value)) return String(value)
      break
    case 'timestamptz':
      if (value instanceof Date && !Number.isNaN(value.getTime())) return value.toISOString()
      break
  }
  const got = value === undefined ? 'undefined (leave it out instead)' : `a ${typeof value} that does not fit`
  throw new UsageError(
    `Cannot use the value for ${model.name}.${column.field}: it is ${got}. Give a value for ${column.type}.`,
  )
}

/** A list in PostgreSQL's array form, `{"a","b"}`, for `= any($1)`. */
export function toArrayText(texts: readonly (string | null)[]): string {
  return `{${texts.map((text) => (text === null ? 'NULL' : `"${text.replace(/["\\]/g, '\\$&')}"`)).join(',')}}`
}

/** Reads a value in PostgreSQL's text form (session in UTC, ISO dates). */
export type Reader = (text: string) => unknown

export function readerOf(column: ColumnDescription): Reader {
  switch (column.type) {
    case 'text':
    case 'uuid':
      return (text) => text
    case 'boolean':
      return (text) => text === 't'
    case 'integer':
    case 'bigint':
      return Number
    case 'timestamptz':
      return readTimestamp
  }
}

/** `2026-01-31 12:00:00.123456+00`; memory keeps milliseconds. */
function readTimestamp(text: string): Date {
  const iso = `${text.slice(0, 10)}T${text.slice(11, 23).replace(/\+.*$/, '')}Z`
  return new Date(iso)
}
