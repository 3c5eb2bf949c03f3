import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { Bouncer } from '../../../test/bouncer.ts'
import { until } from '../../../test/until.ts'
import { createDatabase, type TestDatabase } from '../../testing/server.ts'
import { Database } from '../database.ts'
import { openPostgres, type PostgresDriver } from './open-postgres.ts'
import type { PostgresOptions } from './options.ts'

const skip = !Bouncer.isInstalled && 'pgbouncer is not installed'

// Written for 1.18, which knows nothing of clients' prepared statements.
describe('PgBouncer in transaction mode', { skip, timeout: 300_000 }, () => {
  let database: TestDatabase
  let bouncer: Bouncer
  let driver: PostgresDriver

  before(async () => {
    database = await createDatabase()
    bouncer = await Bouncer.start(database.url)
    driver = openPostgres({ url: bouncer.url })
    await driver.run(statement('create table entry (name text primary key)'))
  })

  after(async () => {
    await driver?.close()
    await bouncer?.stop()
    await database?.drop()
  })

  const open = (options: Partial<PostgresOptions> = {}) => {
    const other = openPostgres({ url: bouncer.url, ...options })
    return Object.assign(other, { [Symbol.asyncDispose]: () => other.close() })
  }

  it('is found out, and statements with names go unnamed', async () => {
    assert.equal(driver.metrics().pooled, true)
    const named = (index: number) => ({
      name: `n${index % 10}`,
      text: `select ${index % 10}, $1::int`,
      values: [`${index}`],
    })
    const answers = await Promise.all(Array.from({ length: 400 }, (_, index) => driver.run(named(index))))
    assert.ok(answers.every(({ rows }, index) => rows[0]?.[1] === `${index}` && rows[0]?.[0] === `${index % 10}`))
    assert.deepEqual((await driver.run(statement('select count(*) from pg_prepared_statements'))).rows, [['0']])
  })

  it('is found out as well where it takes statement_timeout at the start and passes nothing on', async () => {
    await using other = open({ statementTimeout: 0 })
    await other.run(statement('select 1'))
    assert.equal(other.metrics().pooled, true)
  })

  it('carries transactions beside statements, each on one server connection', async () => {
    const transaction = (index: number) =>
      driver.transaction(async (connection) => {
        const pids = new Set<string | null | undefined>()
        for (let count = 0; count < 5; count++) {
          pids.add((await connection.run(statement('select pg_backend_pid()'))).rows[0]?.[0])
        }
        await connection.run(statement('insert into entry values ($1)', `${index}`))
        if (index % 2 === 1) throw new Error('back')
        return pids.size
      })
    const work = Array.from({ length: 40 }, (_, index) => [
      transaction(index),
      driver.run(statement('select count(*) from entry')),
    ])
    const settled = await Promise.allSettled(work.flat())
    assert.equal(settled.filter(({ status }) => status === 'rejected').length, 20)
    const sizes = settled.filter((one) => one.status === 'fulfilled').map(({ value }) => value)
    assert.ok(sizes.every((size) => typeof size !== 'number' || size === 1))
    assert.deepEqual((await driver.run(statement('select count(*) from entry'))).rows, [['20']])
  })

  it('speaks UTC and ISO dates', async () => {
    const text = "select timestamptz '2026-03-01 12:00:00+02'"
    assert.deepEqual((await driver.run(statement(text))).rows, [['2026-03-01 10:00:00+00']])
  })

  it('passes cancel requests on: of time limits, and of signals', async () => {
    await using other = open({ statementTimeout: 300 })
    await assert.rejects(other.run(statement("select pg_sleep(20), 'limit'")), { code: 'TENON_STATEMENT_TIMEOUT' })
    const inside = driver.transaction((connection) =>
      connection.run(statement("select pg_sleep(20), 'limit'"), { signal: AbortSignal.timeout(100) }),
    )
    await assert.rejects(inside, { code: 'TENON_STATEMENT_CANCELLED' })
    const text =
      "select count(*) from pg_stat_activity where state = 'active' and query like '%sleep%limit%' and pid <> pg_backend_pid()"
    await until(async () => (await driver.run(statement(text))).rows[0]?.[0] === '0')
  })

  it('carries streams and COPY', async () => {
    const db = new Database(driver)
    await driver.run(statement('delete from entry'))
    assert.equal(await db.copyFrom('copy entry from stdin', ['a\n', 'b\n', 'c\n']), 3)
    const names: unknown[] = []
    for await (const { rows } of driver.stream(statement('select name from entry order by name'), { batch: 2 })) {
      names.push(...rows.flat())
    }
    assert.deepEqual(names, ['a', 'b', 'c'])
  })

  it('is refused by name where a connection would have to stay the same', async () => {
    await assert.rejects(
      driver.listen('channel', () => {}),
      { code: 'TENON_POOLED' },
    )
    await assert.rejects(
      driver.session(async () => {}),
      { code: 'TENON_POOLED' },
    )
    await using fresh = open()
    await assert.rejects(
      fresh.session(async () => {}),
      { code: 'TENON_POOLED' },
    )
    assert.equal(await new Database(driver).warnOfPoolSize(1_000), null)
  })
})

function statement(text: string, ...values: string[]) {
  return { text, values }
}
