import { UsageError } from '../core/errors.ts'
import { isStorableText } from '../core/text.ts'
import { type ColumnDescription, describeModel, type ModelDescription } from '../model/description.ts'
import { toArrayText } from './array-text.ts'
import { Excluded, Ref, SqlExpression, type SqlValue, Table } from './expression.ts'
import type { Parameters } from './parameters.ts'
import { type ColumnName, column, type Expression, type Raw, type TableName } from './template.ts'

/** Where something is asked: the model, the alias of its table (null in SQL of one's own), and the values so far. */
export interface Place {
  readonly model: ModelDescription
  readonly alias: string
  readonly parameters: Parameters
}

/** The field of a model. Throws UsageError for a name that is none. */
export function fieldOf(model: ModelDescription, field: string): ColumnDescription {
  const found = model.byField.get(field)
  if (found) return found
  const names = model.columns.map((known) => known.field).join(', ')
  throw new UsageError(`Cannot use ${model.name}.${field}: the model has no such field. It has ${names}.`)
}

export function columnOf(place: Place, field: string): ColumnName {
  return column(place.alias, fieldOf(place.model, field).name)
}

/** An expression of a user at a place; outside any (`db.sql`) its names must say their model. */
export function toExpression(place: Place | Parameters, given: SqlExpression | Ref<string>): Raw | ColumnName {
  if (given instanceof Ref) return refOf(place, given)
  return { kind: 'raw', texts: given.texts, parts: given.values.map((value) => partOf(place, value)) }
}

function partOf(place: Place | Parameters, value: SqlValue): Expression | TableName {
  if (value instanceof SqlExpression || value instanceof Ref) return toExpression(place, value)
  if (value instanceof Table) return { kind: 'table', table: describeModel(value.model).table }
  if (value instanceof Excluded) return excludedOf(place, value)
  const parameters = 'parameters' in place ? place.parameters : place
  return { kind: 'parameter', value: parameters.add(toParameterText(value)) }
}

function refOf(place: Place | Parameters, { field, model }: Ref<string>): ColumnName {
  const named = model && describeModel(model)
  if ('parameters' in place && (named === null || named === place.model)) return columnOf(place, field)
  if (named) return column(named.table, fieldOf(named, field).name)
  throw new UsageError(
    `Cannot tell whose column "${field}" is: this SQL has no model at hand. Say sql.ref(Model, '${field}').`,
  )
}

function excludedOf(place: Place | Parameters, { field }: Excluded): ColumnName {
  if ('parameters' in place) return column('excluded', fieldOf(place.model, field).name)
  throw new UsageError(`Cannot use sql.excluded('${field}') here: only what an insert sets on conflict has it.`)
}

/** A value of no field in PostgreSQL's text form; the server infers its type from where it stands. */
export function toParameterText(value: unknown): string | null {
  if (value === null) return null
  if (Array.isArray(value)) return toArrayText(value.map(toParameterText))
  if (typeof value === 'string' && isStorableText(value)) return value
  if (typeof value === 'boolean') return value ? 't' : 'f'
  if (typeof value === 'number' || typeof value === 'bigint') return String(value)
  if (value instanceof Date && !Number.isNaN(value.getTime())) return value.toISOString()
  if (value instanceof Uint8Array) return `\\x${Buffer.from(value).toString('hex')}`
  const got = value === undefined ? 'undefined' : `a ${typeof value} that is no value`
  throw new UsageError(
    `Cannot use what stands in \${…} of SQL: it is ${got}. Give a text, number, boolean, Date, bytes or null.`,
  )
}

/** An object of tests, as against a value that happens to be an object (a Date, bytes, an array). */
export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
