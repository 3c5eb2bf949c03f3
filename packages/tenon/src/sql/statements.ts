import { UsageError } from '../core/errors.ts'
import type { ColumnDescription, ModelDescription, RelationDescription } from '../model/description.ts'
import type { OrderOptions } from '../model/infer.ts'
import { toArrayText } from './array-text.ts'
import { compileTemplate } from './compile.ts'
import { hasOwnDefault, ownDefault } from './defaults.ts'
import { Parameters } from './parameters.ts'
import { type Assignment, always, type ColumnName, type Condition, type OrderTerm, type Template } from './template.ts'
import { all, relationTables, toCondition } from './where.ts'

/** A statement ready for a driver; see Statement in database/driver.ts. */
export interface SqlStatement {
  readonly text: string
  readonly name: string
  readonly values: readonly (string | null)[]
}

export interface Selection {
  readonly model: ModelDescription
  /** What each `where` was given; all of them must hold. */
  readonly where: readonly object[]
  readonly order?: readonly (readonly [field: string, how: 'asc' | 'desc' | OrderOptions])[]
  readonly limit?: number
  readonly offset?: number
}

const alias = 't'

export function selectStatement({ model, where, order = [], limit, offset }: Selection): SqlStatement {
  const parameters = new Parameters()
  const condition = conditionOf(model, where, parameters)
  return toStatement(parameters, {
    kind: 'select',
    columns: columnsOf(model),
    from: [{ table: model.table, alias }],
    where: condition,
    order: order.map(([field, how]) => termOf(model, field, how)),
    limit: limit === undefined ? null : parameters.add(String(limit)),
    offset: offset === undefined ? null : parameters.add(String(offset)),
  })
}

export function countStatement({ model, where }: Selection): SqlStatement {
  const parameters = new Parameters()
  const condition = conditionOf(model, where, parameters)
  return toStatement(parameters, { kind: 'count', from: [{ table: model.table, alias }], where: condition })
}

/** Rows that lack a value for a field that others have get the column's default only where no row names it. */
export function insertStatement(
  model: ModelDescription,
  rows: readonly object[],
  onConflict: 'error' | 'nothing',
): SqlStatement {
  const parameters = new Parameters()
  const named = model.columns.filter((column) => rows.some((row) => column.field in row) || hasOwnDefault(column))
  const columns = named.map((column) => column.name)
  const values = rows.map((row) => named.map((column) => parameters.value(model, column, valueFor(column, row))))
  const returning = columnsOf(model)
  return toStatement(parameters, {
    kind: 'insert',
    into: { table: model.table, alias },
    columns,
    rows: values,
    onConflict,
    returning,
  })
}

function valueFor(column: ColumnDescription, row: object): unknown {
  return column.field in row ? Reflect.get(row, column.field) : ownDefault(column)
}

export function updateStatement(model: ModelDescription, values: object, where: readonly object[]): SqlStatement {
  const parameters = new Parameters()
  const set: Assignment[] = Object.entries(values).map(([field, value]) => {
    const column = fieldOf(model, field)
    return { column: column.name, value: parameters.value(model, column, value) }
  })
  for (const column of model.columns) {
    if (!column.onUpdate || column.field in values) continue
    set.push({ column: column.name, expression: column.onUpdate.sql, isTimestamp: column.type === 'timestamptz' })
  }
  const condition = conditionOf(model, where, parameters)
  return toStatement(parameters, {
    kind: 'update',
    table: { table: model.table, alias },
    set,
    where: condition,
    returning: columnsOf(model),
  })
}

export function deleteStatement(model: ModelDescription, where: readonly object[]): SqlStatement {
  const parameters = new Parameters()
  const condition = conditionOf(model, where, parameters)
  return toStatement(parameters, { kind: 'delete', table: { table: model.table, alias }, where: condition })
}

/** The related rows of many rows at once: first the key they belong to, then their own columns; in the order of their key. */
export function relatedStatement(relation: RelationDescription, keys: readonly (string | null)[]): SqlStatement {
  const parameters = new Parameters()
  const { from, near } = relationTables(relation, alias, () => parameters.alias())
  const where: Condition = { kind: 'oneOf', column: near, values: parameters.add(toArrayText(keys)) }
  const order = relation.model.primaryKey.map((column) => termOf(relation.model, column.field, 'asc'))
  const columns = [near, ...columnsOf(relation.model)]
  return toStatement(parameters, { kind: 'select', columns, from, where, order, limit: null, offset: null })
}

function toStatement(parameters: Parameters, template: Template): SqlStatement {
  const { text, name, order } = compileTemplate(template)
  return { text, name, values: order.map((parameter) => parameters.texts[parameter] ?? null) }
}

function conditionOf(model: ModelDescription, where: readonly object[], parameters: Parameters): Condition {
  if (where.length === 0) return always
  return all(where.map((given) => toCondition({ model, alias, parameters }, given)))
}

function columnsOf(model: ModelDescription): ColumnName[] {
  return model.columns.map((column) => ({ alias, column: column.name }))
}

function termOf(model: ModelDescription, field: string, how: 'asc' | 'desc' | OrderOptions): OrderTerm {
  const column = fieldOf(model, field)
  const options = typeof how === 'string' ? { direction: how } : how
  return {
    column: { alias, column: column.name },
    direction: options.direction === 'desc' ? 'desc' : 'asc',
    nulls: options.nulls ?? null,
    ignoreCase: options.ignoreCase ?? false,
    rank: column.values ?? null,
  }
}

function fieldOf(model: ModelDescription, field: string): ColumnDescription {
  const column = model.byField.get(field)
  if (column) return column
  const names = model.columns.map((known) => known.field).join(', ')
  throw new UsageError(`Cannot use ${model.name}.${field}: the model has no such field. It has ${names}.`)
}
