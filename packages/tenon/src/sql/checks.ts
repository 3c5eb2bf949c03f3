import type { Column, Limits } from '../model/column.ts'
import type { ColumnDescription } from '../model/description.ts'
import { literal, quoted } from './names.ts'
import { toPosix } from './posix.ts'

/** The conditions that a column's rules come to in SQL; a null passes each. */
export function checksOf(column: ColumnDescription): string[] {
  return conditionsOf(column, quoted(column.name))
}

/** The rules of a column that the parser alone has, in words: those that SQL cannot say. */
export function rulesOfParserOnly(column: Column): readonly string[] {
  const isSaid = column.pattern === undefined || toPosix(column.pattern) !== null
  return [...(isSaid ? [] : [`pattern ${column.pattern}`]), ...(column.parserOnly ?? [])]
}

function conditionsOf(column: Column, name: string): string[] {
  const found: string[] = []
  if (column.values) found.push(`${name} in (${column.values.map(literal).join(', ')})`)
  if (column.length) found.push(...within(column.length, lengthOf(column, name), String))
  if (column.lowerCase) found.push(`${name} = lower(${name})`)
  const pattern = column.pattern ? toPosix(column.pattern) : null
  if (pattern !== null) found.push(`${name} ~ ${literal(pattern)}`)
  found.push(...rangeOf(column, name))
  if (column.type === 'array' && column.element) found.push(...itemsOf(column.element, name))
  return found
}

function lengthOf(column: Column, name: string): string {
  if (column.type === 'bytea') return `octet_length(${name})`
  return column.type === 'array' ? `cardinality(${name})` : `char_length(${name})`
}

function within<T>({ min, max }: Limits<T>, value: string, say: (limit: T) => string): string[] {
  if (min !== undefined && max !== undefined) return [`${value} between ${say(min)} and ${say(max)}`]
  if (min !== undefined) return [`${value} >= ${say(min)}`]
  return max === undefined ? [] : [`${value} <= ${say(max)}`]
}

/** NaN is greater than all numbers to PostgreSQL, so an end on that side refuses it too. */
function rangeOf({ type, range = {} }: Column, name: string): string[] {
  if (type !== 'numeric' && type !== 'double precision') return within(range, name, sayer(type))
  const found = within(range, name, sayer(type))
  if (range.min === undefined) found.push(`${name} > '-Infinity'`)
  if (range.max === undefined) found.push(`${name} < 'Infinity'`)
  return found
}

function sayer(type: Column['type']): (limit: string) => string {
  const isPlain = type === 'integer' || type === 'bigint' || type === 'numeric' || type === 'double precision'
  return isPlain ? (limit) => limit : literal
}

/** `all` compares the other way round: 1 <= all(items). An array that holds a null, or lists, is refused. */
function itemsOf(element: Column, name: string): string[] {
  const found = element.nullable ? [`coalesce(array_ndims(${name}), 1) = 1`] : [`array_position(${name}, null) is null`]
  if (element.values) found.push(`${name} <@ array[${element.values.map(literal).join(', ')}]`)
  const say = sayer(element.type)
  const { min, max } = element.range ?? {}
  if (min !== undefined) found.push(`${say(min)} <= all (${name})`)
  if (max !== undefined) found.push(`${say(max)} >= all (${name})`)
  if (element.type === 'numeric' || element.type === 'double precision') {
    if (min === undefined) found.push(`'-Infinity' < all (${name})`)
    if (max === undefined) found.push(`'Infinity' > all (${name})`)
  }
  return found
}
