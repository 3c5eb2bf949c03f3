import { hostname, userInfo } from 'node:os'
import type { Connection } from '../database/driver.ts'
import { DatabaseError } from '../database/errors.ts'
import type { Revision } from './revision.ts'

/** A revision as the database remembers it. */
export interface AppliedRevision {
  readonly id: string
  readonly checksum: string
  readonly appliedAt: Date
  /** `ada@laptop` */
  readonly appliedBy: string
  readonly milliseconds: number
}

const table = 'tenon_revisions'

/** Makes the journal where there is none. Only under the lock: side by side, IF NOT EXISTS fails. */
export async function ensureJournal(connection: Connection): Promise<void> {
  const { rows } = await connection.run({ text: 'select to_regclass($1) is not null', values: [table] })
  if (rows[0]?.[0] === 't') return
  await connection.script(`
    create table ${table} (
      id text primary key,
      checksum text not null,
      applied_at timestamptz not null default clock_timestamp(),
      applied_by text not null,
      duration_ms integer not null
    )`)
}

/** What was applied, in the order in which it was; nothing where there is no journal yet. */
export async function readJournal(connection: Pick<Connection, 'run'>): Promise<readonly AppliedRevision[]> {
  const text = `select id, checksum, applied_at, applied_by, duration_ms from ${table} order by applied_at, id`
  const rows = await readRows(connection, text)
  return rows.map(([id, checksum, appliedAt, appliedBy, milliseconds]) => ({
    id: String(id),
    checksum: String(checksum),
    appliedAt: new Date(String(appliedAt)),
    appliedBy: String(appliedBy),
    milliseconds: Number(milliseconds),
  }))
}

/** The names alone, in one cheap query. */
export async function readAppliedIds(connection: Pick<Connection, 'run'>): Promise<ReadonlySet<string>> {
  const rows = await readRows(connection, `select id from ${table}`)
  return new Set(rows.map(([id]) => String(id)))
}

async function readRows(connection: Pick<Connection, 'run'>, text: string) {
  try {
    return (await connection.run({ text, values: [] })).rows
  } catch (error) {
    // undefined_table
    if (error instanceof DatabaseError && error.report.state === '42P01') return []
    throw error
  }
}

export async function recordRevision(connection: Connection, revision: Revision, milliseconds: number): Promise<void> {
  await connection.run({
    text: `insert into ${table} (id, checksum, applied_by, duration_ms) values ($1, $2, $3, $4)`,
    values: [revision.id, revision.checksum, operator(), String(Math.round(milliseconds))],
  })
}

export async function forgetRevision(connection: Connection, id: string): Promise<void> {
  await connection.run({ text: `delete from ${table} where id = $1`, values: [id] })
}

function operator(): string {
  return `${userName()}@${hostname()}`
}

function userName(): string {
  try {
    return userInfo().username
  } catch {
    // A container may run under a number that has no name.
    return String(process.getuid?.() ?? 'unknown')
  }
}
