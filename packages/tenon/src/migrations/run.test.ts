import assert from 'node:assert/strict'
import { after, afterEach, before, describe, it } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { UsageError } from '../core/errors.ts'
import type { Driver } from '../database/driver.ts'
import { openPglite } from '../database/pglite/open-pglite.ts'
import { openPostgres } from '../database/postgres/open-postgres.ts'
import { createDatabase, type TestDatabase } from '../testing/server.ts'
import type { MigrationEvent } from './report.ts'
import { parseRevision, type Revision } from './revision.ts'
import { downgrade, previewDowngrade, upgrade } from './run.ts'
import { current, history, pending } from './status.ts'

const revision = (number: number, up: string, down: string): Revision => {
  const id = `20260101_00000${number}_step`
  return parseRevision(`migrations/${id}.sql`, id, `-- migrate:up\n${up}\n-- migrate:down\n${down}\n`)
}
const first = revision(1, 'create table one (id int);', 'drop table one;')
const second = revision(
  2,
  'alter table one add name text;\ncreate index one_name on one (name);',
  'alter table one drop name;',
)
const third = revision(3, "insert into one values (1, 'a;');", 'delete from one;')
const all = [first, second, third]
const ids = (revisions: readonly Revision[]) => revisions.map(({ id }) => id)

const reset = 'drop table if exists one, two, tenon_revisions, tenon_progress'

for (const kind of ['postgres', 'pglite'] as const) {
  describe(`migrations on ${kind}`, () => {
    let database: TestDatabase | undefined
    let driver: Driver

    before(async () => {
      database = kind === 'postgres' ? await createDatabase() : undefined
      driver = database ? openPostgres({ url: database.url }) : await openPglite()
    })
    afterEach(() => driver.run({ text: reset, values: [] }))
    after(async () => {
      await driver.close()
      await database?.drop()
    })

    const tables = async () => {
      const text = "select count(*) from pg_tables where tablename in ('one', 'two')"
      return (await driver.run({ text, values: [] })).rows[0]?.[0]
    }

    describe('upgrade', () => {
      it('applies what is pending, once, and reports it', async () => {
        const events: MigrationEvent[] = []
        assert.deepEqual(ids(await upgrade(driver, all, 'head', { report: (event) => events.push(event) })), ids(all))
        assert.deepEqual(
          events.map(({ kind }) => kind),
          ['started', 'finished', 'started', 'finished', 'started', 'finished'],
        )
        assert.deepEqual(await upgrade(driver, all), [])
        assert.deepEqual((await driver.run({ text: 'select * from one', values: [] })).rows, [['1', 'a;']])
      })

      it('keeps nothing of a revision that fails, and says where it failed', async () => {
        const broken = revision(2, 'create table two ();\n\ncreate table two (;', 'drop table two;')
        await assert.rejects(upgrade(driver, [first, broken, third]), {
          code: 'TENON_REVISION',
          message:
            'Cannot apply migrations/20260101_000002_step.sql:4: syntax error at or near ";". ' +
            'Nothing of it was kept. Correct it and run again.',
        })
        assert.equal(await tables(), '1')
        assert.deepEqual(ids(await upgrade(driver, all)), ids([second, third]))
      })

      it('refuses a revision that ends its own transaction', async () => {
        const sneaky = revision(1, 'create table one ();\ncommit;\ncreate table two ();', 'drop table one;')
        await assert.rejects(upgrade(driver, [sneaky]), /ends the transaction that it runs in/)
      })

      it('refuses to go on when an applied file was changed', async () => {
        await upgrade(driver, [first])
        const changed = revision(1, 'create table one (id bigint);', 'drop table one;')
        await assert.rejects(
          upgrade(driver, [changed, second]),
          /from 20260101_000001_step: migrations\/20260101_000001_step\.sql was changed after it was applied/,
        )
      })

      it('refuses to go on when an applied revision is not here', async () => {
        await upgrade(driver, all)
        await assert.rejects(upgrade(driver, [first]), /from 20260101_000002_step: the database has it, but/)
      })
    })

    describe('downgrade', () => {
      it('takes back the latest first', async () => {
        await upgrade(driver, all)
        assert.deepEqual(ids(await previewDowngrade(driver, all, '-2')), ids([third, second]))
        assert.deepEqual(ids(await downgrade(driver, all, '-2')), ids([third, second]))
        assert.deepEqual(ids(await downgrade(driver, all, 'base')), ids([first]))
        assert.equal(await tables(), '0')
        assert.deepEqual(ids(await upgrade(driver, all)), ids(all))
      })

      it('refuses what its author marked irreversible, before anything is taken back', async () => {
        const oneWay = revision(2, 'create table two ();', '-- irreversible: it merged accounts')
        await upgrade(driver, [first, oneWay])
        await assert.rejects(downgrade(driver, [first, oneWay], 'base'), /irreversible \(it merged accounts\)/)
        assert.equal(await tables(), '2')
      })

      it('keeps what a failing way down did not take back', async () => {
        const stuck = revision(1, 'create table one ();', 'drop table one;\ndrop table never;')
        await upgrade(driver, [stuck])
        await assert.rejects(
          downgrade(driver, [stuck], '-1'),
          /Cannot take back .*"never" does not exist\. Nothing of it/,
        )
        assert.equal(await tables(), '1')
      })
    })

    describe('pending, current and history', () => {
      it('count a database without a journal as empty', async () => {
        assert.deepEqual(await pending(driver, all), ids(all))
        assert.partialDeepStrictEqual(await current(driver, all), { current: null, head: third.id, pending: ids(all) })
        assert.partialDeepStrictEqual((await history(driver, [first]))[0], {
          id: first.id,
          state: 'pending',
          applied: null,
        })
      })

      it('say what was applied, when and by whom', async () => {
        await upgrade(driver, all, '+2')
        assert.deepEqual(await pending(driver, all), [third.id])
        const state = await current(driver, all)
        assert.equal(state.current?.id, second.id)
        assert.match(state.current?.appliedBy ?? '', /^.+@.+$/)
        assert.ok(Math.abs(Date.now() - Number(state.current?.appliedAt)) < 60_000)
        const changed = revision(2, 'select 2;', 'select 2;')
        const states = (await history(driver, [changed, third])).map(({ state }) => state)
        assert.deepEqual(states, ['missing', 'changed', 'pending'])
      })
    })
  })
}

