import { literal, quoted } from '../sql/names.ts'
import type { ColumnSnapshot, ConstraintSnapshot, IndexSnapshot, TableName, TableSnapshot } from './snapshot.ts'

/** SQL for what a snapshot holds; statements are the callers' business. */

export function tableSql({ schema, name }: TableName): string {
  return schema === null ? quoted(name) : `${quoted(schema)}.${quoted(name)}`
}

export function listSql(names: readonly string[]): string {
  return names.map(quoted).join(', ')
}

export function typeSql({ type, collation }: Pick<ColumnSnapshot, 'type' | 'collation'>): string {
  return collation === null ? type : `${type} collate ${collation}`
}

/** `"id" bigint not null`: all of a column but its constraints and comment. */
export function columnSql(column: ColumnSnapshot): string {
  const { generated, identity } = column
  return [
    `${quoted(column.name)} ${typeSql(column)}`,
    ...(generated ? [`generated always as (${generated.expression}) ${generated.stored ? 'stored' : 'virtual'}`] : []),
    ...(identity ? [`generated ${identity} as identity`] : []),
    ...(column.notNull ? ['not null'] : []),
    ...(column.default === null ? [] : [`default ${column.default}`]),
  ].join(' ')
}

/** All of a constraint but its name and NOT VALID. */
export function definitionOf(constraint: ConstraintSnapshot): string {
  if (constraint.kind !== 'foreign key') return constraint.definition
  const { columns, target, targetColumns, rest } = constraint
  const references = `references ${tableSql(target)} (${listSql(targetColumns)})`
  return `foreign key (${listSql(columns)}) ${references}${rest === '' ? '' : ` ${rest}`}`
}

export function constraintSql(constraint: ConstraintSnapshot): string {
  return `constraint ${quoted(constraint.name)} ${definitionOf(constraint)}`
}

export function indexSql(
  table: TableName,
  { name, unique, definition }: Pick<IndexSnapshot, 'name' | 'unique' | 'definition'>,
  how = '',
): string {
  return `create ${unique ? 'unique ' : ''}index ${how}${quoted(name)} on ${tableSql(table)} ${definition}`
}

/** A table that is new: one statement with what can stand in it. */
export function createTableSql(table: TableSnapshot, constraints: readonly ConstraintSnapshot[]): string {
  const lines = [...table.columns.map(columnSql), ...constraints.map(constraintSql)]
  const partition = table.partition === null ? '' : ` partition by ${table.partition}`
  return `create table ${tableSql(table)} (\n  ${lines.join(',\n  ')}\n)${partition}`
}

export function commentTableSql(table: TableName, comment: string | null): string {
  return `comment on table ${tableSql(table)} is ${comment === null ? 'null' : literal(comment)}`
}

export function commentColumnSql(table: TableName, column: string, comment: string | null): string {
  const text = comment === null ? 'null' : literal(comment)
  return `comment on column ${tableSql(table)}.${quoted(column)} is ${text}`
}

/** The comments of a new table. */
export function commentsSql(table: TableSnapshot): string[] {
  return [
    ...(table.comment === null ? [] : [commentTableSql(table, table.comment)]),
    ...table.columns.flatMap(({ name, comment }) => (comment === null ? [] : [commentColumnSql(table, name, comment)])),
  ]
}

/** The sequence of a `serial` column, which must be there before its default and is the column's own after it. */
export function createSequenceSql({ sequence, type }: Pick<ColumnSnapshot, 'sequence' | 'type'>): string[] {
  if (sequence === null) return []
  return [`create sequence if not exists ${sequence}${type === 'integer' || type === 'smallint' ? ` as ${type}` : ''}`]
}

export function ownSequenceSql(
  table: TableName,
  { name, sequence }: Pick<ColumnSnapshot, 'name' | 'sequence'>,
): string[] {
  return sequence === null ? [] : [`alter sequence ${sequence} owned by ${tableSql(table)}.${quoted(name)}`]
}
