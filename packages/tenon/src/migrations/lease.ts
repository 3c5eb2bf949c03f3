import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { UsageError } from '../core/errors.ts'
import type { Connection, Driver } from '../database/driver.ts'
import { DatabaseError } from '../database/errors.ts'
import { operator } from './journal.ts'
import type { StillHeld } from './lock.ts'
import type { Report } from './report.ts'

const table = 'tenon_lease'
const seconds = 30
const renewEvery = 10_000
const pollEvery = 500

/**
 * As `exclusively`, by a row that expires: for where a pooler lends each transaction another session, so that a lock of
 * the session holds nobody. A run that was killed keeps others waiting until its lease expires, 30 s at most.
 */
export async function underLease<T>(
  driver: Pick<Driver, 'run'>,
  connection: Connection,
  report: Report,
  work: (stillHeld: StillHeld) => Promise<T>,
): Promise<T> {
  const holder = `${operator()} ${randomUUID()}`
  await ensureTable(connection)
  for (let attempt = 0; !(await take(connection, holder)); attempt++) {
    if (attempt === 0) report({ kind: 'waiting', holder: await findHolder(connection) })
    await delay(pollEvery * (0.5 + Math.random()))
  }
  // From another connection, since this one may be at a statement that takes minutes.
  const renewal = setInterval(() => renew(driver, holder).catch(() => {}), renewEvery)
  try {
    return await work(() => assertHeld(connection, holder))
  } finally {
    clearInterval(renewal)
    await connection.run({ text: `delete from ${table} where holder = $1`, values: [holder] }).catch(() => {})
  }
}

// Side by side, `if not exists` fails for all but one: unique_violation, duplicate_table, duplicate_object.
async function ensureTable(connection: Connection): Promise<void> {
  for (;;) {
    try {
      await connection.script(
        `create table if not exists ${table} (name text primary key, holder text not null, expires_at timestamptz not null)`,
      )
      return
    } catch (error) {
      const state = error instanceof DatabaseError ? error.report.state : undefined
      if (!['23505', '42P07', '42710'].includes(state ?? '')) throw error
    }
  }
}

async function take(connection: Connection, holder: string): Promise<boolean> {
  const text = `insert into ${table} as l values ('migrations', $1, clock_timestamp() + interval '${seconds} s')
    on conflict (name) do update set holder = excluded.holder, expires_at = excluded.expires_at
    where l.expires_at < clock_timestamp() returning holder`
  return (await connection.run({ text, values: [holder] })).rows.length > 0
}

async function renew(driver: Pick<Driver, 'run'>, holder: string): Promise<void> {
  const text = `update ${table} set expires_at = clock_timestamp() + interval '${seconds} s' where holder = $1`
  await driver.run({ text, values: [holder] })
}

async function assertHeld(connection: Connection, holder: string): Promise<void> {
  const text = `select 1 from ${table} where holder = $1 and expires_at > clock_timestamp()`
  if ((await connection.run({ text, values: [holder] })).rows.length > 0) return
  throw new UsageError(
    `Cannot go on: this run's lease was not renewed for ${seconds} s, and another may work now. What is in the journal ` +
      'was kept. Run again.',
  )
}

async function findHolder(connection: Connection): Promise<string | undefined> {
  const text = `select split_part(holder, ' ', 1) || ', until ' || to_char(expires_at, 'HH24:MI:SS TZ') from ${table}`
  return (await connection.run({ text, values: [] })).rows[0]?.[0] ?? undefined
}
