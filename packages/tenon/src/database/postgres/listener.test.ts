import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { until } from '../../../test/until.ts'
import { Network } from '../../testing/network.ts'
import { createDatabase, type TestDatabase } from '../../testing/server.ts'
import { DatabaseUnavailable } from '../errors.ts'
import { openPostgres, type PostgresDriver } from './open-postgres.ts'
import type { PostgresOptions } from './options.ts'

describe('listen on postgres', { timeout: 300_000 }, () => {
  let database: TestDatabase
  let admin: PostgresDriver

  before(async () => {
    database = await createDatabase()
    admin = openPostgres({ url: database.url, lanes: 0 })
  })

  after(async () => {
    await admin.close()
    await database.drop()
  })

  const notify = (payload: string) => admin.run({ text: 'select pg_notify($1, $2)', values: ['channel', payload] })
  const killListeners = () => {
    const text =
      "select pg_terminate_backend(pid, 1000) from pg_stat_activity where query like 'listen %' and datname = current_database()"
    return admin.run({ text, values: [] })
  }
  // One that is left open, by a test that fails, would reconnect for ever.
  const open = (options: Partial<PostgresOptions> = {}) => {
    const driver = openPostgres({ url: database.url, ...options })
    return Object.assign(driver, { [Symbol.asyncDispose]: () => driver.close() })
  }

  it('comes back after its connection was killed, and says that it was away', async () => {
    await using driver = open()
    const heard: string[] = []
    const subscription = await driver.listen('channel', (payload) => heard.push(payload), {
      onGap: () => heard.push('gap'),
    })
    await notify('1')
    await until(() => heard.length === 1)
    for (const round of [2, 3]) {
      await killListeners()
      await until(() => heard.at(-1) === 'gap')
      await notify(`${round}`)
      await until(() => heard.at(-1) === `${round}`)
    }
    assert.deepEqual(heard, ['1', 'gap', '2', 'gap', '3'])
    await subscription.close()
    await until(() => driver.metrics().size === 0)
    await killListeners()
    await delay(300)
    assert.equal(driver.metrics().size, 0)
  })

  it('comes back after the network was away for a while', async () => {
    await using network = await Network.start(database.url)
    await using driver = open({ url: network.url, connectionTimeout: 5 })
    const heard: string[] = []
    await driver.listen('channel', (payload) => heard.push(payload), { onGap: () => heard.push('gap') })
    await network.stop()
    await delay(1_500)
    await network.listen()
    await until(() => heard.length === 1)
    await notify('again')
    await until(() => heard.length === 2)
    assert.deepEqual(heard, ['gap', 'again'])
  })

  it('notices that the network has forgotten its connection', async () => {
    await using network = await Network.start(database.url)
    await using driver = open({ url: network.url })
    const heard: string[] = []
    await driver.listen('channel', (payload) => heard.push(payload), { onGap: () => heard.push('gap') })
    network.swallowEverything()
    await notify('unheard')
    await until(() => heard.length > 0)
    await notify('heard')
    await until(() => heard.length === 2)
    assert.deepEqual(heard, ['gap', 'heard'])
  })

  it('counts against the pool, and is refused where that has no room for it', async () => {
    await using small = open({ max: 2 })
    await assert.rejects(
      small.listen('channel', () => {}),
      { code: 'TENON_USAGE' },
    )
    await using driver = open({ max: 3, connectionTimeout: 5 })
    const subscription = await driver.listen('channel', () => {})
    assert.equal(driver.metrics().size, 1)
    const inside = driver.transaction(() => driver.transaction(async () => {}))
    await assert.rejects(inside, DatabaseUnavailable)
    await subscription.close()
    await driver.transaction(() => driver.transaction(async () => {}))
  })

  it('throws where there is no server, and does not try for ever', async () => {
    await using driver = open({ url: 'postgres://todo@127.0.0.1:9/todo', connectionTimeout: 1 })
    await assert.rejects(
      driver.listen('channel', () => {}),
      DatabaseUnavailable,
    )
  })
})