describe('upgrade', () => {
  let database: TestDatabase
  let drivers: Driver[]

  before(async () => {
    database = await createDatabase()
    drivers = Array.from({ length: 16 }, () => openPostgres({ url: database.url, max: 1 }))
  })
  after(async () => {
    await Promise.all(drivers.map((driver) => driver.close()))
    await database.drop()
  })

  it('lets one of sixteen at once work and fails none', async () => {
    const slow = revision(1, 'create table one (id int);\nselect pg_sleep(0.3);', 'drop table one;')
    const waits: MigrationEvent[] = []
    const runs = drivers.map((driver) =>
      upgrade(driver, [slow, second, third], 'head', {
        report: (event) => event.kind === 'waiting' && waits.push(event),
      }),
    )
    const worked = (await Promise.all(runs)).filter((applied) => applied.length > 0)
    assert.equal(worked.length, 1)
    assert.equal(worked[0]?.length, 3)
    assert.equal(waits.length, 15)
    assert.ok(waits.some((event) => event.kind === 'waiting' && /^\d+$/.test(event.holder ?? '')))
  })

  it('holds no snapshot while it waits, so an index can be made concurrently meanwhile', async () => {
    const [driver, other] = drivers as [Driver, Driver]
    await driver.run({ text: reset, values: [] })
    const key = String(0x74656e6f6e)
    let waiting: Promise<unknown> | undefined
    await driver.session(async (connection) => {
      await connection.script(`select pg_advisory_lock(${key}); create table two (id int)`)
      waiting = upgrade(other, [first])
      await delay(300)
      await connection.script("set statement_timeout = '5s'")
      await connection.script('create index concurrently two_id on two (id)')
    })
    await waiting
  })

  it('refuses a pooled host and names the direct one', async () => {
    const pooled = openPostgres({ url: 'postgres://todo:secret@ep-cool-1-pooler.eu-central-1.aws.neon.tech/todo' })
    await assert.rejects(upgrade(pooled, all), (error) => {
      assert.ok(error instanceof UsageError)
      assert.match(
        error.message,
        /pooled host ep-cool-1-pooler\..* Use ep-cool-1\.eu-central-1\.aws\.neon\.tech in DATABASE_URL/,
      )
      return true
    })
    await pooled.close()
  })
})
