import assert from 'node:assert/strict'
import type { Connection } from '../src/database/driver.ts'
import { openPostgres } from '../src/database/postgres/open-postgres.ts'
import { type DiffOptions, diff } from '../src/migrations/diff.ts'
import { openEngine } from '../src/migrations/engine.ts'
import type { Operation } from '../src/migrations/operations/operation.ts'
import { type PlannedRevision, type PlannedSection, plan } from '../src/migrations/plan.ts'
import { readSnapshot } from '../src/migrations/read-snapshot.ts'
import type { Snapshot } from '../src/migrations/snapshot.ts'
import { createDatabase } from '../src/testing/server.ts'

export interface Place {
  readonly connection: Connection
  close(): Promise<void>
}

/** Where schemas are tried: the embedded engine, and a database on a server. */
export const places: Readonly<Record<'pglite' | 'postgres', () => Promise<Place>>> = {
  pglite: openEngine,
  postgres: () => openDatabase(),
}

/** One connection to a database of its own, for as long as it is open. */
export async function openDatabase(): Promise<Place> {
  const { url, drop } = await createDatabase()
  const driver = openPostgres({ url })
  const opened = Promise.withResolvers<Connection>()
  const closing = Promise.withResolvers<void>()
  const session = driver.session(async (connection) => {
    opened.resolve(connection)
    await closing.promise
  })
  session.catch(opened.reject)
  const connection = await opened.promise
  const close = async () => {
    closing.resolve()
    await session
    await driver.close()
    await drop()
  }
  return { connection, close }
}

/** Runs a section as it stands, every batch in one go. */
export async function runSection(connection: Connection, { statements, transaction }: PlannedSection): Promise<void> {
  if (transaction) await connection.script('begin')
  for (const { sql } of statements) {
    try {
      await connection.script(sql.replaceAll(':batch', 'true'))
    } catch (error) {
      throw new Error(`In the statement ${sql}`, { cause: error })
    }
  }
  if (transaction) await connection.script('commit')
}

/** A schema of its own that is the connection's own while the work runs, and is gone afterwards. */
export async function inSchema<T>(connection: Connection, work: () => Promise<T>): Promise<T> {
  await connection.script('create schema scratch; set search_path to scratch')
  try {
    return await work()
  } finally {
    await connection.script('rollback')
    await connection.script(
      'drop schema if exists scratch, tenon_dropped, shop, shop2, "Mixed" cascade; reset search_path',
    )
  }
}

export interface Change extends DiffOptions {
  readonly from: string
  readonly to: string
  readonly fill?: Readonly<Record<string, string>>
  /** Runs between up and down, and after the way up and the way down what it reads must be the same. */
  readonly rows?: string
}

export interface Tried {
  readonly operations: Operation[]
  readonly planned: PlannedRevision
  readonly from: Snapshot
  readonly to: Snapshot
}

/** Goes from one schema to the other and back, and holds what the catalog says against what was asked for. */
export async function tryChange(connection: Connection, change: Change): Promise<Tried> {
  const to = await inSchema(connection, async () => {
    await connection.script(change.to)
    return await readSnapshot(connection)
  })
  return await inSchema(connection, async () => {
    await connection.script(change.from)
    const from = await readSnapshot(connection)
    const operations = diff(from, to, change)
    const planned = await plan(operations, { engine: connection, fill: change.fill ?? {} })
    await runSection(connection, planned.up)
    const reached = await readSnapshot(connection)
    assert.deepEqual(comparable(reached), comparable(to), 'up leads to the models')
    const unmanaged = change.unmanaged ?? []
    assert.deepEqual(diff(reached, to, { unmanaged }), [], 'nothing is left to do')
    await runSection(connection, planned.down)
    assert.deepEqual(comparable(await readSnapshot(connection)), comparable(from), 'down leads back')
    await runSection(connection, planned.up)
    assert.deepEqual(comparable(await readSnapshot(connection)), comparable(to), 'up leads there again')
    return { operations, planned, from, to }
  })
}

/** The order of columns says nothing, nor does what is hidden. */
export function comparable(snapshot: Snapshot): unknown {
  return snapshot.tables.map((table) => ({
    ...table,
    columns: table.columns
      .map(({ sequence: _, ...column }) => column)
      .toSorted((one, other) => (one.name < other.name ? -1 : 1)),
  }))
}
