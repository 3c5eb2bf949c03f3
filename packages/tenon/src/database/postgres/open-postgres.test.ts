import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { Network } from '../../testing/network.ts'
import { createDatabase, type TestDatabase } from '../../testing/server.ts'
import { CommitUnknown, DatabaseUnavailable, StatementTimeout } from '../errors.ts'
import { openPostgres, type PostgresDriver } from './open-postgres.ts'
import type { PostgresOptions } from './options.ts'

describe('openPostgres', () => {
  let database: TestDatabase
  let admin: PostgresDriver

  before(async () => {
    database = await createDatabase()
    admin = openPostgres({ url: database.url })
    await admin.run(statement('create table entry (name text not null)'))
  })

  after(async () => {
    await admin.close()
    await database.drop()
  })

  const open = (options: Partial<PostgresOptions> = {}) => openPostgres({ url: database.url, ...options })
  const kill = (pid: string) => admin.run(statement('select pg_terminate_backend($1::int, 1000)', pid))
  const entries = async (name: string) =>
    (await admin.run(statement('select count(*) from entry where name = $1', name))).rows[0]?.[0]

  it('opens without a server, and each statement is then refused with 503', async () => {
    await using driver = disposable(
      openPostgres({ url: 'postgres://todo:secret@127.0.0.1:9/todo', connectionTimeout: 1 }),
    )
    const error = await driver.run(statement('select 1')).catch((thrown: unknown) => thrown)
    assert.ok(error instanceof DatabaseUnavailable)
    assert.match(error.message, /^Cannot connect to postgres:\/\/todo@127\.0\.0\.1:9\/todo: .*ECONNREFUSED/)
    assert.deepEqual([error.status, error.headers['Retry-After']], [503, '1'])
    assert.doesNotMatch(error.message, /secret/)
  })

  it('connects as soon as the server is there', async () => {
    const network = await Network.start(database.url)
    await network.stop()
    await using driver = disposable(openPostgres({ url: network.url }))
    const answer = driver.run(statement('select 1'))
    await delay(150)
    await network.listen()
    assert.deepEqual((await answer).rows, [['1']])
    await network.stop()
  })

  it('refuses a URL that it cannot read, without its password', () => {
    for (const url of ['mysql://root:secret@localhost/x', 'postgres://todo:secret@localhost:port/x', 'secret']) {
      assert.throws(
        () => openPostgres({ url }),
        (error: Error) => !error.message.includes('sec'),
      )
    }
  })

  it('does not show a killed idle connection to anybody', async () => {
    await using driver = disposable(open({ max: 1 }))
    await kill(await processOf(driver))
    assert.deepEqual((await driver.run(statement('select 1'))).rows, [['1']])
    await kill(await processOf(driver))
    await driver.transaction((connection) => connection.run(statement('select 1')))
  })

  it('does not show one either whose end it hears of only as the answer to its statement', async () => {
    const network = await Network.start(database.url)
    await using driver = disposable(openPostgres({ url: network.url, max: 1 }))
    const killUnheard = async () => {
      const pid = await processOf(driver)
      network.holdAnswers()
      await kill(pid)
    }
    await killUnheard()
    await driver.run(statement("insert into entry values ('unheard')"))
    await killUnheard()
    await driver.transaction((connection) => connection.run(statement("insert into entry values ('unheard')")))
    assert.equal(await entries('unheard'), '2')
    await network.stop()
  })

  it('lives on when a connection dies inside a transaction, and that transaction fails', async () => {
    await using driver = disposable(open())
    const attempt = driver.transaction(async (connection) => {
      await connection.run(statement("insert into entry values ('killed inside')"))
      await kill((await connection.run(statement('select pg_backend_pid()'))).rows[0]?.[0] ?? '')
      await delay(50)
    })
    await assert.rejects(attempt, DatabaseUnavailable)
    assert.equal(await entries('killed inside'), '0')
    assert.deepEqual((await driver.run(statement('select 1'))).rows, [['1']])
  })

  it('lives on when a connection dies under a running statement, and does not repeat it', async () => {
    await using driver = disposable(open({ max: 1 }))
    const pid = await processOf(driver)
    const text = "with slow as (select pg_sleep(0.3)) insert into entry select 'killed running' from slow"
    const attempt = driver.run(statement(text))
    await delay(100)
    await Promise.all([assert.rejects(attempt, DatabaseUnavailable), kill(pid)])
    await delay(400)
    assert.equal(await entries('killed running'), '0')
  })

  it('checks a connection that was idle for a second, and replaces it when it does not answer', async () => {
    const network = await Network.start(database.url)
    await using driver = disposable(openPostgres({ url: network.url }))
    await driver.run(statement('select 1'))
    network.swallowEverything()
    await delay(1100)
    assert.deepEqual((await driver.run(statement('select 2'))).rows, [['2']])
    await network.stop()
  })

  it('gives up on a statement that the network has swallowed, and heals', async () => {
    const network = await Network.start(database.url)
    await using driver = disposable(openPostgres({ url: network.url, max: 1, statementTimeout: 200 }))
    await driver.run(statement('select 1'))
    network.swallowEverything()
    await assert.rejects(driver.run(statement('select 2')), DatabaseUnavailable)
    assert.deepEqual((await driver.run(statement('select 3'))).rows, [['3']])
    await network.stop()
  })

  it('says so when it cannot know whether COMMIT was done', async () => {
    const network = await Network.start(database.url)
    await using driver = disposable(openPostgres({ url: network.url }))
    network.cutAfter('COMMIT')
    const attempt = driver.transaction((connection) =>
      connection.run(statement("insert into entry values ('unknown')")),
    )
    await assert.rejects(attempt, CommitUnknown)
    await delay(50)
    assert.equal(await entries('unknown'), '1')
    await network.stop()
  })

  it('does not repeat a statement whose answer was lost', async () => {
    const network = await Network.start(database.url)
    await using driver = disposable(openPostgres({ url: network.url }))
    network.cutAfter('lost answer')
    await assert.rejects(driver.run(statement("insert into entry values ('lost answer')")), DatabaseUnavailable)
    await delay(50)
    assert.equal(await entries('lost answer'), '1')
    await network.stop()
  })

  it('waits no longer than connectionTimeout for a busy pool', async () => {
    await using driver = disposable(open({ max: 1, connectionTimeout: 1 }))
    const busy = driver.run(statement('select pg_sleep(2)'))
    await assert.rejects(driver.run(statement('select 1')), (error: DatabaseUnavailable) => {
      assert.match(error.message, /all 1 were busy for 1 s/)
      return error.status === 503
    })
    await busy
    assert.deepEqual((await driver.run(statement('select 1'))).rows, [['1']])
  })

  it('refuses at once what comes when maxWaiting wait already', async () => {
    await using driver = disposable(open({ max: 1, maxWaiting: 2 }))
    const busy = Array.from({ length: 3 }, () => driver.run(statement('select pg_sleep(0.2)')))
    await delay(100)
    const { size, idle, waiting } = driver.metrics()
    assert.deepEqual({ size, idle, waiting }, { size: 1, idle: 0, waiting: 2 })
    const started = performance.now()
    await assert.rejects(driver.run(statement('select 1')), { code: 'TENON_DATABASE_UNAVAILABLE', status: 503 })
    assert.ok(performance.now() - started < 50)
    await Promise.all(busy)
  })

  it('stops a statement after statementTimeout, with 503', async () => {
    await using driver = disposable(open({ statementTimeout: 100 }))
    await assert.rejects(driver.run(statement('select pg_sleep(5)')), (error: StatementTimeout) => {
      assert.deepEqual([error.code, error.status], ['TENON_STATEMENT_TIMEOUT', 503])
      return error instanceof StatementTimeout
    })
  })

  it('never opens more than max connections, and replaces them after recycle', async () => {
    await using driver = disposable(open({ max: 3, recycle: 1 }))
    const text = 'select pg_sleep(0.01)'
    const many = Array.from({ length: 20 }, () => [
      driver.run(statement(text)),
      driver.transaction((connection) => connection.run(statement(text))),
    ])
    await Promise.all(many.flat())
    const { size, max, lanes } = driver.metrics()
    assert.deepEqual([size, max, lanes], [3, 3, 1])
    const text2 = 'select count(*) from pg_stat_activity where datname = current_database() and pid <> all ($1)'
    assert.equal((await admin.run(statement(text2, `{${await processOf(admin)}}`))).rows[0]?.[0], '3')
    const before = await processOf(driver)
    await delay(1200)
    assert.notEqual(await processOf(driver), before)
  })

  it('speaks UTC and ISO dates, whatever the database is set to', async () => {
    const name = new URL(database.url).pathname.slice(1)
    await admin.run(statement(`alter database ${name} set timezone = 'Asia/Kolkata'`))
    await admin.run(statement(`alter database ${name} set datestyle = 'German'`))
    await using driver = disposable(open())
    const text = "select timestamptz '2026-03-01 12:00:00+02'"
    assert.deepEqual((await driver.run(statement(text))).rows, [['2026-03-01 10:00:00+00']])
    const inSession = await driver.session((connection) => connection.run(statement(text)))
    assert.deepEqual(inSession.rows, [['2026-03-01 10:00:00+00']])
  })

  it('keeps the setting of a script inside a transaction from the next user only when it is LOCAL', async () => {
    await using driver = disposable(open({ max: 1 }))
    await driver.transaction((connection) => connection.script("set local lock_timeout = '7s'"))
    assert.deepEqual((await driver.run(statement('show lock_timeout'))).rows, [['0']])
  })
})

function statement(text: string, ...values: string[]) {
  return { text, values }
}

async function processOf(driver: PostgresDriver): Promise<string> {
  return (await driver.run(statement('select pg_backend_pid()'))).rows[0]?.[0] ?? ''
}

function disposable(driver: PostgresDriver): PostgresDriver & AsyncDisposable {
  return Object.assign(driver, { [Symbol.asyncDispose]: () => driver.close() })
}
