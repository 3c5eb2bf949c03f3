import { z } from 'zod'
import { TenonError, UsageError } from '../core/errors.ts'
import type { Column } from '../model/column.ts'
import type { ColumnDescription, ModelDescription } from '../model/description.ts'
import { toDuration } from '../model/duration.ts'
import { fromArrayText, toArrayText } from './array-text.ts'

const wholeRanges: Readonly<Record<string, readonly [least: number, greatest: number]>> = {
  integer: [-(2 ** 31), 2 ** 31 - 1],
  bigint: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
}

/** True for a number that a column of whole numbers cannot hold: nothing equals it, and it must not reach the server. */
export function isOutOfRange(column: Column, value: unknown): boolean {
  if (column.exact) return typeof value === 'bigint' && BigInt.asIntN(64, value) !== value
  const range = wholeRanges[column.type]
  if (range === undefined || typeof value !== 'number') return false
  return !Number.isInteger(value) || value < range[0] || value > range[1]
}

/** A value of a field in PostgreSQL's text form. Throws UsageError for a value of another type, naming field and type only. */
export function toText(model: ModelDescription, column: ColumnDescription, value: unknown): string | null {
  if (value === null && (column.nullable || column.type !== 'jsonb')) return null
  const text = textOf(column, value)
  if (text !== null) return text
  const got = value === undefined ? 'undefined (leave it out instead)' : `a ${typeof value} that does not fit`
  throw new UsageError(
    `Cannot use the value for ${model.name}.${column.field}: it is ${got}. Give a value for ${column.type}.`,
  )
}

/** Null where the value is not one of the column. */
function textOf(column: Column, value: unknown): string | null {
  switch (column.type) {
    case 'text':
    case 'uuid':
    case 'numeric':
    case 'date':
    case 'time':
    case 'interval':
      return typeof value === 'string' ? value : null
    case 'boolean':
      return typeof value === 'boolean' ? (value ? 't' : 'f') : null
    case 'integer':
    case 'bigint':
      return typeof value === (column.exact ? 'bigint' : 'number') && !isOutOfRange(column, value) ? `${value}` : null
    case 'double precision':
      return typeof value === 'number' && Number.isFinite(value) ? String(value) : null
    case 'timestamptz':
      return value instanceof Date && !Number.isNaN(value.getTime()) ? instantText(value) : null
    case 'bytea':
      return value instanceof Uint8Array ? `\\x${Buffer.from(value).toString('hex')}` : null
    case 'jsonb':
      return documentText(column, value)
    case 'array':
      return listText(column.element, value)
  }
}

/** JavaScript writes years outside 0 to 9999 with a sign and six digits, which PostgreSQL does not read. */
function instantText(value: Date): string | null {
  const text = value.toISOString()
  return text.length === 24 ? text : null
}

function documentText({ document }: Column, value: unknown): string | null {
  if (!document || value === undefined) return null
  const { success, data } = z.safeEncode(document, value)
  return success ? (JSON.stringify(data) ?? null) : null
}

function listText(element: Column | undefined, value: unknown): string | null {
  if (!element || !Array.isArray(value)) return null
  const texts = value.map((item) => (item === null && element.nullable ? null : textOf(element, item)))
  return texts.every((text, index) => text !== null || value[index] === null) ? toArrayText(texts) : null
}

/** Reads a value in PostgreSQL's text form (session in UTC, ISO dates). */
export type Reader = (text: string) => unknown

/** Throws TenonError (`TENON_STORED_VALUE`) for what the field's memory form cannot hold. */
export function readerOf(column: ColumnDescription): Reader {
  return readerFor(column, column.field)
}

function readerFor(column: Column, field: string): Reader {
  switch (column.type) {
    case 'text':
    case 'uuid':
    case 'numeric':
    case 'date':
    case 'time':
      return (text) => text
    case 'boolean':
      return (text) => text === 't'
    case 'integer':
    case 'double precision':
      return Number
    case 'bigint':
      return column.exact ? BigInt : (text) => readSafe(text, field)
    case 'timestamptz':
      return readTimestamp
    case 'interval':
      return toDuration
    case 'bytea':
      return (text) => new Uint8Array(Buffer.from(text.slice(2), 'hex'))
    case 'jsonb':
      return (text) => readDocument(column, text, field)
    case 'array':
      return listReader(column.element, field)
  }
}

/** Beyond 2^53 JavaScript's numbers are not exact, and a key that is nearly right finds another row. */
function readSafe(text: string, field: string): number {
  const value = Number(text)
  if (Number.isSafeInteger(value)) return value
  throw storedValueError(field, 'it is beyond the safe integers. Declare the field as bigint({ exact: true })')
}

/** `2026-01-31 12:00:00.123456+00`; memory keeps milliseconds. */
function readTimestamp(text: string): Date {
  const iso = `${text.slice(0, 10)}T${text.slice(11, 23).replace(/\+.*$/, '')}Z`
  return new Date(iso)
}

function readDocument({ document }: Column, text: string, field: string): unknown {
  const value: unknown = JSON.parse(text)
  if (!document) return value
  const { success, data, error } = z.safeDecode(document, value)
  if (success) return data
  const [issue] = error.issues
  const place = issue && issue.path.length > 0 ? ` at "${issue.path.map(String).join('.')}"` : ''
  throw storedValueError(
    field,
    `the stored document breaks its schema${place} (${issue?.code}). Bring the stored rows up to the schema, or widen it`,
  )
}

function listReader(element: Column | undefined, field: string): Reader {
  const read: Reader = element ? readerFor(element, field) : (text) => text
  return (text) => fromArrayText(text).map((item) => (item === null ? null : read(item)))
}

function storedValueError(field: string, what: string): TenonError {
  return new TenonError('TENON_STORED_VALUE', `Cannot read the field ${field}: ${what}.`)
}
