import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
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

  it('leaves alone the statement that its POST was running', async () => {
    const db = dependency({}, () => new Database(driver), { scope: 'app' })
    const routes = router('/', { uses: { db } })
    let answered: unknown
    const begun = Promise.withResolvers<void>()
    const noticed = Promise.withResolvers<void>()
    routes.post('/slow', {}, async ({ db }) => {
      begun.resolve()
      await noticed.promise
      answered = await db.sql`select 7 as seven from pg_sleep(0.1)`.rows().run()
    })
    const server = await serve(app({ routers: [routes], server: { log: { level: 'silent', format: 'json' } } }), {
      host: '127.0.0.1',
      port: 0,
    })
    try {
      const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
      socket.write('POST /slow HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n')
      await begun.promise
      const closed = once(socket, 'close')
      socket.destroy()
      await closed
      // The other end hears of it a little later.
      await delay(300)
      noticed.resolve()
      await until(() => answered !== undefined)
      assert.deepEqual(answered, [{ seven: 7 }])
    } finally {
      await server.close()
    }
  })

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
