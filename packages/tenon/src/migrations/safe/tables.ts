import { literal, quoted } from '../../sql/names.ts'
import type { HideTable, Operation, RenameTable, RestoreTable } from '../operations/operation.ts'
import { hiddenSchema, type TableName, type TableSnapshot } from '../snapshot.ts'
import { toReference } from '../table-reference.ts'
import { commentsSql, createTableSql, indexSql, tableSql } from '../table-sql.ts'
import { inTwoSteps } from './constraints.ts'
import { contract, doBlock, expand, type SafeStatement } from './statement.ts'

type On<Kind extends Operation['kind']> = Extract<Operation, { readonly kind: Kind }>

export function createSchema({ schema }: On<'create schema'>): SafeStatement[] {
  return [expand(`create schema if not exists ${quoted(schema)}`)]
}

/** What else is in the schema, functions for example, keeps it. */
export function dropSchema({ schema }: On<'drop schema'>): SafeStatement[] {
  const sql = [
    'do $tenon$',
    'begin',
    `  drop schema ${quoted(schema)};`,
    'exception when dependent_objects_still_exist then null;',
    'end $tenon$',
  ]
  return [contract(sql.join('\n'), { note: 'kept where something else is in it' })]
}

/** Nobody reads a table that is new, so its indexes need not be made concurrently. */
export function createTable({ table }: On<'create table'>): SafeStatement[] {
  const statements = [
    createTableSql(table, table.constraints),
    ...table.indexes.map((index) => indexSql(table, index)),
    ...commentsSql(table),
  ]
  return statements.map((sql) => expand(sql))
}

export function dropTable({ table }: On<'drop table'>): SafeStatement[] {
  return [contract(`drop table ${tableSql(table)}`)]
}

export function hideTable({ table, severed }: HideTable): SafeStatement[] {
  return [
    contract(`create schema if not exists ${quoted(hiddenSchema)}`),
    ...severed.map((name) =>
      contract(`alter table ${tableSql(table)} drop constraint ${quoted(name)}`, {
        note: 'or it would refuse writes to the table that it refers to',
      }),
    ),
    contract(`alter table ${tableSql(table)} set schema ${quoted(hiddenSchema)}`, {
      note: 'hidden, not dropped: the way down brings it back with its rows',
    }),
  ]
}

export function restoreTable({ table, severed }: RestoreTable): SafeStatement[] {
  const hidden = tableSql({ schema: hiddenSchema, name: table.name })
  return [
    expand(toSchema(hidden, table)),
    ...table.constraints
      .filter(({ name }) => severed.includes(name))
      .flatMap((constraint) => inTwoSteps(toReference(table), constraint, true)),
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
