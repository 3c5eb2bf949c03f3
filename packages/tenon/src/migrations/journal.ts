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
  /** The database's role; null in what was written before it was kept. */
  readonly role: string | null
  readonly milliseconds: number
  /** Written by `stamp`, without running anything. */
  readonly stamped: boolean
}

type Runner = Pick<Connection, 'run'>

export const journalTable = 'tenon_revisions'

/** Makes the journal, where `if not exists` is wanted of a script that runs without being looked at. */
export const createJournal = `create table if not exists ${journalTable} (
  id text primary key,
  checksum text not null,
  applied_at timestamptz not null default clock_timestamp(),
  applied_by text not null,
  duration_ms integer not null,
  role text,
  stamped boolean not null default false
)`

/** What was applied, in the order in which it was; nothing where there is no journal yet. Reads old journals too. */
export async function readJournal(connection: Runner): Promise<readonly AppliedRevision[]> {
  const rows = await readRows(
    connection,
    `select id, checksum, applied_at, applied_by, duration_ms, to_jsonb(j) ->> 'role', to_jsonb(j) ->> 'stamped'
     from ${journalTable} j order by applied_at, id`,
  )
  return rows.map(([id, checksum, appliedAt, appliedBy, milliseconds, role, stamped]) => ({
    id: String(id),
    checksum: String(checksum),
    appliedAt: new Date(String(appliedAt)),
    appliedBy: String(appliedBy),
    role: role ?? null,
    milliseconds: Number(milliseconds),
    stamped: stamped === 'true',
  }))
}

/** Ids and checksums alone, in one cheap query. */
export async function readChecksums(connection: Runner): Promise<ReadonlyMap<string, string>> {
  const rows = await readRows(connection, `select id, checksum from ${journalTable}`)
  return new Map(rows.map(([id, checksum]) => [String(id), String(checksum)]))
}

/** The rows of a table that may not be there yet. */
export async function readRows(
  connection: Runner,
  text: string,
): Promise<readonly (readonly (string | null | undefined)[])[]> {
  try {
    return (await connection.run({ text, values: [] })).rows
  } catch (error) {
    // undefined_table
    if (error instanceof DatabaseError && error.report.state === '42P01') return []
    throw error
  }
}

/** The journal of a run that has the lock. It knows its schema, since a revision may change the search path. */
export class Journal {
  readonly schema: string
  readonly #connection: Connection

  /** Makes the journal where there is none, and gives an old one its new columns. Only under the lock. */
  static async open(connection: Connection): Promise<Journal> {
    const columns = await readColumns(connection)
    if (columns.size === 0) await connection.script(createJournal)
    else if (!columns.has('stamped')) {
      await connection.script(
        `alter table ${journalTable} add column role text, add column stamped boolean not null default false`,
      )
    }
    const text = `select quote_ident(nspname) from pg_class join pg_namespace n on n.oid = relnamespace
      where pg_class.oid = to_regclass('${journalTable}')`
    const { rows } = await connection.run({ text, values: [] })
    return new Journal(connection, rows[0]?.[0] ?? 'public')
  }

  private constructor(connection: Connection, schema: string) {
    this.#connection = connection
    this.schema = schema
  }

  async record(revision: Pick<Revision, 'id' | 'checksum'>, milliseconds: number, stamped = false): Promise<void> {
    await this.#connection.run({
      text: `insert into ${this.schema}.${journalTable} (id, checksum, applied_by, duration_ms, role, stamped)
        values ($1, $2, $3, $4, session_user, $5)`,
      values: [revision.id, revision.checksum, operator(), String(Math.round(milliseconds)), String(stamped)],
    })
  }

  async forget(id: string): Promise<void> {
    await this.#connection.run({ text: `delete from ${this.schema}.${journalTable} where id = $1`, values: [id] })
  }

  /** The line of the last one becomes that of the revision which replaces them all, in its place. */
  async replace(last: string, others: readonly string[], { id, checksum }: Revision): Promise<void> {
    const text = `update ${this.schema}.${journalTable} set id = $2, checksum = $3 where id = $1`
    await this.#connection.run({ text, values: [last, id, checksum] })
    for (const other of others) await this.forget(other)
  }

  async correctChecksum({ id, checksum }: Revision): Promise<void> {
    const text = `update ${this.schema}.${journalTable} set checksum = $2 where id = $1`
    await this.#connection.run({ text, values: [id, checksum] })
  }
}

async function readColumns(connection: Runner): Promise<ReadonlySet<string>> {
  const text = 'select attname from pg_attribute where attrelid = to_regclass($1) and attnum > 0 and not attisdropped'
  const { rows } = await connection.run({ text, values: [journalTable] })
  return new Set(rows.map(([name]) => String(name)))
}

/** Who runs this: `ada@laptop`. */
export function operator(): string {
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
