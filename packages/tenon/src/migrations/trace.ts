import type { Connection } from '../database/driver.ts'
import { DatabaseError } from '../database/errors.ts'
import { documentedLocks } from './documented-locks.ts'
import { type LockMode, stronger, type TracedLock } from './lock-mode.ts'
import type { PlannedStatement } from './planned-revision.ts'
import { withCondition } from './statements.ts'
import { flushCounters, type Measured, measure, readLocks } from './trace-counters.ts'

/** What a statement did to the relations that were there before it, as the server's own counters and locks tell. */
export interface StatementTrace {
  /** The strongest lock on each table, view or sequence, held until the transaction ends. */
  readonly locks: readonly TracedLock[]
  /** `documented` where the server lets nobody look: statements that cannot stand in a transaction. */
  readonly locksFrom: 'measured' | 'documented'
  /** Tables that got a new file. */
  readonly rewritten: readonly string[]
  readonly scanned: readonly TracedScan[]
}

export interface TracedScan {
  readonly relation: string
  /** Passes over the whole table. */
  readonly passes: number
  /** Rows read, also through an index. */
  readonly rows: number
}

// active_sql_transaction
const notInTransaction = '25001'

/**
 * Runs the statements one after the other, each in a transaction that is kept, and tells what each did. Of a batched
 * one the first batch. Meant for a scratch database with rows in it: what is empty is scanned for nothing.
 */
export async function traceStatements(
  connection: Connection,
  statements: readonly Pick<PlannedStatement, 'sql' | 'batch'>[],
): Promise<StatementTrace[]> {
  const traces: StatementTrace[] = []
  for (const statement of statements) traces.push(await traceStatement(connection, firstBatch(statement)))
  return traces
}

/** A batched statement with the condition of its first batch in place of `:batch`. */
export function firstBatch({ sql, batch }: Pick<PlannedStatement, 'sql' | 'batch'>): string {
  if (!batch) return sql
  const key = batch.key.join(', ')
  const condition = `(${key}) in (select ${key} from ${batch.table} order by ${key} limit ${batch.rows})`
  return withCondition(sql, condition)
}

async function traceStatement(connection: Connection, sql: string): Promise<StatementTrace> {
  await connection.script('begin')
  try {
    const before = await measure(connection, 'transaction')
    await connection.script(sql)
    const after = await measure(connection, 'transaction')
    const locks = strongest(await readLocks(connection), before)
    await connection.script('commit')
    return { locks, locksFrom: 'measured', ...compare(before, after) }
  } catch (error) {
    await connection.script('rollback')
    if (!(error instanceof DatabaseError) || error.report.state !== notInTransaction) throw error
    return await traceOutside(connection, sql)
  }
}

/** Its locks are gone when it ends, and the engine has no second session to look from; the rest is counted. */
async function traceOutside(connection: Connection, sql: string): Promise<StatementTrace> {
  await flushCounters(connection)
  const before = await measure(connection, 'database')
  const locks = await documentedLocks(connection, sql)
  await connection.script(sql)
  await flushCounters(connection)
  const after = await measure(connection, 'database')
  return { locks, locksFrom: 'documented', ...compare(before, after) }
}

function strongest(held: readonly { id: string; mode: LockMode }[], before: ReadonlyMap<string, Measured>) {
  const modes = new Map<string, LockMode>()
  for (const { id, mode } of held) {
    const relation = before.get(id)
    if (!relation || relation.isIndex) continue
    modes.set(relation.name, stronger(modes.get(relation.name), mode))
  }
  return [...modes].map(([relation, mode]) => ({ relation, mode })).toSorted(byRelation)
}

function compare(before: ReadonlyMap<string, Measured>, after: ReadonlyMap<string, Measured>) {
  const rewritten: string[] = []
  const scans = new Map<string, TracedScan>()
  for (const [id, was] of before) {
    const is = after.get(id)
    if (!is) continue
    if (!was.isIndex && is.file !== undefined && is.file !== was.file) rewritten.push(was.name)
    const rows = is.rows - was.rows
    const passes = was.isIndex ? 0 : is.passes - was.passes
    if (rows === 0 && passes === 0) continue
    const { passes: earlierPasses = 0, rows: earlierRows = 0 } = scans.get(was.table) ?? {}
    scans.set(was.table, { relation: was.table, passes: earlierPasses + passes, rows: earlierRows + rows })
  }
  return { rewritten: rewritten.toSorted(), scanned: [...scans.values()].toSorted(byRelation) }
}

function byRelation(one: { relation: string }, other: { relation: string }): number {
  return one.relation < other.relation ? -1 : one.relation > other.relation ? 1 : 0
}
