import { z } from 'zod'
import { TenonError, UsageError } from '../core/errors.ts'
import { instantOf } from '../core/instant.ts'
import type { Column } from '../model/column.ts'
import type { ColumnDescription, ModelDescription } from '../model/description.ts'
import { toDuration } from '../model/duration.ts'
import { fromArrayText, toArrayText } from './array-text.ts'

const wholeRanges: Readonly<Record<string, readonly [least: number, greatest: number]>> = {
  integer: [-(2 ** 31), 2 ** 31 - 1],
  bigint: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
}

// As PostgreSQL reads one: hyphens may be missing, braces and capitals may be there.
const uuidPattern = /^(?:[\da-f]{4}-?){7}[\da-f]{4}$|^\{(?:[\da-f]{4}-?){7}[\da-f]{4}\}$/i

/** True for a number or a UUID that the column cannot hold: nothing equals it, and it must not reach the server. */
export function isOutOfRange(column: Column, value: unknown): boolean {
  if (column.type === 'uuid') return typeof value === 'string' && !uuidPattern.test(value)
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
  const got =
    value === undefined
      ? 'undefined (leave it out instead)'
      : `${typeof value === 'object' ? 'an' : 'a'} ${typeof value} that does not fit`
  throw new UsageError(
    `Cannot use the value for ${model.name}.${column.field}: it is ${got}. Give a value for ${column.type}.`,
  )
}

/** Null where the value is not one of the column. */
function textOf(column: Column, value: unknown): string | null {
  switch (column.type) {
    case 'text':
    case 'numeric':
    case 'date':
    case 'time':
    case 'interval':
      return typeof value === 'string' ? value : null
    case 'uuid':
      return typeof value === 'string' && !isOutOfRange(column, value) ? value : null
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
  return text[0] === '+' || text[0] === '-' ? null : text
}

function documentText({ document }: Column, value: unknown): string | null {
  if (!document || value === undefined) return null
  const { success, data } = z.safeEncode(document, value)
  return success ? (JSON.stringify(data) ?? null) : null
}

function listText(element: Column | undefined, value: unknown): string | null {
  if (!element || !Array.isArray(value)) return null
  const texts = value.map((item) => (item === null && element.nullable ? null : textOf(element, item)))
  const isWhole = texts.every((text, index) => text !== null || (value[index] === null && element.nullable))
  return isWhole ? toArrayText(texts) : null
}

/** Reads a value in PostgreSQL's text form (session in UTC, ISO dates). */
export type Reader = (text: string) => unknown

/** Throws TenonError (`TENON_STORED_VALUE`), which names model, field and column, for what the memory form cannot hold. */
export function readerOf(column: ColumnDescription, model?: ModelDescription): Reader {
  const field = model === undefined ? column.field : `${model.name}.${column.field}`
  return readerFor(column, column.name === column.field ? field : `${field} (column ${column.name})`)
}

function readerFor(column: Column, field: string): Reader {
  switch (column.type) {
    case 'text':
    case 'uuid':
    case 'numeric':
    case 'time':
      return (text) => text
    case 'date':
      return (text) => readDate(text, field)
    case 'boolean':
      return (text) => text === 't'
    case 'integer':
    case 'double precision':
      return Number
    case 'bigint':
      return column.exact ? BigInt : (text) => readSafe(text, field)
    case 'timestamptz':
      return (text) => readTimestamp(text, field)
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

/** `2026-01-31 12:00:00.123456+00`; what is infinite, before the year 1 or beyond 9999 has another shape. */
function readTimestamp(text: string, field: string): Date {
  if (text.charCodeAt(4) !== hyphen || !text.endsWith('+00')) throw timeError(text, field)
  const fraction = text.slice(20, text.indexOf('+', 19)).padEnd(6, '0')
  const milliseconds = Date.parse(`${text.slice(0, 10)}T${text.slice(11, 19)}.${fraction.slice(0, 3)}Z`)
  return instantOf(milliseconds, Number(fraction.slice(3)))
}

const hyphen = 45

/** `2026-01-31`; see readTimestamp. */
function readDate(text: string, field: string): string {
  if (text.length !== 10) throw timeError(text, field)
  return text
}

function timeError(text: string, field: string): TenonError {
  const what = text.endsWith('infinity') ? `it is ${text}` : 'it is before the year 1 or after 9999'
  return storedValueError(
    field,
    `${what}, which the field cannot hold. Store null for what has no end, or a time in these years`,
  )
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
  return new TenonError('TENON_STORED_VALUE', `Cannot read ${field}: ${what}.`)
}
