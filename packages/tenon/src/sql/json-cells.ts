import type { z } from 'zod'
import type { ColumnDescription, ModelDescription } from '../model/description.ts'
import { type Form, formOf, unwrapped } from '../model/forms.ts'
import { compileWriter, toJsonText } from '../model/writer.ts'
import { readerOf } from './values.ts'

/** Writes a text of PostgreSQL as JSON; `place` is where the answer goes, for errors. */
export type WriteText = (text: string, place: string) => string

/**
 * How the JSON of a member is made of its column's text: it is that text, or the text in quotes, with escapes where it
 * needs them, or a boolean; or a function knows. A whole number of less than 16 digits is its text, and an instant of a
 * usual year its text in another spelling.
 */
export type Cell =
  | { readonly kind: 'bare' | 'quoted' | 'text' | 'boolean' }
  | { readonly kind: 'written' | 'whole' | 'instant'; readonly write: WriteText }

export interface CellPair {
  /** Trusts that the column is of this type (pg_type.oid); 0 asks for none. */
  readonly type: number
  readonly trusting: Cell
  /** Right whatever the column is, because it goes the way of a value in memory. */
  readonly careful: Cell
}

const types: Partial<Readonly<Record<ColumnDescription['type'], number>>> = {
  boolean: 16,
  bigint: 20,
  integer: 23,
  'double precision': 701,
  date: 1082,
  time: 1083,
  timestamptz: 1184,
  numeric: 1700,
  uuid: 2950,
}

/** What a column comes to under a schema: the same bytes as reading the value and writing that. */
export function cellsOf(
  model: ModelDescription,
  column: ColumnDescription,
  schema: z.core.$ZodType,
  at: string,
): CellPair {
  const form = formOf(unwrapped(schema).schema)
  const long = longWay(model, column, schema, at)
  const careful = carefulCell(column, form) ?? { kind: 'written', write: long }
  const trusting = trustingCell(column, form, long)
  return trusting ? { type: types[column.type] ?? 0, trusting, careful } : { type: 0, trusting: careful, careful }
}

/** Reads the value into memory and writes it from there. */
function longWay(model: ModelDescription, column: ColumnDescription, schema: z.core.$ZodType, at: string): WriteText {
  const read = readerOf(column, model)
  const write = compileWriter(schema)
  return (text, place) => write(read(text), place + at)
}

function carefulCell({ type }: ColumnDescription, form: Form | null): Cell | null {
  if (form === 'boolean' && type === 'boolean') return { kind: 'boolean' }
  const isText = type === 'text' || type === 'uuid' || type === 'numeric' || type === 'time'
  return form === 'text' && isText ? { kind: 'text' } : null
}

function trustingCell({ type, exact }: ColumnDescription, form: Form | null, long: WriteText): Cell | null {
  switch (`${type} ${form}`) {
    case 'uuid text':
    case 'numeric text':
    case 'time text':
      return { kind: 'quoted' }
    case 'date text':
      // Infinity and years that are not of four digits are refused where they are read.
      return { kind: 'written', write: (text, place) => (text.length === 10 ? `"${text}"` : long(text, place)) }
    case 'integer number':
      return { kind: 'bare' }
    case 'bigint number':
      return exact ? null : { kind: 'whole', write: (text, place) => (text.length < 16 ? text : long(text, place)) }
    case 'bigint bigint':
      return exact ? { kind: 'quoted' } : null
    case 'timestamptz instant':
      return { kind: 'instant', write: (text, place) => instantJson(text) ?? long(text, place) }
    default:
      return null
  }
}

const [dash, space, colon, point, plus, zero] = [45, 32, 58, 46, 43, 48]

/** `2026-01-31 12:00:00.12+00` as `"2026-01-31T12:00:00.120Z"`; null for infinity, and for years that are not of four digits. */
export function instantJson(text: string): string | null {
  const { length } = text
  const isUsual =
    length >= 22 &&
    length <= 29 &&
    text.charCodeAt(4) === dash &&
    text.charCodeAt(10) === space &&
    text.charCodeAt(16) === colon &&
    text.endsWith('+00')
  if (!isUsual) return null
  const start = `"${text.slice(0, 10)}T${text.slice(11, 19)}`
  if (length === 22) return `${start}.000Z"`
  if (text.charCodeAt(19) !== point) return null
  const fraction = text.slice(20, -3)
  return `${start}.${fraction.length < 4 ? fraction.padEnd(3, '0') : fraction.padEnd(6, '0')}Z"`
}

/** As `instantJson` asks, of the bytes of a text. */
export function isUsualInstant(bytes: Uint8Array, at: number, length: number): boolean {
  const end = at + length
  return (
    length >= 22 &&
    length <= 29 &&
    bytes[at + 4] === dash &&
    bytes[at + 10] === space &&
    bytes[at + 16] === colon &&
    bytes[end - 3] === plus &&
    bytes[end - 2] === zero &&
    bytes[end - 1] === zero &&
    (length === 22 || bytes[at + 19] === point)
  )
}

export function writeCell(cell: Cell, text: string, place: string): string {
  switch (cell.kind) {
    case 'bare':
      return text
    case 'quoted':
      return `"${text}"`
    case 'text':
      return toJsonText(text)
    case 'boolean':
      return text === 't' ? 'true' : 'false'
    case 'written':
    case 'whole':
    case 'instant':
      return cell.write(text, place)
  }
}
