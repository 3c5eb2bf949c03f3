import { setTimeout as delay } from 'node:timers/promises'
import type { Connection } from '../database/driver.ts'
import type { Report } from './report.ts'

// "tenon" in ASCII; advisory locks are counted per database.
const key = String(0x74656e6f6e)
const pollEvery = 200

/**
 * Runs the work while no other run does, and waits for its turn. By asking again and again: a waiting
 * pg_advisory_lock() holds a snapshot that CREATE INDEX CONCURRENTLY in the other run waits for, a deadlock.
 */
export async function exclusively<T>(connection: Connection, report: Report, work: () => Promise<T>): Promise<T> {
  for (let attempt = 0; !(await tryLock(connection)); attempt++) {
    if (attempt === 0) report({ kind: 'waiting', holder: await findHolder(connection) })
    await delay(pollEvery * (0.5 + Math.random()))
  }
  try {
    return await work()
  } finally {
    // Where the connection has gone, the lock has too.
    await connection.run({ text: 'select pg_advisory_unlock($1)', values: [key] }).catch(() => {})
  }
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
