import { UsageError } from '../core/errors.ts'
import type { ColumnDescription, ModelDescription } from '../model/description.ts'
import { toArrayText } from './array-text.ts'
import { typeOf } from './column-sql.ts'
import { hasOwnDefault, ownDefault } from './defaults.ts'
import { SqlExpression } from './expression.ts'
import { modelColumns } from './outputs.ts'
import { fieldOf, type Place, toExpression } from './place.ts'
import { PlainKey } from './plain-keys.ts'
import { conditionOf, type Filter, keptStatement, mainAlias, type SqlStatement, tableOf } from './statements.ts'
import {
  type Assignment,
  type ConflictTemplate,
  column as columnName,
  type Expression,
  type InsertedRows,
} from './template.ts'
import { toText } from './values.ts'

/** What an insert does where a row like it stands already; no fields mean any constraint. */
export interface Conflict {
  readonly fields: readonly string[]
  /** Fields that take the value the insert brought, or values and expressions; null leaves the row alone. */
  readonly set: readonly string[] | Readonly<Record<string, unknown>> | null
}

/** One row as values; many as a list for each column, so that any number of them has one text and one plan. */
export function insertStatement(
  model: ModelDescription,
  rows: readonly object[],
  conflict: Conflict | null = null,
): SqlStatement {
  for (const row of rows) for (const field of Object.keys(row)) settable(model, field)
  const columns = model.columns.filter((column) => rows.some((row) => column.field in row) || hasOwnDefault(column))
  const [only] = rows
  const one = rows.length === 1 && only !== undefined ? columns.map((column) => valueFor(column, only)) : null
  const key = one && !conflict ? new PlainKey(model, 'insert').values(columns, one) : null
  return keptStatement(model, key, (place) => ({
    kind: 'insert',
    into: tableOf(model),
    columns: columns.map(({ name }) => name),
    rows: one
      ? { kind: 'values', values: columns.map((column, index) => expressionFor(place, column, one[index])) }
      : listsOf(place, columns, rows),
    onConflict: conflict && toConflict(place, conflict),
    returning: modelColumns(model, mainAlias),
  }))
}

function listsOf(place: Place, columns: readonly ColumnDescription[], rows: readonly object[]): InsertedRows {
  const lists = columns.map((column) => {
    const texts = rows.map((row, index) => {
      if (!(column.field in row) && !hasOwnDefault(column)) throw unevenError(place.model, column, index)
      return toText(place.model, column, valueFor(column, row))
    })
    return { values: place.parameters.add(toArrayText(texts)), type: typeOf(column) }
  })
  return { kind: 'lists', lists }
}

function unevenError(model: ModelDescription, { field }: ColumnDescription, index: number): UsageError {
  return new UsageError(
    `Cannot insert many ${model.name} at once: number ${index + 1} has no "${field}" and others have. Give it to all of them or to none.`,
  )
}

/** The field's column, which the database does not compute. */
function settable(model: ModelDescription, field: string): ColumnDescription {
  const column = fieldOf(model, field)
  if (!column.generated) return column
  throw new UsageError(`Cannot set ${model.name}.${field}: the database computes it from the row. Leave it out.`)
}

function valueFor(column: ColumnDescription, row: object): unknown {
  return column.field in row ? Reflect.get(row, column.field) : ownDefault(column)
}

function expressionFor(place: Place, column: ColumnDescription, value: unknown): Expression {
  if (value instanceof SqlExpression) return toExpression(place, value)
  return { kind: 'parameter', value: place.parameters.value(place.model, column, value) }
}

function toConflict(place: Place, { fields, set }: Conflict): ConflictTemplate {
  const columns = fields.map((field) => fieldOf(place.model, field).name)
  if (set === null) return { columns, set: [] }
  const brought = Array.isArray(set) ? (set as readonly string[]).map((field) => broughtBy(place, field)) : []
  const given = Array.isArray(set) ? [] : assignmentsOf(place, set)
  const changed = [...brought, ...given]
  if (changed.length === 0) {
    throw new UsageError(
      `Cannot update ${place.model.name} on conflict: no field is named. Name some, or use onConflictDoNothing().`,
    )
  }
  return { columns, set: [...changed, ...touched(place.model, Array.isArray(set) ? set : Object.keys(set))] }
}

function broughtBy({ model }: Place, field: string): Assignment {
  const { name } = settable(model, field)
  return { column: name, value: columnName('excluded', name) }
}

function assignmentsOf(place: Place, values: object): Assignment[] {
  return Object.entries(values).map(([field, value]) => {
    const column = settable(place.model, field)
    return { column: column.name, value: expressionFor(place, column, value) }
  })
}

/** The columns that move with every change. */
function touched(model: ModelDescription, named: readonly string[]): Assignment[] {
  return model.columns.flatMap((column) =>
    column.onUpdate && !named.includes(column.field)
      ? [{ column: column.name, touched: column.onUpdate.sql, isTimestamp: column.type === 'timestamptz' }]
      : [],
  )
}

export function updateStatement(filter: Filter, values: object): SqlStatement {
  const { model } = filter
  const columns = Object.keys(values).map((field) => settable(model, field))
  const key = new PlainKey(model, 'update').values(columns, Object.values(values)).where(filter.where)
  return keptStatement(model, key, (place) => {
    const set = [...assignmentsOf(place, values), ...touched(model, Object.keys(values))]
    const where = conditionOf(place, filter)
    const returning = modelColumns(model, mainAlias)
    return { kind: 'update', table: tableOf(model), set, where, returning }
  })
}
