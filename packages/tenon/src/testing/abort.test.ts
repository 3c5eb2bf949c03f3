import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { Database } from '../database/database.ts'
import type { Driver } from '../database/driver.ts'
import { openPostgres } from '../database/postgres/open-postgres.ts'
import { app, dependency, router, serve } from '../http/index.ts'
import { createDatabase, type TestDatabase } from './server.ts'

describe('a client that goes away', () => {
  let database: TestDatabase
  let driver: Driver
  before(async () => {
    database = await createDatabase()
    driver = openPostgres({ url: database.url })
  })
  after(async () => {
    await driver.close()
    await database.drop()
  })

  const sleeping = async () => {
    const text =
      "select count(*) from pg_stat_activity where query like 'select pg_sleep%' and state = 'active' and datname = current_database()"
    return Number((await driver.run({ text, values: [] })).rows[0]?.[0])
  }

  it('ends the statement that its GET was running, and no other', async () => {
    const db = dependency({}, () => new Database(driver), { scope: 'app' })
    const routes = router('/', { uses: { db } })
    routes.get('/slow', {}, async ({ db }) => {
      await db.sql`select pg_sleep(20)`.rows().run()
    })
    const lines: string[] = []
    const log = { level: 'info', format: 'json', write: (line: string) => lines.push(line) } as const
    const server = await serve(app({ routers: [routes], server: { log } }), { host: '127.0.0.1', port: 0 })
    const abort = new AbortController()
    const answers = [fetch(`${server.url}/slow`, { signal: abort.signal }), fetch(`${server.url}/slow`)]
    answers[1]?.catch(() => {})
    for (let attempt = 0; attempt < 100 && (await sleeping()) < 2; attempt++) await delay(50)
    assert.equal(await sleeping(), 2)
    abort.abort()
    await assert.rejects(answers[0] as Promise<Response>)
    for (let attempt = 0; attempt < 100 && (await sleeping()) > 1; attempt++) await delay(50)
    assert.equal(await sleeping(), 1)
    assert.ok(!lines.some((line) => line.includes('"level":50')), lines.join(''))
    await driver.run({
      text: "select pg_terminate_backend(pid) from pg_stat_activity where query like 'select pg_sleep%' and pid <> pg_backend_pid()",
      values: [],
    })
    await server.close()
  })
})
