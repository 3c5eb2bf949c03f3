import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { Bouncer } from '../../test/bouncer.ts'
import { UsageError } from '../core/errors.ts'
import type { Connection, Driver } from '../database/driver.ts'
import { openPostgres } from '../database/postgres/open-postgres.ts'
import { createDatabase, type TestDatabase } from '../testing/server.ts'
import type { MigrationEvent } from './report.ts'
import { parseRevision } from './revision.ts'
import { upgrade } from './run.ts'
import { pending } from './status.ts'

const revision = (number: number, up: string) => {
  const id = `20260101_00000${number}_step`
  return parseRevision(`migrations/${id}.sql`, id, `-- migrate:up${up}\n-- migrate:down\nselect 1;\n`)
}
const make = revision(1, '\ncreate table one (id int primary key);\ninsert into one select generate_series(1, 50);')
const alter = revision(2, '\ncreate table two ();\nalter table one add name text;')
const index = revision(2, ' transaction:false\ncreate index concurrently one_id on one (id);\ncreate table two ();')
const statement = (text: string) => ({ text, values: [] })

describe('a revision that waits for a lock', () => {
  let database: TestDatabase
  let driver: Driver

  before(async () => {
    database = await createDatabase()
    driver = openPostgres({ url: database.url, statementTimeout: 0 })
  })
  beforeEach(async () => {
    await driver.session((one) => one.script('drop table if exists one, two, tenon_revisions, tenon_progress'))
    await upgrade(driver, [make])
  })
  after(async () => {
    await driver.close()
    await database.drop()
  })

  /** Holds a lock until the work has ended it by `release`. */
  async function whileHeld<T>(lock: string, work: (release: () => void) => Promise<T>): Promise<T> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const held = Promise.withResolvers<void>()
    const holder = driver.session(async (connection) => {
      await connection.script(`begin; ${lock}`)
      held.resolve()
      await promise
      await connection.script('rollback')
    })
    await held.promise
    try {
      return await work(resolve)
    } finally {
      resolve()
      await holder
    }
  }

  it('lets go of all it has, names who holds it up, and tries again until it gets it', async () => {
    const events: MigrationEvent[] = []
    await whileHeld('select * from one', async (release) => {
      await upgrade(driver, [make, alter], 'head', {
        lockTimeout: 200,
        report: (event) => {
          events.push(event)
          if (event.kind === 'retrying' && event.attempt === 2) release()
        },
      })
    })
    assert.ok(events.filter(({ kind }) => kind === 'retrying').length >= 2)
    const blocked = events.find((event) => event.kind === 'blocked')
    assert.match(blocked?.by[0]?.description ?? '', /idle in transaction, for \d+ s: begin; select \* from one/)
    assert.deepEqual(await pending(driver, [make, alter]), [])
  })

  it('gives up when its patience ends, and says whom it waited for', async () => {
    await whileHeld('select * from one', async () => {
      await assert.rejects(
        upgrade(driver, [make, alter], 'head', { lockTimeout: 300, patience: 700 }),
        /^RevisionError: Cannot apply .*step\.sql:3: a lock that it needs is held by server process \d+ \(.*select \* from one\)\. It was tried \d+ times? over \d+ s\. Nothing of it was kept\. End what holds/,
      )
    })
    assert.deepEqual((await driver.run(statement("select to_regclass('two')"))).rows, [[null]])
  })

  it('lets an index that is made concurrently wait as long as it must, and says for whom', async () => {
    const events: MigrationEvent[] = []
    await whileHeld('insert into one values (0)', async (release) => {
      await upgrade(driver, [make, index], 'head', {
        lockTimeout: 50,
        report: (event) => {
          events.push(event)
          if (event.kind === 'blocked') release()
        },
      })
    })
    assert.ok(events.every(({ kind }) => kind !== 'retrying'))
    assert.deepEqual(
      (await driver.run(statement("select indisvalid from pg_index where indexrelid = 'one_id'::regclass"))).rows,
      [['t']],
    )
  })

  it('rolls back and tries again after a deadlock', async () => {
    const crossing = revision(2, '\nalter table one add name text;\nselect pg_sleep(0.5);\nselect * from other;')
    await driver.session((one) => one.script('create table if not exists other ()'))
    const events: MigrationEvent[] = []
    // The server picks whoever notices first, so both ends are let go on.
    const other = driver.session(async (connection: Connection) => {
      await connection.script("set deadlock_timeout = '10s'; begin; lock table other")
      while ((await countWaiting()) === 0) await delay(20)
      await connection.script('select * from one').catch(() => {})
      await connection.script('rollback')
    })
    const countWaiting = async () => {
      const text = `select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
      return Number((await driver.run(statement(text))).rows[0]?.[0])
    }
    await upgrade(driver, [make, crossing], 'head', { lockTimeout: 5_000, report: (event) => events.push(event) })
    await other
    assert.ok(events.some(({ kind }) => kind === 'retrying'))
    await driver.run(statement('drop table other'))
  })
})

describe('sixteen runs at once', () => {
  for (const lock of ['session', 'lease'] as const) {
    it(`one works and none fails, also without a transaction, by ${lock}`, async (test) => {
      const database = await createDatabase()
      const drivers = Array.from({ length: 16 }, () => openPostgres({ url: database.url, max: 1 }))
      test.after(async () => {
        await Promise.all(drivers.map((driver) => driver.close()))
        await database.drop()
      })
      const batched = revision(
        3,
        ' transaction:false\n-- migrate:batch one (id) 7\nupdate one set id = id where :batch;\nreindex table concurrently one;',
      )
      const all = [make, index, batched]
      const runs = await Promise.all(drivers.map((driver) => upgrade(driver, all, 'head', { lock })))
      assert.deepEqual(
        runs.map((applied) => applied.length).toSorted((a, b) => b - a),
        [3, ...Array.from({ length: 15 }, () => 0)],
      )
    })
  }
})

describe('a journal from before', () => {
  it('gets its new columns in place', async (test) => {
    const database = await createDatabase()
    const driver = openPostgres({ url: database.url })
    test.after(async () => {
      await driver.close()
      await database.drop()
    })
    await driver.session((connection) =>
      connection.script(`create table tenon_revisions (id text primary key, checksum text not null,
        applied_at timestamptz not null default clock_timestamp(), applied_by text not null, duration_ms integer not null);
        insert into tenon_revisions values ('${make.id}', '${make.checksum}', now(), 'ada@laptop', 5);
        create table one (id int primary key)`),
    )
    assert.deepEqual(await pending(driver, [make, alter]), [alter.id])
    assert.deepEqual(await upgrade(driver, [make, alter]), [alter])
    const { rows } = await driver.run(statement('select id, role, stamped from tenon_revisions order by id'))
    assert.deepEqual(rows, [
      [make.id, null, 'f'],
      [alter.id, new URL(database.url).username, 'f'],
    ])
  })
})

describe('a pooler', { skip: !Bouncer.isInstalled && 'pgbouncer is not installed' }, () => {
  let database: TestDatabase
  let bouncer: Bouncer

  before(async () => {
    database = await createDatabase()
    bouncer = await Bouncer.start(database.url, 'server_round_robin = 1')
  })
  after(async () => {
    await bouncer.stop()
    await database.drop()
  })

  const refusal = (words: RegExp) => (error: unknown) => {
    assert.ok(error instanceof UsageError)
    assert.match(error.message, words)
    assert.match(error.message, /Use the server's own address in DATABASE_URL, or the option lock: 'lease'/)
    return true
  }

  it('is refused whatever its name, with the cure', async (test) => {
    const driver = openPostgres({ url: bouncer.url })
    test.after(() => driver.close())
    await assert.rejects(
      upgrade(driver, [make]),
      refusal(/^Cannot migrate through a pooler: postgres:.*lends a server/),
    )
  })

  it('is refused also where it was said to be none, once the process behind it changes', async (test) => {
    const driver = openPostgres({ url: bouncer.url, pooled: false, statementTimeout: 0 })
    test.after(() => driver.close())
    // Two transactions at once open a second server connection, which then comes in turn.
    await driver.transaction((one) =>
      one.script('select 1').then(() => driver.transaction((two) => two.script('select 1'))),
    )
    await assert.rejects(upgrade(driver, [make]), refusal(/its server process was \d+ and is \d+ now/))
  })

  it('can be migrated through under a lease', async (test) => {
    const driver = openPostgres({ url: bouncer.url })
    test.after(() => driver.close())
    await upgrade(driver, [make, index], 'head', { lock: 'lease' })
    assert.deepEqual(await pending(driver, [make, index]), [])
    assert.deepEqual((await driver.run(statement('select * from tenon_lease'))).rows, [])
  })

  it('makes the next wait for a lease that somebody holds, until it expires', async (test) => {
    const driver = openPostgres({ url: bouncer.url })
    test.after(() => driver.close())
    await upgrade(driver, [make, index], 'head', { lock: 'lease' })
    await driver.run(
      statement("insert into tenon_lease values ('migrations', 'bob@laptop x', clock_timestamp() + interval '1 s')"),
    )
    const events: MigrationEvent[] = []
    await upgrade(driver, [make, index], 'head', { lock: 'lease', report: (event) => events.push(event) })
    const [waiting] = events
    assert.match(waiting?.kind === 'waiting' ? (waiting.holder ?? '') : '', /^bob@laptop, until \d\d:\d\d:\d\d/)
  })
})
