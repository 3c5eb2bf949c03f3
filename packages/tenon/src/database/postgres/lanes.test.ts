import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { Network } from '../../testing/network.ts'
import { createDatabase, type TestDatabase } from '../../testing/server.ts'
import { ConstraintError, DatabaseUnavailable } from '../errors.ts'
import { openPostgres, type PostgresDriver } from './open-postgres.ts'
import type { PostgresOptions } from './options.ts'

describe('lanes', () => {
  let database: TestDatabase
  let admin: PostgresDriver

  before(async () => {
    database = await createDatabase()
    admin = openPostgres({ url: database.url, lanes: 0 })
    await admin.run(statement('create table entry (name text primary key)'))
  })

  after(async () => {
    await admin.close()
    await database.drop()
  })

  const open = async (options: Partial<PostgresOptions> = {}) => {
    const driver = openPostgres({ url: database.url, ...options })
    await driver.run(statement('select 1'))
    return Object.assign(driver, { [Symbol.asyncDispose]: () => driver.close() })
  }
  const kill = (pid: string) => admin.run(statement('select pg_terminate_backend($1::int, 1000)', pid))
  const running = async (text: string) => {
    const query =
      "select count(*) from pg_stat_activity where state = 'active' and query like $1 and pid <> pg_backend_pid()"
    return (await admin.run(statement(query, text))).rows[0]?.[0]
  }

  it('carry many statements at once, each answered with its own rows', async () => {
    await using driver = await open()
    const flight = Array.from({ length: 100 }, (_, index) => driver.run(statement('select $1::int', `${index}`)))
    assert.ok(driver.metrics().inFlight > driver.metrics().max)
    assert.deepEqual(
      (await Promise.all(flight)).map(({ rows }) => rows[0]?.[0]),
      Array.from({ length: 100 }, (_, index) => `${index}`),
    )
    assert.equal(driver.metrics().inFlight, 0)
  })

  it('keep the error of one statement from the others', async () => {
    await using driver = await open({ lanes: 1 })
    const settled = await Promise.allSettled(
      ['a', 'a', 'b', null, 'c'].map((name) =>
        driver.run({ name: 'add', text: 'insert into entry values ($1) returning name', values: [name] }),
      ),
    )
    const stored = settled.filter((one) => one.status === 'fulfilled').map(({ value }) => value.rows[0]?.[0])
    assert.deepEqual(stored.toSorted(), ['a', 'b', 'c'])
    for (const one of settled) assert.ok(one.status === 'fulfilled' || one.reason instanceof ConstraintError)
  })

  it('prepare anew what failed the first time', async () => {
    await using driver = await open({ lanes: 1 })
    const late = () => driver.run({ name: 'late', text: 'select count(*) from late', values: [] })
    const failed = await Promise.allSettled([late(), late(), late()])
    assert.ok(failed.every(({ status }) => status === 'rejected'))
    await admin.run(statement('create table late ()'))
    assert.deepEqual(
      (await Promise.all([late(), late()])).map(({ rows }) => rows),
      [[['0']], [['0']]],
    )
  })

  it('repeat what a killed connection has not read, and fail what it was at', async () => {
    await using driver = await open({ lanes: 1 })
    const pid = (await driver.run(statement('select pg_backend_pid()'))).rows[0]?.[0] ?? ''
    const first = driver.run(statement('select pg_sleep(5)'))
    const behind = Array.from({ length: 10 }, (_, index) => driver.run(statement('select $1::int', `${index}`)))
    await delay(20)
    await Promise.all([assert.rejects(first, DatabaseUnavailable), kill(pid)])
    const answers = await Promise.all(behind)
    assert.deepEqual(
      answers.map(({ rows }) => rows[0]?.[0]),
      Array.from({ length: 10 }, (_, index) => `${index}`),
    )
  })

  it('fail what was in flight when the network is cut, and serve again at once', async () => {
    await using network = await Network.start(database.url)
    await using driver = await open({ url: network.url })
    network.cutAfter('cut here')
    const flight = ['cut here', 'cut behind'].map((name) =>
      driver.run(statement('insert into entry select $1 from pg_sleep(0.1)', name)),
    )
    await onlyUnavailable(flight)
    assert.deepEqual((await driver.run(statement('select 1'))).rows, [['1']])
  })

  it('give up what the network has swallowed, and heal', async () => {
    await using network = await Network.start(database.url)
    await using driver = await open({ url: network.url, statementTimeout: 200, lanes: 1 })
    network.swallowEverything()
    const flight = Array.from({ length: 5 }, () => driver.run(statement('select 2')))
    await onlyUnavailable(flight)
    assert.deepEqual((await driver.run(statement('select 3'))).rows, [['3']])
  })

  it('let others pass a statement that takes long', async () => {
    await using driver = await open({ lanes: 1 })
    const slow = driver.run(statement('select pg_sleep(2)'))
    await delay(150)
    const started = performance.now()
    await Promise.all(Array.from({ length: 20 }, () => driver.run(statement('select 1'))))
    assert.ok(performance.now() - started < 1_000)
    await slow
  })

  it('leave statements that take their time to connections of their own, so that they run side by side', async () => {
    await using driver = await open()
    for (let round = 0; round < 5; round++) await driver.run(statement('select pg_sleep(0.02)'))
    const flight = Array.from({ length: 5 }, () => driver.run(statement('select pg_backend_pid(), pg_sleep(0.04)')))
    const pids = (await Promise.all(flight)).map(({ rows }) => rows[0]?.[0])
    assert.ok(new Set(pids).size >= 3, `${pids}`)
  })

  it('take over again as soon as they can, where the pool has nothing to spare', async () => {
    await using driver = await open({ max: 2 })
    const busy = driver.transaction(() => delay(2_000))
    const slow = driver.run(statement('select pg_sleep(0.2)'))
    await delay(100)
    const started = performance.now()
    await driver.run(statement('select 1'))
    assert.ok(performance.now() - started < 1_200)
    await Promise.all([slow, busy])
  })

  it('never put a read behind a write, which may wait for a lock', async () => {
    await using driver = await open()
    await driver.run(statement("insert into entry values ('locked')"))
    const update = statement("update entry set name = name where name = 'locked'")
    let blocked: Promise<unknown> | undefined
    await driver.transaction(async (connection) => {
      await connection.run(update)
      blocked = driver.run(update)
      const started = performance.now()
      await Promise.all(Array.from({ length: 20 }, () => driver.run(statement('select count(*) from entry'))))
      assert.ok(performance.now() - started < 1_000)
    })
    await blocked
  })

  it('carry nothing that would change their session', async () => {
    await using driver = await open({ max: 2 })
    await driver.run(statement("set application_name = 'changed'"))
    await assert.rejects(driver.run(statement('begin')), { code: 'TENON_TRANSACTION_OPEN' })
    await assert.rejects(driver.run(statement('/* */ start transaction')), { code: 'TENON_TRANSACTION_OPEN' })
    assert.deepEqual((await driver.run(statement('show transaction_isolation'))).rows, [['read committed']])
    await assert.rejects(driver.run(statement('copy entry from stdin')), /copyFrom/)
    assert.deepEqual((await driver.run(statement('show transaction_isolation'))).rows, [['read committed']])
    assert.deepEqual((await driver.run(statement('select 1'))).rows, [['1']])
  })

  it('and connections of their own pass nothing on that was SET', async () => {
    await using driver = await open({ max: 2 })
    const values = async () => {
      const found = new Set<string | null | undefined>()
      for (let ask = 0; ask < 20; ask++) {
        found.add((await driver.run(statement("select current_setting('application_name')"))).rows[0]?.[0])
        await driver.transaction(async (connection) => {
          found.add((await connection.run(statement("select current_setting('application_name')"))).rows[0]?.[0])
        })
      }
      return found
    }
    const before = await values()
    await driver.run(statement("set application_name = 'leaked'"))
    await driver.run(statement("/* so */ set session application_name = 'leaked'"))
    await driver.run(statement("select set_config('application_name', 'leaked', false)"))
    await driver.transaction(async (connection) => {
      await connection.script("select 1; set application_name to 'leaked'")
    })
    assert.deepEqual(await values(), before)
  })

  it('are replaced after recycle, under load, without an error', async () => {
    await using driver = await open({ max: 2, recycle: 0.3 })
    // Nothing to spare: the lane is never idle, and never passed by.
    const busy = driver.transaction(() => delay(1_400))
    const pids = new Set<string>()
    const until = performance.now() + 1_500
    const caller = async () => {
      while (performance.now() < until) {
        const { rows } = await driver.run(statement('select pg_backend_pid(), pg_sleep(0.002)'))
        pids.add(rows[0]?.[0] ?? '')
      }
    }
    await Promise.all(Array.from({ length: 4 }, caller))
    await busy
    assert.ok(pids.size > 2, `${pids.size}`)
    assert.equal(driver.metrics().size, 2)
  })

  it('hold so many statements and no more; others wait, for a time and in a number that have bounds', async () => {
    await using driver = await open({ max: 2, connectionTimeout: 1, maxWaiting: 10 })
    const busy = driver.transaction(async () => await delay(1_500))
    const flight = Array.from({ length: 90 }, () => driver.run(statement('select pg_sleep(0.01)')))
    const settled = Promise.allSettled(flight)
    await delay(5)
    const { inFlight, waiting } = driver.metrics()
    assert.equal(inFlight, 64)
    // A slow machine has answered a few by now, and let as many in.
    assert.ok(waiting > 0 && waiting <= 10, `${waiting}`)
    const refused = (await settled).filter(({ status }) => status === 'rejected')
    assert.equal(refused.length, 16)
    await busy
    assert.ok(driver.metrics().waits.count >= 10)
    assert.ok(driver.metrics().waits.max > 10)
  })

  describe('signal', () => {
    const cancelled = (isStopped: boolean) => ({ code: 'TENON_STATEMENT_CANCELLED', isStopped })

    it('stops what runs on a lane, and repeats what the request hit by mistake', async () => {
      await using driver = await open({ lanes: 1 })
      for (let round = 0; round < 20; round++) {
        const controller = new AbortController()
        const first = driver.run(statement('select pg_sleep(0.02)'), { signal: controller.signal })
        const behind = Array.from({ length: 5 }, () => driver.run(statement('select pg_sleep(0.002), 1')))
        setTimeout(() => controller.abort(), 15 + round / 2)
        await first.catch((error) => assert.equal(error.code, 'TENON_STATEMENT_CANCELLED'))
        for (const { rows } of await Promise.all(behind)) assert.equal(rows[0]?.[1], '1')
      }
    })

    it('does not wait for what stands behind others on a lane', async () => {
      await using driver = await open({ max: 2 })
      const busy = driver.transaction(() => delay(700))
      const controller = new AbortController()
      const first = driver.run(statement('select pg_sleep(0.5)'))
      const second = driver.run(statement('select 2'), { signal: controller.signal })
      await delay(10)
      const started = performance.now()
      controller.abort()
      await assert.rejects(second, cancelled(false))
      assert.ok(performance.now() - started < 300)
      await Promise.all([first, busy])
    })

    it('stops what runs in a transaction, and the connection serves again', async () => {
      await using driver = await open({ max: 1 })
      const controller = new AbortController()
      const attempt = driver.transaction((connection) =>
        connection.run(statement("select pg_sleep(20), 'in transaction'"), { signal: controller.signal }),
      )
      await delay(100)
      controller.abort()
      await assert.rejects(attempt, cancelled(true))
      assert.equal(await running('%in transaction%'), '0')
      for (let round = 0; round < 20; round++) await driver.run(statement('select pg_sleep(0.001)'))
    })

    it('is heard before anything is sent, and while a connection is waited for', async () => {
      await using driver = await open({ max: 1 })
      await assert.rejects(driver.run(statement('select 1'), { signal: AbortSignal.abort() }), cancelled(true))
      const busy = driver.transaction(() => delay(500))
      const started = performance.now()
      const attempt = driver.run(statement("insert into entry values ('never')"), { signal: AbortSignal.timeout(50) })
      await assert.rejects(attempt, cancelled(true))
      assert.ok(performance.now() - started < 400)
      await busy
      assert.deepEqual((await driver.run(statement("select * from entry where name = 'never'"))).rows, [])
    })
  })
})

/** The first fails; those behind it may have had a connection of their own. */
async function onlyUnavailable(flight: readonly Promise<unknown>[]): Promise<void> {
  const [first, ...others] = await Promise.allSettled(flight)
  assert.equal(first?.status, 'rejected')
  for (const one of [first, ...others]) {
    assert.ok(one?.status !== 'rejected' || one.reason instanceof DatabaseUnavailable)
  }
}

function statement(text: string, ...values: string[]) {
  return { text, values }
}
