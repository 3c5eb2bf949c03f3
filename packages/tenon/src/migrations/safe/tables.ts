import { literal, quoted } from '../../sql/names.ts'
import type { HideTable, Operation, RenameTable, RestoreTable } from '../operations/operation.ts'
import type { TableName, TableSnapshot } from '../snapshot.ts'
import { commentsSql, createSequenceSql, createTableSql, indexSql, ownSequenceSql, tableSql } from '../table-sql.ts'
import { contract, doBlock, expand, type SafeStatement } from './statement.ts'

type On<Kind extends Operation['kind']> = Extract<Operation, { readonly kind: Kind }>

export function createSchema({ schema }: On<'create schema'>): SafeStatement[] {
  return [expand(`create schema if not exists ${quoted(schema)}`)]
}

/** What else is in the schema, functions for example, keeps it. */
export function dropSchema({ schema }: On<'drop schema'>): SafeStatement[] {
  return [contract(dropEmptySchema(schema), { note: 'kept where something else is in it' })]
}

function dropEmptySchema(schema: string): string {
  return [
    'do $tenon$',
    'begin',
    `  drop schema ${quoted(schema)};`,
    'exception when dependent_objects_still_exist then null;',
    'end $tenon$',
  ].join('\n')
}

/** Nobody reads a table that is new, so its indexes need not be made concurrently. */
export function createTable({ table }: On<'create table'>): SafeStatement[] {
  const statements = [
    ...table.columns.flatMap(createSequenceSql),
    createTableSql(table, table.constraints),
    ...table.columns.flatMap((column) => ownSequenceSql(table, column)),
    ...table.indexes.map((index) => indexSql(table, index)),
    ...commentsSql(table),
  ]
  return statements.map((sql) => expand(sql))
}

export function dropTable({ table }: On<'drop table'>): SafeStatement[] {
  return [contract(`drop table ${tableSql(table)}`)]
}

export function hideTable({ table, hiddenIn }: HideTable): SafeStatement[] {
  return [
    contract(`create schema if not exists ${quoted(hiddenIn)}`),
    contract(`alter table ${tableSql(table)} set schema ${quoted(hiddenIn)}`, {
      note: 'hidden, not dropped: the way down brings it back with its rows',
    }),
  ]
}

export function restoreTable({ table, hiddenIn }: RestoreTable): SafeStatement[] {
  return [
    expand(toSchema(tableSql({ schema: hiddenIn, name: table.name }), table)),
    expand(dropEmptySchema(hiddenIn), { note: 'kept where something else is in it' }),
  ]
}

export function renameTable({ from, to }: RenameTable): SafeStatement[] {
  const moved = { schema: to.schema, name: from.name }
  return [
    ...(from.schema === to.schema ? [] : [contract(toSchema(tableSql(from), to))]),
    ...(from.name === to.name ? [] : [contract(`alter table ${tableSql(moved)} rename to ${quoted(to.name)}`)]),
  ]
}

/** The connection's own schema has no name here; it is asked for when the statement runs. */
function toSchema(table: string, { schema }: TableName | TableSnapshot): string {
  if (schema !== null) return `alter table ${table} set schema ${quoted(schema)}`
  const text = literal(`alter table ${table.replaceAll('%', '%%')} set schema %I`)
  return doBlock([`execute format(${text}, current_schema())`])
}
