import type { Connection } from '../database/driver.ts'
import { type LockMode, toLockMode } from './lock-mode.ts'

/** A relation and its counters at one moment. */
export interface Measured {
  readonly name: string
  /** The table that an index belongs to; the relation itself otherwise. */
  readonly table: string
  readonly isIndex: boolean
  /** Names its file; undefined once it is gone. */
  readonly file: string | undefined
  readonly passes: number
  readonly rows: number
}

// The counters of this session that are not added to the database's yet, or those of the database.
const counters = {
  transaction: { passes: 'pg_stat_get_xact_numscans', rows: 'pg_stat_get_xact_tuples_returned' },
  database: { passes: 'pg_stat_get_numscans', rows: 'pg_stat_get_tuples_returned' },
}

/** Every relation of the user's by its number. Counters only grow, so what counts is the difference of two. */
export async function measure(
  connection: Connection,
  scope: keyof typeof counters,
): Promise<ReadonlyMap<string, Measured>> {
  const { passes, rows } = counters[scope]
  const text = `
    select c.oid, c.oid::regclass, coalesce(i.indrelid, c.oid)::regclass, c.relkind in ('i', 'I'), c.relfilenode,
      coalesce(${passes}(c.oid), 0), coalesce(${rows}(c.oid), 0)
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    left join pg_index i on i.indexrelid = c.oid
    where c.relkind in ('r', 'p', 'm', 'v', 'f', 'S', 'i', 'I')
      and n.nspname <> 'information_schema' and n.nspname not like 'pg\\_%'`
  const found = await connection.run({ text, values: [] })
  return new Map(
    found.rows.map(([id, name, table, isIndex, file, passes, rows]) => [
      String(id),
      {
        name: String(name),
        table: String(table),
        isIndex: isIndex === 't',
        file: file ?? undefined,
        passes: Number(passes),
        rows: Number(rows),
      },
    ]),
  )
}

export async function readLocks(connection: Connection): Promise<{ id: string; mode: LockMode }[]> {
  const text = `
    select relation, mode from pg_locks
    where locktype = 'relation' and pid = pg_backend_pid() and granted
      and database = (select oid from pg_database where datname = current_database())`
  const { rows } = await connection.run({ text, values: [] })
  return rows.flatMap(([id, name]) => {
    const mode = toLockMode(String(name))
    return mode ? [{ id: String(id), mode }] : []
  })
}

/** Adds the session's counters to the database's at once; the server does so once a second. */
export async function flushCounters(connection: Connection): Promise<void> {
  await connection.run({ text: 'select pg_stat_force_next_flush()', values: [] })
  await connection.run({ text: 'select pg_stat_clear_snapshot()', values: [] })
}
