import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { until } from '../../test/until.ts'
import { Database } from '../database/database.ts'
import type { Driver } from '../database/driver.ts'
import { openPostgres } from '../database/postgres/open-postgres.ts'
import { app, dependency, router, serve } from '../http/index.ts'
import { createDatabase, type TestDatabase } from './server.ts'

describe('a client that goes away', { timeout: 120_000 }, () => {
  let database: TestDatabase
  let driver: Driver
  // Looks on from outside: on a lane it could stand behind what it looks at.
  let watcher: Driver
  before(async () => {
    database = await createDatabase()
    driver = openPostgres({ url: database.url, statementTimeout: 90_000 })
    watcher = openPostgres({ url: database.url, lanes: 0 })
  })
  after(async () => {
    await driver.close()
    await watcher.close()
    await database.drop()
  })

  const ask = async (what: string) => {
    const text = `select ${what} from pg_stat_activity where query like 'select pg_sleep%' and state = 'active' and datname = current_database()`
    return (await watcher.run({ text, values: [] })).rows[0]?.[0]
  }
  const waitFor = (count: string) => until(async () => (await ask('count(*)')) === count)

  it('ends the statement that its GET was running, and no other', async () => {
    const db = dependency({}, () => new Database(driver), { scope: 'app' })
    const routes = router('/', { uses: { db } })
    routes.get('/slow', {}, async ({ db }) => {
      await db.sql`select pg_sleep(60)`.rows().run()
    })
    const lines: string[] = []
    const log = { level: 'info', format: 'json', write: (line: string) => lines.push(line) } as const
    const server = await serve(app({ routers: [routes], server: { log } }), { host: '127.0.0.1', port: 0 })
    const abort = new AbortController()
    try {
      const kept = fetch(`${server.url}/slow`).catch(() => {})
      const left = fetch(`${server.url}/slow`, { signal: abort.signal })
      await waitFor('2')
      abort.abort()
      await assert.rejects(left)
      await waitFor('1')
      assert.ok(!lines.some((line) => line.includes('"level":50')), lines.join(''))
      await ask('pg_terminate_backend(pid)')
      await kept
    } finally {
      await server.close()
    }
  })
})
