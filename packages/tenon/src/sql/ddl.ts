import { UsageError } from '../core/errors.ts'
import {
  type Constraints,
  describeConstraints,
  type ForeignKeyDescription,
  type IndexDescription,
  type IndexPartDescription,
  type UniqueDescription,
} from '../model/constraints.ts'
import { type ColumnDescription, describeModel, type ModelDescription } from '../model/description.ts'
import type { AnyModel } from '../model/infer.ts'
import { checksOf } from './checks.ts'
import { columnSql } from './column-sql.ts'
import { literal, nameOf, quoted } from './names.ts'

/**
 * The statements that make the tables of these models: schemas, tables with their constraints, foreign keys that come
 * full circle, indexes, comments; each table after those that it refers to. The same models give the same statements.
 */
export function createTableStatements(models: AnyModel | readonly AnyModel[]): string[] {
  const given = isList(models) ? models : [models]
  const tables = given.map((model) => describeModel(model)).map((model) => ({ model, ...describeConstraints(model) }))
  const ordered = inOrder(tables)
  const made = new Set<ModelDescription>()
  const created: string[] = []
  const late: string[] = []
  for (const table of ordered) {
    made.add(table.model)
    // A table that is not among those given stands already.
    const isThere = (key: ForeignKeyDescription) =>
      made.has(key.model) || !tables.some((other) => other.model === key.model)
    created.push(tableSql(table, table.foreignKeys.filter(isThere)))
    for (const key of table.foreignKeys.filter((key) => !isThere(key))) {
      late.push(`alter table ${tableName(table.model)} add ${foreignKeySql(table.model, key)}`)
    }
  }
  const schemas = new Set(ordered.flatMap(({ model }) => (model.schema === null ? [] : [model.schema])))
  return [
    ...[...schemas].map((schema) => `create schema if not exists ${quoted(schema)}`),
    ...created,
    ...late,
    ...ordered.flatMap(({ model, indexes }) => indexes.map((index) => indexSql(model, index))),
    ...ordered.flatMap(({ model }) => commentSql(model)),
  ]
}

interface Table extends Constraints {
  readonly model: ModelDescription
}

function isList(models: AnyModel | readonly AnyModel[]): models is readonly AnyModel[] {
  return Array.isArray(models)
}

/** Each table after those that it refers to; in a circle the one that was given first comes first. */
function inOrder(tables: readonly Table[]): Table[] {
  const ordered = new Set<Table>()
  const entered = new Set<Table>()
  const visit = (table: Table) => {
    if (entered.has(table)) return
    entered.add(table)
    for (const key of table.foreignKeys) {
      const other = tables.find(({ model }) => model === key.model)
      if (other) visit(other)
    }
    ordered.add(table)
  }
  for (const table of tables) visit(table)
  return [...ordered]
}

function tableSql({ model, uniques, checks }: Table, foreignKeys: readonly ForeignKeyDescription[]): string {
  const { bareTable, columns, primaryKey } = model
  const lines = [
    ...columns.map((column) => columnSql(model, column)),
    ...(primaryKey.length > 0
      ? [`constraint ${quoted(nameOf(bareTable, 'pkey'))} primary key (${listOf(primaryKey)})`]
      : []),
    ...uniques.map((unique) => uniqueSql(model, unique)),
    ...columns.flatMap((column) => columnCheckSql(model, column)),
    ...checks.map(
      ({ name, expression }) => `constraint ${quoted(nameOf(bareTable, name, 'check'))} check (${expression.sql})`,
    ),
    ...foreignKeys.map((key) => foreignKeySql(model, key)),
  ]
  return `create table ${tableName(model)} (\n  ${lines.join(',\n  ')}\n)`
}

/** One constraint for all rules of a column, so that its name says which column was wrong. */
function columnCheckSql(model: ModelDescription, column: ColumnDescription): string[] {
  const conditions = checksOf(column)
  if (conditions.length === 0) return []
  const name = nameOf(model.bareTable, column.name, 'check')
  return [`constraint ${quoted(name)} check (${conditions.join(' and ')})`]
}

function uniqueSql({ bareTable }: ModelDescription, { name, columns, nullsNotDistinct }: UniqueDescription): string {
  const own = name ?? nameOf(bareTable, ...columns.map((column) => column.name), 'key')
  return `constraint ${quoted(own)} unique${nullsNotDistinct ? ' nulls not distinct' : ''} (${listOf(columns)})`
}

function foreignKeySql({ bareTable }: ModelDescription, key: ForeignKeyDescription): string {
  const name = key.name ?? nameOf(bareTable, ...key.columns.map((column) => column.name), 'fkey')
  const { onDelete = 'no action', onUpdate = 'no action' } = key
  return [
    `constraint ${quoted(name)} foreign key (${listOf(key.columns)})`,
    `references ${tableName(key.model)} (${listOf(key.targets)})`,
    ...(onDelete === 'no action' ? [] : [`on delete ${onDelete}`]),
    ...(onUpdate === 'no action' ? [] : [`on update ${onUpdate}`]),
  ].join(' ')
}

function indexSql(model: ModelDescription, { name, parts, unique, where, using }: IndexDescription): string {
  const own = name ?? nameOf('idx', model.bareTable, ...parts.map((part) => columnNameOf(model, part)))
  const what = `create ${unique ? 'unique ' : ''}index ${quoted(own)} on ${tableName(model)}`
  const how = `${using === 'btree' ? '' : `using ${using} `}(${parts.map(partSql).join(', ')})`
  return `${what} ${how}${where === null ? '' : ` where ${where.sql}`}`
}

function columnNameOf(model: ModelDescription, part: IndexPartDescription): string {
  if ('column' in part) return part.column.name
  throw new UsageError(
    `Cannot name the index of ${model.name} on ${part.expression.sql}: a name comes from columns. Give it a name.`,
  )
}

function partSql(part: IndexPartDescription): string {
  if ('expression' in part) return `(${part.expression.sql})`
  const direction = part.direction === 'desc' ? ' desc' : ''
  return `${quoted(part.column.name)}${direction}${part.nulls === null ? '' : ` nulls ${part.nulls}`}`
}

function commentSql(model: ModelDescription): string[] {
  const { comment } = model.options
  const table = comment === undefined ? [] : [`comment on table ${tableName(model)} is ${literal(comment)}`]
  const columns = model.columns.flatMap((column) => {
    if (column.comment === undefined) return []
    return [`comment on column ${tableName(model)}.${quoted(column.name)} is ${literal(column.comment)}`]
  })
  return [...table, ...columns]
}

function tableName({ schema, bareTable }: ModelDescription): string {
  return schema === null ? quoted(bareTable) : `${quoted(schema)}.${quoted(bareTable)}`
}

function listOf(columns: readonly ColumnDescription[]): string {
  return columns.map((column) => quoted(column.name)).join(', ')
}
