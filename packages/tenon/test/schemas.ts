import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Connection } from '../src/database/driver.ts'
import { openPostgres } from '../src/database/postgres/open-postgres.ts'
import { type DiffOptions, diff } from '../src/migrations/diff.ts'
import { openEngine } from '../src/migrations/engine.ts'
import type { Operation } from '../src/migrations/operations/operation.ts'
import { reverse } from '../src/migrations/operations/reverse.ts'
import { type PlannedRevision, type PlannedSection, plan } from '../src/migrations/plan.ts'
import { readSnapshot } from '../src/migrations/read-snapshot.ts'
import { nameOfTable, type Snapshot } from '../src/migrations/snapshot.ts'
import { tableSql } from '../src/migrations/table-sql.ts'
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

export interface OpenDatabase extends Place {
  readonly url: string
}

/** One connection to a database of its own, for as long as it is open. */
export async function openDatabase(): Promise<OpenDatabase> {
  const { url, drop } = await createDatabase()
  return await connectTo(url, drop)
}

export async function connectTo(url: string, drop: () => Promise<void> = async () => {}): Promise<OpenDatabase> {
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
  return { connection, url, close }
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
    await connection.script('drop schema if exists scratch, tenon_dropped, shop, auth cascade; reset search_path')
  }
}

export interface Change extends DiffOptions {
  readonly from: string
  readonly to: string
  readonly fill?: Readonly<Record<string, string>>
  /** The rows that the way down leaves, where a value was filled in for good. */
  readonly rowsAfter?: unknown
  /** Gives a value wherever one must be given. */
  readonly fills?: boolean
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
    assert.deepEqual(operations.map(reverse).map(reverse), operations)
    const fill = change.fill ?? (change.fills ? fillsOf(operations, to) : {})
    const planned = await plan(operations, { engine: connection, fill })
    const rows = await readRows(connection, from)
    await runSection(connection, planned.up)
    const reached = await readSnapshot(connection)
    assert.deepEqual(comparable(reached), comparable(to), 'up leads to the models')
    const unmanaged = change.unmanaged ?? []
    assert.deepEqual(diff(reached, to, { unmanaged }), [], 'nothing is left to do')
    await runSection(connection, planned.down)
    assert.deepEqual(comparable(await readSnapshot(connection)), comparable(from), 'down leads back')
    assert.deepEqual(await readRows(connection, from), change.rowsAfter ?? rows, 'the rows are as they were')
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

async function readRows(connection: Connection, { tables }: Snapshot): Promise<unknown> {
  const found: unknown[] = []
  for (const table of tables) {
    const text = `select to_jsonb(t)::text collate "C" from ${tableSql(table)} t order by 1`
    found.push((await connection.run({ text, values: [] })).rows)
  }
  return found
}

/** A value wherever one must be given. */
export function fillsOf(operations: readonly Operation[], to: Snapshot): Record<string, string> {
  const values: Record<string, string> = { boolean: 'true', jsonb: "'{}'", uuid: 'gen_random_uuid()', 'text[]': "'{}'" }
  const fill: Record<string, string> = {}
  for (const operation of operations) {
    if (operation.kind !== 'add column' && operation.kind !== 'change nullability') continue
    const { table } = operation
    const name = operation.kind === 'add column' ? operation.column.name : operation.column
    const column = to.tables.find((one) => one.name === table.name)?.columns.find((one) => one.name === name)
    const isLacking = column?.notNull && !column.generated && !column.identity
    if (!isLacking || (operation.kind === 'add column' && column.default !== null)) continue
    fill[`${nameOfTable(table)}.${name}`] =
      values[column.type] ?? (column.type.startsWith('timestamp') ? 'now()' : "'5'")
  }
  return fill
}

/** A change with the statements that are expected for it, as `show` writes them; a way without them only has to lead there. */
export interface ShownChange extends Change {
  readonly up?: string
  readonly down?: string
}

/** `expand: alter table …`, a line for each statement, under what they run in. */
export function show({ transaction, statements }: PlannedSection): string {
  const lines = statements.map(({ sql, phase, batch, note }) => {
    const by = batch ? `  -- by ${batch.key.join(', ')}, ${batch.rows} rows at once` : ''
    return `${phase}: ${sql}${by}${note === undefined ? '' : `  -- ${note}`}`
  })
  return [transaction ? 'in one transaction' : 'statement by statement', ...lines].join('\n')
}

/** Each change on every place: its statements, and that they lead there, back and there again with all rows. */
export function describeChanges(title: string, changes: Readonly<Record<string, ShownChange>>): void {
  for (const [kind, open] of Object.entries(places)) {
    describe(`${title} on ${kind}`, () => {
      let place: Place
      before(async () => {
        place = await open()
      })
      after(() => place.close())
      for (const [name, change] of Object.entries(changes)) {
        it(name, async () => {
          const { planned } = await tryChange(place.connection, change)
          if (change.up !== undefined) assert.equal(show(planned.up), change.up)
          if (change.down !== undefined) assert.equal(show(planned.down), change.down)
        })
      }
    })
  }
}

/** What the catalog says of a script, which is undone. */
export function readSchema(connection: Connection, script: string): Promise<Snapshot> {
  return inSchema(connection, async () => {
    await connection.script(script)
    return await readSnapshot(connection)
  })
}
