import { setTimeout as delay } from 'node:timers/promises'
import { UsageError } from '../core/errors.ts'
import type { Connection } from '../database/driver.ts'
import type { Report } from './report.ts'

// "tenon" in ASCII; advisory locks are counted per database.
const key = String(0x74656e6f6e)
const pollEvery = 200

/** Throws where the lock that keeps two runs apart is no longer this run's. */
export type StillHeld = () => Promise<void>

/**
 * Runs the work while no other run does, and waits for its turn. By asking again and again: a waiting
 * pg_advisory_lock() holds a snapshot that CREATE INDEX CONCURRENTLY in the other run waits for, a deadlock.
 */
export async function exclusively<T>(
  connection: Connection,
  report: Report,
  work: (stillHeld: StillHeld) => Promise<T>,
): Promise<T> {
  const process = await serverProcess(connection)
  const stillHeld = () => assertSameProcess(connection, process)
  // Behind a pooler that nobody has named, one of these may already be another's.
  for (let count = 0; count < 3; count++) await stillHeld()
  for (let attempt = 0; !(await tryLock(connection)); attempt++) {
    if (attempt === 0) report({ kind: 'waiting', holder: await findHolder(connection) })
    await delay(pollEvery * (0.5 + Math.random()))
  }
  try {
    await stillHeld()
    return await work(stillHeld)
  } finally {
    // Where the connection has gone, the lock has too.
    await connection.run({ text: 'select pg_advisory_unlock($1)', values: [key] }).catch(() => {})
  }
}

/** The number of the server's process that serves this connection now. */
export async function serverProcess(connection: Pick<Connection, 'run'>): Promise<number> {
  return Number((await connection.run({ text: 'select pg_backend_pid()', values: [] })).rows[0]?.[0])
}

async function assertSameProcess(connection: Connection, expected: number): Promise<void> {
  const now = await serverProcess(connection)
  if (now !== expected) throw pooledError(`its server process was ${expected} and is ${now} now`)
}

export function pooledError(reason: string): UsageError {
  return new UsageError(
    `Cannot migrate through a pooler: ${reason}, and a lock that keeps two runs apart would hold nobody. ` +
      "Use the server's own address in DATABASE_URL, or the option lock: 'lease' where only the pooler can be reached.",
  )
}

async function tryLock(connection: Connection): Promise<boolean> {
  const { rows } = await connection.run({ text: 'select pg_try_advisory_lock($1)', values: [key] })
  return rows[0]?.[0] === 't'
}

/** The server process that runs now; undefined where it has just ended. */
async function findHolder(connection: Connection): Promise<string | undefined> {
  const text = `
    select pid from pg_locks where locktype = 'advisory' and granted
      and database = (select oid from pg_database where datname = current_database())
      and (classid::bigint << 32) + objid::bigint = $1::bigint`
  return (await connection.run({ text, values: [key] })).rows[0]?.[0] ?? undefined
}
