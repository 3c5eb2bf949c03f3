import { UsageError } from '../core/errors.ts'
import type { Connection } from '../database/driver.ts'
import { DatabaseError } from '../database/errors.ts'
import { quoted } from '../sql/names.ts'
import { describeOperation } from './operations/describe.ts'
import type { AddColumn, ChangeType, Operation } from './operations/operation.ts'
import type { TableSnapshot } from './snapshot.ts'
import { columnSql, createSequenceSql, createTableSql, indexSql, tableSql, typeSql } from './table-sql.ts'

/** What PostgreSQL did when it was asked. `isExplicit`: only a written cast leads to the type. */
export type Trial =
  | { readonly kind: 'in place' | 'rewrite'; readonly isExplicit: boolean }
  | { readonly kind: 'no cast' }

/**
 * Tries on the engine what only PostgreSQL knows: whether a new default or type writes the table anew. A table or an
 * index that was written anew has another file. Everything is rolled back.
 */
export async function tryOut(
  connection: Connection,
  operations: readonly Operation[],
): Promise<ReadonlyMap<Operation, Trial>> {
  const trials = new Map<Operation, Trial>()
  for (const operation of operations) {
    try {
      if (operation.kind === 'change type')
        trials.set(operation, await inTrial(connection, () => tryType(connection, operation)))
      if (operation.kind === 'add column')
        trials.set(operation, await inTrial(connection, () => tryColumn(connection, operation)))
      if (operation.kind === 'create table') await inTrial(connection, () => tryTable(connection, operation.table))
    } catch (error) {
      if (!(error instanceof DatabaseError)) throw error
      throw new UsageError(
        `Cannot plan "${describeOperation(operation)}": ${reasonOf(error)}. ` +
          'Types, functions and extensions that it needs must come by a revision before.',
        { cause: error },
      )
    }
  }
  return trials
}

function reasonOf({ message, cause }: DatabaseError): string {
  return cause instanceof Error ? cause.message : message
}

const schema = 'tenon_trial'

export function trialTable(name: string): string {
  return tableSql({ schema, name })
}

async function tryTable(connection: Connection, table: TableSnapshot): Promise<void> {
  if (table.schema !== null) await connection.script(`create schema if not exists ${quoted(table.schema)}`)
  for (const sql of table.columns.flatMap(createSequenceSql)) await attempt(connection, sql)
  const own = table.constraints.filter(({ kind }) => kind !== 'foreign key')
  await connection.script(createTableSql({ ...table, schema }, own))
}

async function tryColumn(connection: Connection, { column }: AddColumn): Promise<Trial> {
  for (const sql of createSequenceSql(column)) await attempt(connection, sql)
  // What it is computed from may be any column of the table; a stored one always writes the table anew.
  if (column.generated) return { kind: column.generated.stored ? 'rewrite' : 'in place', isExplicit: false }
  const table = { schema, name: 'trial' }
  await connection.script(`create table ${tableSql(table)} ()`)
  const before = await filesOf(connection)
  await connection.script(`alter table ${tableSql(table)} add column ${columnSql(column)}`)
  return { kind: before === (await filesOf(connection)) ? 'in place' : 'rewrite', isExplicit: false }
}

async function tryType(connection: Connection, { before, from, to, constraints, indexes }: ChangeType): Promise<Trial> {
  const keys = constraints.filter(
    ({ from: { kind } }) => kind === 'primary key' || kind === 'unique' || kind === 'exclusion',
  )
  const columns = before.columns.map((column) => ({ ...column, default: null, identity: null, generated: null }))
  const table = { ...before, schema, name: 'trial', columns, partition: null }
  await connection.script(
    createTableSql(
      table,
      keys.map((key) => key.from),
    ),
  )
  for (const index of indexes) await connection.script(indexSql(table, index.from))
  const files = await filesOf(connection)
  const alter = `alter table ${tableSql(table)} alter column ${quoted(from.name)} type ${typeSql(to)}`
  for (const isExplicit of [false, true]) {
    const isDone = await attempt(connection, isExplicit ? `${alter} using ${quoted(from.name)}::${to.type}` : alter)
    if (isDone) return { kind: files === (await filesOf(connection)) ? 'in place' : 'rewrite', isExplicit }
  }
  return { kind: 'no cast' }
}

/** PostgreSQL takes an expression into an index only where it gives the same value each time. */
export async function isImmutable(connection: Connection, table: TableSnapshot, expression: string): Promise<boolean> {
  return await inTrial(connection, async () => {
    const columns = table.columns.map((column) => ({ ...column, default: null, identity: null, generated: null }))
    const trial = { ...table, schema, name: table.name, columns, partition: null }
    await connection.script(createTableSql(trial, []))
    return await attempt(connection, `create index on ${tableSql(trial)} ((${expression}))`)
  })
}

export async function attempt(connection: Connection, sql: string): Promise<boolean> {
  await connection.script('savepoint trial')
  try {
    await connection.script(sql)
    return true
  } catch (error) {
    // undefined_object: the type itself is not there, which says nothing of casts.
    if (!(error instanceof DatabaseError) || error.report.state === '42704') throw error
    await connection.script('rollback to savepoint trial')
    return false
  }
}

/** An index keeps its file where PostgreSQL can use it as it is, though it may make its entry anew. */
async function filesOf(connection: Connection): Promise<string> {
  const text = `
    select json_agg(pg_relation_filenode(c.oid) order by c.relname)
    from pg_class c where c.relnamespace = '${schema}'::regnamespace and c.relkind in ('r', 'i')`
  return String((await connection.run({ text, values: [] })).rows[0]?.[0])
}

export async function inTrial<T>(connection: Connection, work: () => Promise<T>): Promise<T> {
  await connection.script(`begin; create schema ${schema}`)
  try {
    return await work()
  } finally {
    await connection.script('rollback')
  }
}
