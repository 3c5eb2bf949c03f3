import type { ColumnType } from '../model/column.ts'
import { fromArrayText } from './array-text.ts'
import { type Reader, readerOf } from './values.ts'

export const bigintType = 20

/** Types of PostgreSQL's catalog (pg_type.oid, fixed for those built in) that have a memory form of their own; all others are texts. */
const types: ReadonlyMap<number, ColumnType> = new Map([
  [16, 'boolean'],
  [17, 'bytea'],
  [bigintType, 'bigint'],
  [21, 'integer'],
  [23, 'integer'],
  [114, 'jsonb'],
  [700, 'double precision'],
  [701, 'double precision'],
  [1184, 'timestamptz'],
  [1186, 'interval'],
  [3802, 'jsonb'],
])

/** The arrays of those types, and of text, varchar, numeric and uuid. */
const arrays: ReadonlyMap<number, number> = new Map([
  [1000, 16],
  [1001, 17],
  [1016, bigintType],
  [1005, 21],
  [1007, 23],
  [199, 114],
  [1021, 700],
  [1022, 701],
  [1185, 1184],
  [1187, 1186],
  [3807, 3802],
  [1009, 25],
  [1015, 1043],
  [1231, 1700],
  [2951, 2950],
])

/** Reads a column of SQL of one's own as a field of its type would be: numbers, booleans, Dates, documents, bytes, arrays. */
export function readerOfType(oid: number, name: string): Reader {
  const element = arrays.get(oid)
  if (element !== undefined) {
    const read = readerOfType(element, name)
    return (text) => fromArrayText(text).map((item) => (item === null ? null : read(item)))
  }
  const type = types.get(oid)
  return type ? readerOf({ type, field: name, name, writable: false }) : (text) => text
}
