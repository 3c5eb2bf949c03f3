import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { integer, Model, text } from '../model/index.ts'
import { createDatabase } from '../testing/server.ts'
import { Database, type Transaction } from './database.ts'
import type { Driver } from './driver.ts'
import { ConstraintError } from './errors.ts'
import { openPglite } from './pglite/open-pglite.ts'
import { openPostgres } from './postgres/open-postgres.ts'

class Account extends Model('accounts', { name: text().primaryKey(), amount: integer() }) {}

const drivers: Record<Driver['kind'], () => Promise<{ driver: Driver; drop(): Promise<void> }>> = {
  postgres: async () => {
    const { url, drop } = await createDatabase()
    return { driver: openPostgres({ url }), drop }
  },
  pglite: async () => ({ driver: await openPglite(), drop: async () => {} }),
}

for (const [kind, open] of Object.entries(drivers)) {
  describe(`transaction on ${kind}`, { timeout: 300_000 }, () => {
    let opened: Awaited<ReturnType<typeof open>>
    let db: Database
    let reported: unknown[]

    before(async () => {
      opened = await open()
      await opened.driver.session((connection) => connection.script(schema))
    })

    beforeEach(async () => {
      reported = []
      db = new Database(opened.driver, { report: (error) => reported.push(error) })
      await db.delete(Account).all().run()
    })

    after(async () => {
      await opened.driver.close()
      await opened.drop()
    })

    const add = (transaction: Transaction | Database, name: string) =>
      transaction.insert(Account, { name, amount: 0 }).run()
    const names = async () => (await db.select(Account).order({ name: 'asc' }).run()).map(({ name }) => name)
    const setting = async (options: Parameters<Database['transaction']>[1], name: string) => {
      const outcome = await opened.driver.transaction(
        (connection) => connection.run({ text: `show ${name}`, values: [] }),
        options,
      )
      return outcome.rows[0]?.[0]
    }

    it('begins in the isolation, and with the access, that it is asked for', async () => {
      for (const isolation of ['read committed', 'repeatable read', 'serializable'] as const) {
        assert.equal(await setting({ isolation }, 'transaction_isolation'), isolation)
      }
      assert.equal(await setting({ readOnly: true }, 'transaction_read_only'), 'on')
      const options = { isolation: 'serializable', readOnly: true, deferrable: true } as const
      assert.equal(await setting(options, 'transaction_deferrable'), 'on')
      await assert.rejects(
        db.transaction((transaction) => add(transaction, 'a'), { readOnly: true }),
        { report: { state: '25006', constraint: undefined, table: undefined, column: undefined } },
      )
    })

    it('keeps the rest when a savepoint is rolled back, and rolls savepoints back with it', async () => {
      await db.transaction(async (outer) => {
        await add(outer, 'a')
        const inner = outer.transaction(async (middle) => {
          await add(middle, 'b')
          await middle.transaction((innermost) => add(innermost, 'c'))
          throw new Error('back')
        })
        await assert.rejects(inner, /back/)
        await outer.transaction((other) => add(other, 'd'))
      })
      assert.deepEqual(await names(), ['a', 'd'])
    })

    it('lets savepoints that start side by side take turns', async () => {
      await db.transaction(async (outer) => {
        const nested = ['a', 'b', 'c'].map((name) =>
          outer.transaction(async (inner) => {
            await add(inner, name)
            await delay(5)
            await inner.transaction((innermost) => add(innermost, `${name}2`))
            if (name === 'b') throw new Error('no b')
          }),
        )
        const settled = await Promise.allSettled(nested)
        assert.deepEqual(
          settled.map(({ status }) => status),
          ['fulfilled', 'rejected', 'fulfilled'],
        )
      })
      assert.deepEqual(await names(), ['a', 'a2', 'c', 'c2'])
    })

    it('keeps what was stored beside a savepoint that is rolled back', { timeout: 60_000 }, async () => {
      await db.transaction(async (outer) => {
        const failing = outer.transaction(async (inner) => {
          await add(inner, 'inside')
          await delay(30)
          throw new Error('back')
        })
        const beside = delay(10).then(() => add(outer, 'beside'))
        await assert.rejects(failing, /back/)
        assert.equal((await beside).name, 'beside')
      })
      assert.deepEqual(await names(), ['beside'])
    })

    it('does not wait for itself when the outer one is called inside the inner one', { timeout: 60_000 }, async () => {
      await db.transaction((outer) =>
        outer.transaction(async (inner) => {
          await add(inner, 'a')
          await outer.transaction((third) => add(third, 'b'))
        }),
      )
      assert.deepEqual(await names(), ['a', 'b'])
    })

    it('says so when a savepoint ends after an error that was caught inside it', async () => {
      await db.transaction(async (outer) => {
        const inner = outer.transaction(async (transaction) => {
          await add(transaction, 'a')
          await assert.rejects(add(transaction, 'a'), ConstraintError)
        })
        await assert.rejects(inner, { code: 'TENON_TRANSACTION_FAILED' })
        await add(outer, 'b')
      })
      assert.deepEqual(await names(), ['b'])
    })

    it('refuses what comes after its end, and after the end of a savepoint', async () => {
      const ended = { code: 'TENON_CONNECTION_ENDED' }
      const kept: Transaction[] = []
      await db.transaction(async (outer) => {
        await outer.transaction(async (inner) => void kept.push(inner))
        kept.push(outer)
        await assert.rejects(add(kept[0] as Transaction, 'late'), ended)
      })
      for (const transaction of kept) {
        await assert.rejects(add(transaction, 'late'), ended)
        await assert.rejects(
          transaction.transaction(async () => {}),
          ended,
        )
        assert.throws(() => transaction.afterCommit(() => {}), ended)
      }
      assert.deepEqual(await names(), [])
    })

    describe('retries', () => {
      const failing = async (state: string, retries: number) => {
        let runs = 0
        const attempt = db.transaction(
          async (transaction) => {
            runs++
            await add(transaction, `run ${runs}`)
            transaction.afterCommit(() => reported.push(runs))
            if (runs < 3) await raise(transaction, state)
          },
          { retries },
        )
        const error = await attempt.catch((thrown: unknown) => thrown)
        return { runs, error }
      }

      it('runs it again after a serialization failure and after a deadlock, from the beginning', async () => {
        for (const state of ['40001', '40P01']) {
          reported = []
          assert.deepEqual(await failing(state, 2), { runs: 3, error: undefined })
          assert.deepEqual(await names(), ['run 3'])
          assert.deepEqual(reported, [3])
          await db.delete(Account).all().run()
        }
      })

      it('does so as often as it is told, and never unless it is told', async () => {
        for (const retries of [0, 1]) {
          const { runs, error } = await failing('40001', retries)
          assert.equal(runs, retries + 1)
          assert.equal((error as { report: { state: string } }).report.state, '40001')
        }
      })

      it('does not after any other error', async () => {
        assert.equal((await failing('P0001', 5)).runs, 1)
      })
    })

    describe('afterCommit', () => {
      it('runs after the outermost commit, in order, and is waited for', async () => {
        const seen: (string | readonly string[])[] = []
        await db.transaction(async (outer) => {
          outer.afterCommit(async () => void seen.push(await names()))
          await outer.transaction(async (inner) => {
            inner.afterCommit(async () => {
              await delay(5)
              seen.push('second')
            })
            await add(inner, 'a')
          })
          outer.afterCommit(() => seen.push('third'))
          assert.deepEqual(seen, [])
        })
        assert.deepEqual(seen, [['a'], 'second', 'third'])
      })

      it('does not run when the transaction, or its savepoint, is rolled back', async () => {
        const seen: string[] = []
        const attempt = db.transaction(async (outer) => {
          outer.afterCommit(() => seen.push('outer'))
          throw new Error('no')
        })
        await assert.rejects(attempt)
        await db.transaction(async (outer) => {
          const inner = outer.transaction(async (transaction) => {
            await transaction.transaction(async (innermost) => innermost.afterCommit(() => seen.push('innermost')))
            throw new Error('no')
          })
          await assert.rejects(inner)
        })
        assert.deepEqual(seen, [])
      })

      it('reports an error, goes on with the others and leaves the answer as it is', async () => {
        const failure = new Error('mail')
        const seen: string[] = []
        const answer = await db.transaction(async (transaction) => {
          transaction.afterCommit(() => Promise.reject(failure))
          transaction.afterCommit(() => seen.push('next'))
          return 'done'
        })
        assert.deepEqual([answer, seen, reported], ['done', ['next'], [failure]])
      })
    })
  })
}

/** A row of this name is refused with the SQLSTATE that it names. */
function raise(transaction: Transaction, state: string): Promise<unknown> {
  return transaction.insert(Account, { name: `raise ${state}`, amount: 0 }).run()
}

const schema = `
  create table accounts (name text primary key, amount int not null);
  create function raise() returns trigger language plpgsql as $$
    begin raise exception 'raised' using errcode = substr(new.name, 7); end $$;
  create trigger raise before insert on accounts for each row when (new.name like 'raise %') execute function raise();
`
