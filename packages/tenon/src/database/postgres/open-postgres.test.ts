import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { Held, until } from '../../../test/until.ts'
import { Network } from '../../testing/network.ts'
import { createDatabase, type TestDatabase } from '../../testing/server.ts'
import { CommitUnknown, DatabaseUnavailable, StatementTimeout } from '../errors.ts'
import { openPostgres, type PostgresDriver } from './open-postgres.ts'
import type { PostgresOptions } from './options.ts'

describe('openPostgres', { timeout: 300_000 }, () => {
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
  const kill = async (pid: string) => {
    await admin.run(statement('select pg_terminate_backend($1::int)', pid))
    const text = 'select 1 from pg_stat_activity where pid = $1'
    await until(async () => (await admin.run(statement(text, pid))).rows.length === 0)
  }
  const running = async (text: string) => {
    const query = "select 1 from pg_stat_activity where state = 'active' and query like $1 and pid <> pg_backend_pid()"
    return (await admin.run(statement(query, text))).rows.length > 0
  }
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

  for (const lanes of [2, 0]) {
    it(`gives rows as they came, where ${lanes} lanes are shared`, async () => {
      await using driver = disposable(open({ lanes }))
      const told: string[] = []
      const sink = {
        takesBytes: true,
        begin: () => {},
        row: () => told.push('row'),
        bytes: (row: Buffer, start: number) => told.push(row.toString('latin1', start + 6, start + 7)),
      }
      await driver.run(statement('select * from generate_series(1, 3)'), { sink })
      assert.deepEqual(told, ['1', '2', '3'])
    })
  }

  it('connects as soon as the server is there', async () => {
    await using network = await Network.start(database.url)
    await network.stop()
    await using driver = disposable(openPostgres({ url: network.url }))
    const answer = driver.run(statement('select 1'))
    await delay(150)
    await network.listen()
    assert.deepEqual((await answer).rows, [['1']])
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
    await using network = await Network.start(database.url)
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
  })

  it('lives on when a connection dies inside a transaction, and that transaction fails', async () => {
    await using driver = disposable(open())
    const attempt = driver.transaction(async (connection) => {
      await connection.run(statement("insert into entry values ('killed inside')"))
      await kill((await connection.run(statement('select pg_backend_pid()'))).rows[0]?.[0] ?? '')
      await until(() =>
        connection.run(statement('select 1')).then(
          () => false,
          () => true,
        ),
      )
    })
    await assert.rejects(attempt, DatabaseUnavailable)
    assert.equal(await entries('killed inside'), '0')
    assert.deepEqual((await driver.run(statement('select 1'))).rows, [['1']])
  })

  it('lives on when a connection dies under a running statement, and does not repeat it', async () => {
    await using driver = disposable(open({ max: 1 }))
    const pid = await processOf(driver)
    const text = "with slow as (select pg_sleep(10)) insert into entry select 'killed running' from slow"
    const refused = assert.rejects(driver.run(statement(text)), DatabaseUnavailable)
    await until(() => running('%killed running%'))
    await kill(pid)
    await refused
    assert.equal(await running('%killed running%'), false)
    assert.equal(await entries('killed running'), '0')
  })

  it('checks a connection that was idle for a second, and replaces it when it does not answer', async () => {
    await using network = await Network.start(database.url)
    await using driver = disposable(openPostgres({ url: network.url }))
    await driver.run(statement('select 1'))
    network.swallowEverything()
    await delay(1100)
    assert.deepEqual((await driver.run(statement('select 2'))).rows, [['2']])
  })

  it('gives up on a statement that the network has swallowed, and heals', async () => {
    await using network = await Network.start(database.url)
    await using driver = disposable(openPostgres({ url: network.url, max: 1, statementTimeout: 500 }))
    await driver.run(statement('select 1'))
    network.swallowEverything()
    await assert.rejects(driver.run(statement('select 2')), DatabaseUnavailable)
    assert.deepEqual((await driver.run(statement('select 3'))).rows, [['3']])
  })

  it('says so when it cannot know whether COMMIT was done', async () => {
    await using network = await Network.start(database.url)
    await using driver = disposable(openPostgres({ url: network.url }))
    network.cutAfter('COMMIT')
    const attempt = driver.transaction((connection) =>
      connection.run(statement("insert into entry values ('unknown')")),
    )
    await assert.rejects(attempt, CommitUnknown)
    await until(async () => (await entries('unknown')) === '1')
  })

  it('does not repeat a statement whose answer was lost', async () => {
    await using network = await Network.start(database.url)
    await using driver = disposable(openPostgres({ url: network.url }))
    network.cutAfter('lost answer')
    await assert.rejects(driver.run(statement("insert into entry values ('lost answer')")), DatabaseUnavailable)
    await until(async () => (await entries('lost answer')) !== '0')
    assert.equal(await entries('lost answer'), '1')
  })

  it('waits no longer than connectionTimeout for a busy pool', async () => {
    await using driver = disposable(open({ max: 1, connectionTimeout: 3 }))
    const held = new Held()
    const busy = driver.transaction(held.hold)
    await assert.rejects(driver.run(statement('select 1')), (error: DatabaseUnavailable) => {
      assert.match(error.message, /all 1 were busy for 3 s/)
      return error.status === 503
    })
    held.release()
    await busy
    assert.deepEqual((await driver.run(statement('select 1'))).rows, [['1']])
  })

  it('refuses at once what comes when maxWaiting wait already', async () => {
    await using driver = disposable(open({ max: 1, maxWaiting: 2 }))
    const held = new Held()
    const busy = driver.transaction(held.hold)
    await held.entered
    const waiters = [driver.run(statement('select 1')), driver.run(statement('select 1'))]
    const { size, idle, waiting } = driver.metrics()
    assert.deepEqual({ size, idle, waiting }, { size: 1, idle: 0, waiting: 2 })
    await assert.rejects(driver.run(statement('select 1')), {
      code: 'TENON_DATABASE_UNAVAILABLE',
      status: 503,
      message: /2 callers wait for one already/,
    })
    held.release()
    await Promise.all([busy, ...waiters])
  })

  it('stops a statement after statementTimeout, with 503', async () => {
    await using driver = disposable(open({ statementTimeout: 300 }))
    await assert.rejects(driver.run(statement('select pg_sleep(10)')), (error: StatementTimeout) => {
      assert.deepEqual([error.code, error.status], ['TENON_STATEMENT_TIMEOUT', 503])
      return error instanceof StatementTimeout
    })
  })

  it('never opens more than max connections', async () => {
    const url = new URL(database.url)
    url.searchParams.set('application_name', 'three')
    await using driver = disposable(openPostgres({ url: url.href, max: 3 }))
    const text = "select count(*), pg_sleep(0.01) from pg_stat_activity where application_name = 'three'"
    const many = Array.from({ length: 20 }, () => [
      driver.run(statement(text)),
      driver.transaction((connection) => connection.run(statement(text))),
    ])
    const counts = (await Promise.all(many.flat())).map(({ rows }) => Number(rows[0]?.[0]))
    // The server's word, while all were busy: nothing is replaced here, so none is still on its way out.
    assert.equal(Math.max(...counts), 3)
    const { size, max, lanes } = driver.metrics()
    assert.deepEqual([size, max, lanes], [3, 3, 1])
  })

  it('replaces its connections after recycle', async () => {
    await using driver = disposable(open({ max: 3, recycle: 0.5 }))
    const single = await processOf(driver)
    const own = await ownProcessOf(driver)
    await until(async () => (await processOf(driver)) !== single && (await ownProcessOf(driver)) !== own)
    assert.ok(driver.metrics().size <= 3)
  })

  describe('close', () => {
    const closing = (error: unknown) => {
      assert.ok(error instanceof DatabaseUnavailable, `${error}`)
      assert.match(error.message, /^Cannot get a connection to postgres:.*: it is closing\.$/)
      return true
    }

    it('tells those that wait for a connection at once', async () => {
      const driver = open({ max: 2 })
      const held = new Held()
      const busy = driver.transaction(held.hold)
      await held.entered
      const aborted = new AbortController()
      const refused = [
        assert.rejects(driver.run(statement('create table never ()')), closing),
        assert.rejects(
          driver.transaction(async () => {}),
          closing,
        ),
        assert.rejects(driver.run(statement('create table never ()'), { signal: aborted.signal }), closing),
      ]
      await until(() => driver.metrics().waiting === 3)
      const closed = driver.close()
      // The transaction is not over yet.
      await Promise.all(refused)
      held.release()
      await closed
      // On a slow machine it has been cut off.
      await busy.catch(() => {})
    })

    it('tells those that wait for room on a lane at once', async () => {
      const driver = open({ max: 2 })
      const held = new Held()
      const busy = driver.transaction(held.hold)
      await held.entered
      const flight = Array.from({ length: 80 }, () => driver.run(statement('select pg_sleep(0.1)')))
      const settled = Promise.allSettled(flight)
      const { waiting } = driver.metrics()
      assert.ok(waiting >= 16)
      const closed = driver.close()
      const refused = (await settled).filter((one) => one.status === 'rejected')
      for (const one of refused) assert.ok(one.reason instanceof DatabaseUnavailable)
      assert.ok(refused.filter(({ reason }) => /: it is closing\.$/.test(reason.message)).length >= waiting)
      held.release()
      await closed
      // On a slow machine it has been cut off.
      await busy.catch(() => {})
    })

    it('leaves no connection behind that is still being opened', async () => {
      await using network = await Network.start(database.url)
      network.stall()
      for (const lanes of [0, 1]) {
        const driver = openPostgres({ url: network.url, max: 2, lanes, connectionTimeout: 60 })
        const refused = assert.rejects(driver.run(statement('select 1')), DatabaseUnavailable)
        await until(() => network.open > 0)
        await driver.close()
        await until(() => network.open === 0)
        await refused
      }
    })
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
    const before = await processOf(driver)
    await driver.transaction((connection) => connection.script("set local lock_timeout = '7s'"))
    // It may stay: nothing of it is left.
    assert.equal(await processOf(driver), before)
    assert.deepEqual((await driver.run(statement('show lock_timeout'))).rows, [['0']])
  })
})

function statement(text: string, ...values: string[]) {
  return { text, values }
}

async function processOf(driver: PostgresDriver): Promise<string> {
  return (await driver.run(statement('select pg_backend_pid()'))).rows[0]?.[0] ?? ''
}

async function ownProcessOf(driver: PostgresDriver): Promise<string> {
  return await driver.transaction(
    async (connection) => (await connection.run(statement('select pg_backend_pid()'))).rows[0]?.[0] ?? '',
  )
}

function disposable(driver: PostgresDriver): PostgresDriver & AsyncDisposable {
  return Object.assign(driver, { [Symbol.asyncDispose]: () => driver.close() })
}
