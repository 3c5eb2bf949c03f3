import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { Held, until } from '../../test/until.ts'
import { createDatabase } from '../testing/server.ts'
import { Database } from './database.ts'
import type { Connection, Driver, Outcome } from './driver.ts'
import { openPglite } from './pglite/open-pglite.ts'
import { openPostgres } from './postgres/open-postgres.ts'

const drivers: Record<Driver['kind'], () => Promise<{ driver: Driver; drop(): Promise<void> }>> = {
  postgres: async () => {
    const { url, drop } = await createDatabase()
    return { driver: openPostgres({ url, max: 3 }), drop }
  },
  pglite: async () => ({ driver: await openPglite(), drop: async () => {} }),
}

for (const [kind, open] of Object.entries(drivers)) {
  describe(`what ${kind} can do beside statements`, { timeout: 300_000 }, () => {
    let opened: Awaited<ReturnType<typeof open>>
    let driver: Driver
    let db: Database
    let reported: unknown[]

    before(async () => {
      opened = await open()
      driver = opened.driver
      await driver.session((connection) => connection.script('create table pair (a int primary key, b text)'))
    })

    beforeEach(async () => {
      reported = []
      db = new Database(driver, { report: (error) => reported.push(error) })
      await driver.run({ text: 'delete from pair', values: [] })
    })

    after(async () => {
      await driver.close()
      await opened.drop()
    })

    const count = async () => (await driver.run({ text: 'select count(*) from pair', values: [] })).rows[0]?.[0]
    const series = { text: "select n, repeat('x', 1000) from generate_series(1, $1::int) n", values: ['1000'] }
    const numbers = async (batches: AsyncIterable<Outcome>) => {
      const sizes: number[] = []
      let sum = 0
      for await (const { rows } of batches) {
        sizes.push(rows.length)
        for (const [n] of rows) sum += Number(n)
      }
      return { sizes, sum }
    }

    describe('stream', () => {
      it('gives the rows in batches, from a connection of its own and inside a transaction', async () => {
        const all = { sizes: [300, 300, 300, 100], sum: 500_500 }
        assert.deepEqual(await numbers(driver.stream(series, { batch: 300 })), all)
        const read = (connection: Connection) => numbers(connection.stream(series, { batch: 300 }))
        assert.deepEqual(await driver.transaction(read), all)
        assert.deepEqual(await numbers(driver.stream({ text: 'select 1 where false', values: [] })), {
          sizes: [],
          sum: 0,
        })
      })

      it('reads no further than it is asked to, and lets go at a break', { timeout: 60_000 }, async () => {
        const text = "select generate_series(1::bigint, 1000000000000) where $1 = '0'"
        const endless = { text, values: ['0'] }
        if (kind === 'postgres') {
          for (let round = 0; round < 5; round++) {
            for await (const { rows } of driver.stream(endless, { batch: 10 })) {
              assert.equal(rows.length, 10)
              break
            }
          }
        }
        for await (const _ of driver.stream(series, { batch: 10 })) break
        await driver.transaction(async () => {})
        const { rows } = await driver.run({
          text: 'select count(*) from pg_cursors where name like $1',
          values: ['tenon%'],
        })
        assert.deepEqual(rows, [['0']])
      })

      it('lets the reader use the database between two batches', { timeout: 60_000 }, async () => {
        for await (const { rows } of driver.stream(series, { batch: 500 })) {
          await driver.run({ text: 'insert into pair values ($1)', values: [rows[0]?.[0] ?? null] })
        }
        assert.equal(await count(), '2')
      })

      it('throws what the server refuses, at the beginning or in the middle, and lets go', async () => {
        const divided = { text: 'select 1 / (600 - n) from generate_series(1, 1000) n', values: [] }
        for (const statement of [{ text: 'select', values: ['1'] }, divided]) {
          for (let round = 0; round < 3; round++)
            await assert.rejects(numbers(driver.stream(statement, { batch: 500 })))
        }
        assert.equal(await count(), '0')
      })
    })

    describe('copyFrom and copyTo', () => {
      const rows = function* (number: number) {
        for (let n = 1; n <= number; n++) yield `${n},"name ""${n}"""\n`
      }

      it('carry rows in and out', async () => {
        assert.equal(await db.copyFrom('copy pair from stdin (format csv)', rows(5_000)), 5_000)
        assert.equal(await count(), '5000')
        const pieces: Uint8Array[] = []
        for await (const piece of db.copyTo('copy (select * from pair order by a) to stdout (format csv)'))
          pieces.push(piece)
        // Not assert.equal, which would print both.
        assert.ok(Buffer.concat(pieces).equals(Buffer.from([...rows(5_000)].join(''))))
      })

      it('store all or nothing: not when a row is refused, not when the source fails', async () => {
        await assert.rejects(db.copyFrom('copy pair from stdin (format csv)', ['1,a\n', '1,b\n']), { kind: 'unique' })
        const failing = async function* () {
          yield '2,a\n'
          await delay(5)
          throw new Error('source')
        }
        await assert.rejects(db.copyFrom('copy pair from stdin (format csv)', failing()), /^Error: source$/)
        assert.equal(await count(), '0')
      })

      it('go with their transaction', async () => {
        const attempt = db.transaction(async (transaction) => {
          await transaction.copyFrom('copy pair from stdin (format csv)', rows(3))
          throw new Error('back')
        })
        await assert.rejects(attempt, /back/)
        assert.equal(await count(), '0')
      })

      it('are refused by name where they would wait for ever', { timeout: 60_000 }, async () => {
        const code = { code: /TENON_(COPY|STATEMENT_TIMEOUT)/ }
        await assert.rejects(driver.run({ text: 'copy pair from stdin', values: [] }), code)
        await assert.rejects(db.copyFrom('select 1', ['1']), { code: 'TENON_COPY' })
        await assert.rejects(async () => {
          for await (const _ of db.copyTo('copy pair from stdin'));
        }, code)
        assert.equal(await count(), '0')
      })

      it('let go at a break', { timeout: 60_000 }, async () => {
        await db.copyFrom('copy pair from stdin (format csv)', rows(100))
        for (let round = 0; round < 5; round++) for await (const _ of db.copyTo('copy pair to stdout')) break
        await driver.transaction(async () => {})
        assert.equal(await count(), '100')
      })
    })

    describe('listen', () => {
      it('hears what is notified, at the commit, until it is closed', async () => {
        const heard: string[] = []
        const first = await db.listen('A "channel"', (payload) => heard.push(`first ${payload}`))
        const second = await db.listen('A "channel"', () => Promise.reject(new Error('handler')))
        const other = await db.listen('other', (payload) => heard.push(`other ${payload}`))
        await db.notify('A "channel"', 'now')
        await until(() => heard.length === 1)
        const attempt = db.transaction(async (transaction) => {
          await transaction.notify('A "channel"', 'never')
          throw new Error('back')
        })
        await assert.rejects(attempt)
        await driver.session((connection) => connection.script('select 1'))
        await db.transaction((transaction) => transaction.notify('other'))
        await until(() => heard.length === 2)
        assert.deepEqual(heard, ['first now', 'other '])
        assert.match(String(reported), /handler/)
        await first.close()
        await second.close()
        await db.notify('A "channel"', 'late')
        await db.notify('other', 'last')
        await until(() => heard.length === 3)
        assert.deepEqual(heard.slice(2), ['other last'])
        await other.close()
      })
    })

    it('metrics count what waits, and for how long', async () => {
      const before = db.metrics()
      const held = new Held()
      const busy = Array.from({ length: 4 }, () => driver.transaction(held.hold))
      await held.entered
      await until(() => db.metrics().waiting >= 1)
      await delay(100)
      held.release()
      await Promise.all(busy)
      const { waits, waiting, size, max } = db.metrics()
      assert.equal(waiting, 0)
      assert.ok(size <= max)
      assert.ok(waits.count > before.waits.count && waits.max >= 80 && waits.total >= waits.max)
    })

    it('warnOfPoolSize says when instances ask for more than there is', async () => {
      assert.equal(await db.warnOfPoolSize(), null)
      const warning = await db.warnOfPoolSize(1_000)
      if (kind === 'pglite') assert.equal(warning, null)
      else assert.match(warning ?? '', /^1000 × 3 connections are more than the \d+ that postgres:.* allows\. Lower/)
    })
  })
}
