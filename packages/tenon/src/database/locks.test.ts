import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { until } from '../../test/until.ts'
import { errorOf } from '../core/http-error.ts'
import { identity, Model, text } from '../model/index.ts'
import { createTableStatements } from '../sql/ddl.ts'
import { createDatabase, type TestDatabase } from '../testing/server.ts'
import { Database } from './database.ts'
import type { Driver } from './driver.ts'
import { openPostgres } from './postgres/open-postgres.ts'

class NoJob extends errorOf(404, 'NO_JOB', 'There is no such job.') {}
class Job extends Model('jobs', { id: identity(), name: text() }) {}

describe('beside a second session', { timeout: 300_000 }, () => {
  let database: TestDatabase
  let driver: Driver
  let db: Database
  let watcher: Driver
  before(async () => {
    database = await createDatabase()
    driver = openPostgres({ url: database.url, max: 4 })
    watcher = openPostgres({ url: database.url, lanes: 0 })
    db = new Database(driver)
    await driver.session((connection) => connection.script(createTableStatements([Job]).join(';\n')))
    await db.insert(Job, [{ name: 'a' }, { name: 'b' }, { name: 'c' }]).run()
  })
  after(async () => {
    await driver.close()
    await watcher.close()
    await database.drop()
  })

  const active = async (query: string) => {
    const text =
      "select count(*) from pg_stat_activity where state = 'active' and query like $1 and pid <> pg_backend_pid()"
    return Number((await watcher.run({ text, values: [query] })).rows[0]?.[0])
  }

  it('forUpdate takes only what nobody has locked, with skipLocked', async () => {
    await db.transaction(async (first) => {
      const taken = await first.select(Job).order({ id: 'asc' }).limit(1).forUpdate({ skipLocked: true }).first().run()
      await db.transaction(async (second) => {
        const next = await second
          .select(Job)
          .order({ id: 'asc' })
          .limit(1)
          .forUpdate({ skipLocked: true })
          .first()
          .run()
        assert.deepEqual([taken?.name, next?.name], ['a', 'b'])
        const rest = await second.select(Job).where({ name: 'a' }).forShare({ skipLocked: true }).run()
        assert.deepEqual(rest, [])
      })
    })
  })

  it('forUpdate fails at once with noWait, by a name of its own', async () => {
    await db.transaction(async (first) => {
      const job = await first.select(Job).where({ name: 'a' }).forUpdate().first().run()
      const attempt = db.transaction((second) =>
        second
          .find(Job, job?.id ?? 0)
          .forUpdate({ noWait: true })
          .run(),
      )
      await assert.rejects(attempt, (error: Error & { code: string; status: number; report: { state: string } }) => {
        assert.deepEqual([error.code, error.status, error.report.state], ['TENON_LOCKED', 503, '55P03'])
        assert.match(error.message, /^Cannot lock the row: could not obtain lock on row in relation "jobs"\./)
        return true
      })
    })
  })

  it('forUpdate waits without either, and sees what the first has made of the row', async () => {
    let second: Promise<string | undefined> | undefined
    await db.transaction(async (first) => {
      const job = await first.select(Job).where({ name: 'c' }).forUpdate().one(NoJob).run()
      second = db.transaction(
        async (other) => (await other.select(Job).where({ id: job.id }).forUpdate().first().run())?.name,
      )
      await until(async () => (await active('%for update of%')) === 1)
      await first.update(Job, { name: 'changed' }).where({ id: job.id }).run()
    })
    assert.equal(await second, 'changed')
  })

  describe('a stream', () => {
    const endless = "select generate_series(1, 1000000000), pg_sleep(0.001), 'endless'"
    const whole = async () => {
      await until(async () => (await active("%'endless'%")) === 0)
      await until(() => driver.metrics().size - driver.metrics().lanes === driver.metrics().idle)
      assert.deepEqual((await driver.run({ text: 'select 1', values: [] })).rows, [['1']])
    }

    it('gives its connection back at a break, and nothing runs on', async () => {
      for (let round = 0; round < 8; round++) {
        for await (const _ of driver.stream({ text: endless, values: [] }, { batch: 5 })) break
        for await (const job of db.select(Job).stream({ batch: 1 })) {
          assert.ok(job instanceof Job)
          break
        }
      }
      await whole()
    })

    it('is stopped at the server by its signal, between two batches and within one', async () => {
      for (const batch of [5, 1_000_000]) {
        const controller = new AbortController()
        const read = async () => {
          for await (const _ of driver.stream({ text: endless, values: [] }, { batch, signal: controller.signal })) {
            controller.abort()
          }
        }
        const refused = assert.rejects(read(), { code: 'TENON_STATEMENT_CANCELLED' })
        if (batch > 5) {
          await until(async () => (await active('fetch forward%')) === 1)
          controller.abort()
        }
        await refused
        await until(async () => (await active('fetch forward%')) === 0)
        await whole()
      }
    })

    it('of a model takes a signal too, also while it waits for a connection', async () => {
      const small = openPostgres({ url: database.url, max: 1 })
      try {
        await small.transaction(async () => {
          const read = async () => {
            for await (const _ of new Database(small).select(Job).stream({ signal: AbortSignal.timeout(50) }))
              assert.fail()
          }
          await assert.rejects(read(), { code: 'TENON_STATEMENT_CANCELLED' })
        })
        const signal = AbortSignal.abort()
        await assert.rejects(async () => {
          for await (const _ of db.select(Job).stream({ signal })) assert.fail()
        }, /in select from Job at \S*locks\.test\.ts/)
      } finally {
        await small.close()
      }
      await whole()
    })
  })

  it('copyTo is refused by name inside a transaction, copyFrom goes with it', async () => {
    const attempt = db.transaction(async (transaction) => {
      assert.equal(await transaction.copyFrom('copy jobs (name) from stdin', ['copied\n']), 1)
      assert.equal(await transaction.select(Job).where({ name: 'copied' }).count().run(), 1)
      transaction.copyTo('copy jobs to stdout')
    })
    await assert.rejects(attempt, { code: 'TENON_USAGE', message: /^Cannot copy out of a transaction: / })
    assert.equal(await db.select(Job).where({ name: 'copied' }).count().run(), 0)
  })

  it('explain plans a stream as one', async () => {
    await db.sql`analyze jobs`.run()
    const plan = await db.select(Job).order({ name: 'asc' }).explain({ stream: true })
    assert.match(plan, /Sort[\s\S]*Seq Scan on jobs/)
    const analyzed = await db.select(Job).explain({ stream: true, analyze: true })
    assert.match(analyzed, /actual time/)
  })
})
