import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { until } from '../../../test/until.ts'
import { integer, Model, text } from '../../model/index.ts'
import { Network } from '../../testing/network.ts'
import { createDatabase, type TestDatabase } from '../../testing/server.ts'
import { Database, type Transaction } from '../database.ts'
import type { Connection } from '../driver.ts'
import { CommitUnknown, DatabaseError, type DatabaseUnavailable } from '../errors.ts'
import { openPostgres, type PostgresDriver } from './open-postgres.ts'
import type { PostgresOptions } from './options.ts'

describe('a running service', { timeout: 300_000 }, () => {
  let database: TestDatabase
  let admin: PostgresDriver

  before(async () => {
    database = await createDatabase()
    admin = openPostgres({ url: database.url, lanes: 0 })
    await admin.run(statement('create table shape (a int)'))
    await admin.run(statement('insert into shape values (1)'))
  })

  after(async () => {
    await admin.close()
    await database.drop()
  })

  const open = (options: Partial<PostgresOptions> = {}) => {
    const driver = openPostgres({ url: database.url, ...options })
    return Object.assign(driver, { [Symbol.asyncDispose]: () => driver.close() })
  }
  const all = { name: 'all', text: 'select * from shape', values: [] }
  const running = async (text: string) => {
    const query = "select 1 from pg_stat_activity where state = 'active' and query like $1 and pid <> pg_backend_pid()"
    return (await admin.run(statement(query, text))).rows.length
  }

  it('does not notice that tables change under its prepared statements', async () => {
    await using driver = open()
    let isOver = false
    let answers = 0
    const caller = async () => {
      while (!isOver) {
        const { columns, rows } = await driver.run(all)
        assert.equal(columns.length, rows[0]?.length)
        answers++
      }
    }
    const callers = Promise.all(Array.from({ length: 8 }, caller))
    const someMore = () => {
      const wanted = answers + 20
      return Promise.race([callers, until(() => answers >= wanted)])
    }
    try {
      for (const column of ['b', 'c', 'd', 'e']) {
        await someMore()
        await admin.run(statement(`alter table shape add ${column} int`))
        await someMore()
        await admin.run(statement(`alter table shape drop ${column}`))
      }
    } finally {
      isOver = true
    }
    await callers
  })

  it('fails one transaction over it and no more, on whatever connection the next ones run', async () => {
    await using driver = open({ max: 4, lanes: 0 })
    const inTransaction = () => driver.transaction((connection) => connection.run(all))
    let holders = 0
    const hold = async (connection: Connection) => {
      await connection.run(all)
      holders++
      await until(() => holders === 4)
    }
    await Promise.all(Array.from({ length: 4 }, () => driver.transaction(hold)))
    await admin.run(statement('alter table shape add f int'))
    await assert.rejects(inTransaction(), {
      report: { state: '0A000', constraint: undefined, table: undefined, column: undefined },
    })
    const later = await Promise.all([inTransaction(), inTransaction(), inTransaction(), inTransaction()])
    assert.ok(later.every(({ columns }) => columns.length === 2))
    await admin.run(statement('alter table shape drop f'))
  })

  it('prepares a statement anew that could not be prepared the first time, also inside transactions', async () => {
    await using driver = open({ max: 1 })
    const late = () =>
      driver.transaction((connection) => connection.run({ name: 'late', text: 'select * from late', values: [] }))
    for (let round = 0; round < 2; round++) await assert.rejects(late(), /relation "late" does not exist/)
    await admin.run(statement('create table late ()'))
    await late()
  })

  it('keeps 500 prepared statements on a connection, those that were used last, and closes the others', async () => {
    await using driver = open({ max: 1 })
    const run = (index: number) =>
      driver.run({ name: `statement ${index}`, text: `select ${index}, $1::int`, values: [`${index}`] })
    const prepared = async (name: string) =>
      (await driver.run(statement('select count(*) from pg_prepared_statements where name like $1', name))).rows[0]?.[0]
    for (let index = 0; index < 500; index++) await run(index)
    assert.equal(await prepared('statement %'), '500')
    await run(0)
    for (let index = 500; index < 550; index++) await run(index)
    assert.equal(await prepared('statement %'), '500')
    assert.deepEqual([await prepared('statement 0'), await prepared('statement 1')], ['1', '0'])
    assert.deepEqual((await run(1)).rows, [['1', '1']])
  })

  it('stops at the server what it no longer waits for', async () => {
    // Without statement_timeout, as behind a pooler.
    for (const lanes of [0, 1]) {
      await using driver = open({ max: 2, lanes, pooled: true, statementTimeout: 300 })
      await assert.rejects(driver.run(statement("select pg_sleep(20), 'given up'")), {
        code: 'TENON_STATEMENT_TIMEOUT',
      })
      await until(async () => (await running('%given up%')) === 0)
      assert.deepEqual((await driver.run(statement('select 1'))).rows, [['1']])
    }
  })

  it('gives each of two statements on a lane its time, the second as well', async () => {
    await using driver = open({ max: 2, lanes: 1, pooled: true, statementTimeout: 300 })
    await driver.run(statement('select 1'))
    const both = ['first', 'second'].map((name) => driver.run(statement(`select pg_sleep(60), '${name}'`)))
    for (const one of await Promise.allSettled(both)) {
      assert.ok(one.status === 'rejected')
      assert.equal(one.reason.code, 'TENON_STATEMENT_TIMEOUT')
    }
    await until(async () => (await running('select pg_sleep(60)%')) === 0)
  })

  it('lets the server end a statement before it gives it up itself', async () => {
    await using driver = open({ statementTimeout: 1_000 })
    assert.deepEqual((await driver.run(statement('show statement_timeout'))).rows, [['1s']])
    await assert.rejects(driver.run(statement('select pg_sleep(20)')), { code: 'TENON_STATEMENT_TIMEOUT' })
  })

  it('says what is wrong when a transaction waits for the pool that it holds', async () => {
    await using driver = open({ max: 1, connectionTimeout: 3 })
    const inside = driver.transaction(() => driver.run(statement('select 1')))
    await assert.rejects(inside, (error: DatabaseUnavailable) => {
      assert.match(error.message, /all 1 were busy for 3 s.*The call came from inside a transaction/)
      return error.status === 503
    })
    await assert.rejects(
      driver.transaction(() => Promise.all([driver.transaction(async () => {})])),
      /from inside/,
    )
  })

  it('survives that all its connections are killed again and again, and fails only what was running', async () => {
    await using driver = open()
    const failures: unknown[] = []
    let answers = 0
    let isOver = false
    const caller = async (index: number) => {
      while (!isOver) {
        const attempt =
          index % 2 === 0
            ? driver.run({ name: 'short', text: 'select count(*) from shape', values: [] })
            : driver.transaction((connection) => connection.run(all))
        await attempt.then(
          () => answers++,
          (error) => failures.push(error),
        )
      }
    }
    const callers = Array.from({ length: 10 }, (_, index) => caller(index))
    const rounds = 6
    try {
      for (let round = 0; round < rounds; round++) {
        const wanted = answers + 200
        await until(() => answers >= wanted)
        const text =
          'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()'
        await admin.run(statement(text))
      }
    } finally {
      isOver = true
    }
    await Promise.all(callers)
    assert.ok(failures.every((error) => error instanceof DatabaseError && error.status >= 500))
    // One of each caller at most, and now and then a second that met another killed connection.
    assert.ok(failures.length <= rounds * 15, `${failures.length} of ${answers}`)
  })

  it('repeats transactions that cannot be serialized, until every one is kept', async () => {
    await using driver = open({ max: 8 })
    const db = new Database(driver)
    await admin.run(statement("create table counters as select 'one' as name, 0 as value"))
    let committed = 0
    const count = async (transaction: Transaction) => {
      const counter = await transaction.select(Counter).first().run()
      await delay(5)
      await transaction
        .update(Counter, { value: (counter?.value ?? 0) + 1 })
        .all()
        .run()
      transaction.afterCommit(() => committed++)
    }
    const options = { isolation: 'serializable', retries: 100 } as const
    await Promise.all(Array.from({ length: 8 }, () => db.transaction(count, options)))
    assert.deepEqual((await driver.run(statement('select value from counters'))).rows, [['8']])
    assert.equal(committed, 8)
  })

  it('never repeats a transaction whose COMMIT has an unknown end', async () => {
    await using network = await Network.start(database.url)
    await using driver = open({ url: network.url })
    let runs = 0
    network.cutAfter('COMMIT')
    const work = async () => {
      runs++
    }
    await assert.rejects(new Database(driver).transaction(work, { retries: 5 }), CommitUnknown)
    assert.equal(runs, 1)
  })
})

class Counter extends Model('counters', { name: text().primaryKey(), value: integer() }) {}

function statement(text: string, ...values: string[]) {
  return { text, values }
}
