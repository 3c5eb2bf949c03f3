import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { Held, until } from '../../../test/until.ts'
import { Network } from '../../testing/network.ts'
import { createDatabase, type TestDatabase } from '../../testing/server.ts'
import { ConstraintError, DatabaseUnavailable } from '../errors.ts'
import { stalledAfter } from './lane.ts'
import { openPostgres, type PostgresDriver } from './open-postgres.ts'
import type { PostgresOptions } from './options.ts'

describe('lanes', { timeout: 300_000 }, () => {
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
    return Number((await admin.run(statement(query, text))).rows[0]?.[0])
  }
  /** A statement that runs until it is stopped, long enough for its lane to count as held up. */
  const endless = async (driver: PostgresDriver, name: string) => {
    const controller = new AbortController()
    const text = `select pg_sleep(60), '${name}'`
    let isOver = false
    const end = driver.run(statement(text), { signal: controller.signal }).finally(() => {
      isOver = true
    })
    end.catch(() => {})
    await until(async () => (await running(text)) === 1)
    // What comes sooner still stands behind it.
    await delay(2 * stalledAfter)
    return {
      isOver: () => isOver,
      stop: async () => {
        controller.abort()
        await assert.rejects(end, { code: 'TENON_STATEMENT_CANCELLED' })
      },
    }
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
    const first = assert.rejects(driver.run(statement("select pg_sleep(60), 'is killed'")), DatabaseUnavailable)
    const behind = Array.from({ length: 10 }, (_, index) => driver.run(statement('select $1::int', `${index}`)))
    await until(async () => (await running('%is killed%')) === 1)
    await Promise.all([first, kill(pid)])
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
    await using driver = await open({ url: network.url, statementTimeout: 500, lanes: 1 })
    network.swallowEverything()
    const flight = Array.from({ length: 5 }, () => driver.run(statement('select 2')))
    await onlyUnavailable(flight)
    assert.deepEqual((await driver.run(statement('select 3'))).rows, [['3']])
  })

  it('let others pass a statement that takes long', async () => {
    await using driver = await open({ lanes: 1 })
    const slow = await endless(driver, 'passed')
    await Promise.all(Array.from({ length: 20 }, () => driver.run(statement('select 1'))))
    assert.equal(slow.isOver(), false)
    await slow.stop()
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
    const held = new Held()
    const busy = driver.transaction(held.hold)
    await held.entered
    const slow = driver.run(statement('select pg_sleep(0.2)'))
    // It would wait for the transaction for ever.
    await driver.run(statement('select 1'))
    held.release()
    await Promise.all([slow, busy])
  })

  it('never put a read behind a write, which may wait for a lock', async () => {
    await using driver = await open()
    await driver.run(statement("insert into entry values ('locked')"))
    const update = statement("update entry set name = name where name = 'locked'")
    let blocked: Promise<unknown> | undefined
    let isOver = false
    await driver.transaction(async (connection) => {
      await connection.run(update)
      blocked = driver.run(update).finally(() => {
        isOver = true
      })
      await Promise.all(Array.from({ length: 20 }, () => driver.run(statement('select count(*) from entry'))))
      assert.equal(isOver, false)
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
    const changes = [
      () => driver.run(statement("set application_name = 'leaked'")),
      () => driver.run(statement("/* so */ set session application_name = 'leaked'")),
      () => driver.run(statement("select set_config('application_name', 'leaked', false)")),
      () => driver.transaction((connection) => connection.run(statement("set session application_name = 'leaked'"))),
      () => driver.transaction((connection) => connection.script("select 1; set application_name to 'leaked'")),
    ]
    for (const change of changes) {
      await change()
      assert.deepEqual(await values(), before)
    }
  })

  it('are replaced after recycle, under load, without an error', async () => {
    await using driver = await open({ max: 2, recycle: 0.3 })
    // Nothing to spare: the lane is never idle, and never passed by.
    const held = new Held()
    const busy = driver.transaction(held.hold)
    await held.entered
    const pids = new Set<string>()
    let isOver = false
    const caller = async () => {
      while (!isOver) {
        const { rows } = await driver.run(statement('select pg_backend_pid(), pg_sleep(0.002)'))
        pids.add(rows[0]?.[0] ?? '')
      }
    }
    const callers = Promise.all(Array.from({ length: 4 }, caller))
    try {
      await Promise.race([callers, until(() => pids.size > 2)])
      assert.equal(driver.metrics().size, 2)
    } finally {
      isOver = true
      held.release()
    }
    await Promise.all([callers, busy])
  })

  it('hold so many statements and no more; others wait, up to a number', async () => {
    await using driver = await open({ max: 2, maxWaiting: 10 })
    const held = new Held()
    const busy = driver.transaction(held.hold)
    await held.entered
    const flight = Array.from({ length: 90 }, () => driver.run(statement('select pg_sleep(0.01)')))
    const settled = Promise.allSettled(flight)
    const { inFlight, waiting } = driver.metrics()
    // 64, or fewer where this process was kept from its work for so long that the lane counts as held up.
    assert.ok(inFlight > 0 && inFlight <= 64, `${inFlight}`)
    assert.equal(waiting, 10)
    const refused = (await settled).filter(({ status }) => status === 'rejected')
    assert.equal(refused.length, 90 - inFlight - waiting)
    held.release()
    await busy
    assert.ok(driver.metrics().waits.count >= 10)
    assert.ok(driver.metrics().waits.max > 5)
  })

  it('let nobody wait for room for longer than connectionTimeout', async () => {
    await using driver = await open({ max: 2, connectionTimeout: 3 })
    const held = new Held()
    const busy = driver.transaction(held.hold)
    await held.entered
    const slow = await endless(driver, 'no room')
    await assert.rejects(driver.run(statement('select 1')), /no room on its lanes for 3 s/)
    await slow.stop()
    held.release()
    await busy
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
      const held = new Held()
      const busy = driver.transaction(held.hold)
      await held.entered
      const controller = new AbortController()
      let isOver = false
      const first = driver.run(statement('select pg_sleep(1)')).finally(() => {
        isOver = true
      })
      const second = driver.run(statement('select 2'), { signal: controller.signal })
      controller.abort()
      await assert.rejects(second, cancelled(false))
      assert.equal(isOver, false)
      await first
      held.release()
      await busy
    })

    it('stops what runs in a transaction, and the connection serves again', async () => {
      await using driver = await open({ max: 1 })
      const controller = new AbortController()
      const attempt = driver.transaction((connection) =>
        connection.run(statement("select pg_sleep(60), 'in transaction'"), { signal: controller.signal }),
      )
      const refused = assert.rejects(attempt, cancelled(true))
      await until(async () => (await running('%in transaction%')) === 1)
      controller.abort()
      await refused
      await until(async () => (await running('%in transaction%')) === 0)
      for (let round = 0; round < 20; round++) await driver.run(statement('select pg_sleep(0.001)'))
    })

    it('is heard before anything is sent, and while a connection is waited for', async () => {
      await using driver = await open({ max: 1 })
      await assert.rejects(driver.run(statement('select 1'), { signal: AbortSignal.abort() }), cancelled(true))
      const held = new Held()
      const busy = driver.transaction(held.hold)
      await held.entered
      const attempt = driver.run(statement("insert into entry values ('never')"), { signal: AbortSignal.timeout(50) })
      // The connection is held until the refusal has come.
      await assert.rejects(attempt, cancelled(true))
      held.release()
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
