import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import { createDatabase } from '../testing/server.ts'
import type { Connection, Driver } from './driver.ts'
import { ConstraintError, DatabaseError, DatabaseUnavailable } from './errors.ts'
import { openPglite } from './pglite/open-pglite.ts'
import { openPostgres } from './postgres/open-postgres.ts'

interface Opened {
  readonly driver: Driver
  drop(): Promise<void>
}

const drivers: Record<Driver['kind'], () => Promise<Opened>> = {
  postgres: async () => {
    const { url, drop } = await createDatabase()
    return { driver: openPostgres({ url }), drop }
  },
  pglite: async () => ({ driver: await openPglite(), drop: async () => {} }),
}

// type, text in, text out
const values: readonly (readonly [type: string, sent: string, received: string])[] = [
  ['boolean', 'true', 't'],
  ['boolean', 'f', 'f'],
  ['smallint', '-32768', '-32768'],
  ['integer', '2147483647', '2147483647'],
  ['bigint', '9223372036854775807', '9223372036854775807'],
  ['numeric', '12345678901234567890.0123456789', '12345678901234567890.0123456789'],
  ['numeric', 'NaN', 'NaN'],
  ['real', '0.1', '0.1'],
  ['double precision', '0.30000000000000004', '0.30000000000000004'],
  ['double precision', '-Infinity', '-Infinity'],
  ['text', '', ''],
  ['text', 'naïve "quoted" \\ {} 👩‍🚀\n', 'naïve "quoted" \\ {} 👩‍🚀\n'],
  ['varchar(3)', 'abc', 'abc'],
  ['char(3)', 'a', 'a  '],
  ['bytea', '\\x00ff', '\\x00ff'],
  ['uuid', 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'],
  ['date', '2026-02-28', '2026-02-28'],
  ['date', 'infinity', 'infinity'],
  ['time', '23:59:59.123456', '23:59:59.123456'],
  ['timestamp', '2026-02-28T12:00:00.5', '2026-02-28 12:00:00.5'],
  ['timestamptz', '2026-02-28T12:00:00.123456+02:00', '2026-02-28 10:00:00.123456+00'],
  ['timestamptz', '0044-03-15 12:00:00+00 BC', '0044-03-15 12:00:00+00 BC'],
  ['interval', '1 day 02:03:04', '1 day 02:03:04'],
  ['json', '{"b":1, "a":[null]}', '{"b":1, "a":[null]}'],
  ['jsonb', '{"b":1,"a":[null]}', '{"a": [null], "b": 1}'],
  ['jsonb', '"text"', '"text"'],
  ['inet', '192.168.0.1/24', '192.168.0.1/24'],
  ['integer[]', '{1,NULL,3}', '{1,NULL,3}'],
  ['text[]', '{"a b","c\\"d",NULL}', '{"a b","c\\"d",NULL}'],
  ['int4range', '[1,5]', '[1,6)'],
]

for (const [kind, open] of Object.entries(drivers)) {
  describe(`the driver for ${kind}`, { timeout: 300_000 }, () => {
    let opened: Opened
    let driver: Driver

    const rows = async (text: string, ...sent: (string | null)[]) => (await driver.run({ text, values: sent })).rows
    const count = async () => (await rows('select count(*) from child'))[0]?.[0]

    before(async () => {
      opened = await open()
      driver = opened.driver
      await driver.session((connection) => connection.script(schema))
    })

    beforeEach(async () => {
      await driver.session((connection) => connection.script('truncate parent, child restart identity'))
    })

    after(async () => {
      await driver.close()
      await opened.drop()
    })

    describe('run', () => {
      for (const [type, sent, received] of values) {
        it(`passes ${type} ${JSON.stringify(sent)} as text, in and out`, async () => {
          assert.deepEqual(await rows(`select $1::${type}`, sent), [[received]])
        })
      }

      it('keeps null apart from text, in and out', async () => {
        assert.deepEqual(await rows('select $1::text, $2::boolean, null', null, null), [[null, null, null]])
      })

      it('names the columns, also those of the same name', async () => {
        const outcome = await driver.run({ text: 'select 1 as a, 2 as b, 3 as a', values: [] })
        assert.deepEqual(outcome, {
          columns: ['a', 'b', 'a'],
          types: [23, 23, 23],
          rows: [['1', '2', '3']],
          affected: 0,
        })
      })

      it('counts the rows that were written', async () => {
        const affected = async (text: string) => (await driver.run({ text, values: [] })).affected
        assert.equal(await affected("insert into parent (name) values ('a'), ('b'), ('c')"), 3)
        assert.equal(await affected("update parent set name = name || 'x' where name <> 'a'"), 2)
        assert.equal(await affected('select * from parent'), 0)
        assert.equal(await affected('delete from parent'), 3)
        assert.equal(await affected('create table if not exists parent ()'), 0)
      })

      it('prepares under a name, and runs it again and again', async () => {
        const add = (a: string, b: string) =>
          driver.run({ name: 'add', text: 'select $1::int + $2::int', values: [a, b] })
        assert.deepEqual((await add('1', '2')).rows, [['3']])
        await assert.rejects(add('1', 'x'), DatabaseError)
        assert.deepEqual((await add('3', '4')).rows, [['7']])
      })

      it('survives that a table changes under a prepared statement', async () => {
        const all = () => driver.run({ name: 'all', text: 'select * from shape', values: [] })
        await driver.run({ text: 'create table shape (a int)', values: [] })
        await all()
        await driver.run({ text: 'alter table shape add b int', values: [] })
        assert.deepEqual((await all()).columns, ['a', 'b'])
        assert.deepEqual((await all()).columns, ['a', 'b'])
      })

      it('takes more prepared statements than it keeps', async () => {
        for (let index = 0; index < 520; index++) {
          const { rows } = await driver.run({ name: `s${index}`, text: `select ${index}`, values: [] })
          assert.deepEqual(rows, [[String(index)]])
        }
      })

      it('takes a text of five million characters', async () => {
        const text = 'é'.repeat(5_000_000)
        assert.equal((await rows('select $1::text', text))[0]?.[0], text)
      })

      it('refuses two statements in one', async () => {
        await assert.rejects(driver.run({ text: 'select 1; select 2', values: [] }), DatabaseError)
      })

      it('runs many at once', async () => {
        const answers = await Promise.all(
          Array.from({ length: 50 }, (_, index) => rows('select $1::int', String(index))),
        )
        assert.deepEqual(
          answers.map((answer) => answer[0]?.[0]),
          Array.from({ length: 50 }, (_, index) => String(index)),
        )
      })

      it('speaks UTC and ISO', async () => {
        const text = "select current_setting('TimeZone'), current_setting('DateStyle')"
        assert.deepEqual(await rows(text), [['UTC', 'ISO, MDY']])
      })

      it('refuses BEGIN, and the next statement does not run inside it', async () => {
        await assert.rejects(rows('begin'), { code: 'TENON_TRANSACTION_OPEN' })
        await rows("insert into parent (name) values ('kept')")
        const text = 'select pg_current_xact_id_if_assigned()'
        assert.deepEqual(await rows(text), [[null]])
      })
    })

    describe('errors', () => {
      const refusal = async (text: string): Promise<ConstraintError> => {
        const thrown = await driver.run({ text, values: [] }).then(
          () => assert.fail('nothing was refused'),
          (error: unknown) => error,
        )
        assert.ok(thrown instanceof ConstraintError, String(thrown))
        return thrown
      }

      it('names the unique constraint', async () => {
        await rows("insert into parent (name) values ('a')")
        const { kind, report, status } = await refusal("insert into parent (name) values ('a')")
        assert.deepEqual([kind, report.constraint, report.table, status], ['unique', 'parent_name_key', 'parent', 409])
      })

      it('names the foreign key', async () => {
        const { kind, report } = await refusal('insert into child (parent_id) values (99)')
        assert.deepEqual([kind, report.constraint], ['reference', 'child_parent_id_fkey'])
      })

      it('names the check', async () => {
        const { kind, report } = await refusal("insert into parent (name) values ('')")
        assert.deepEqual([kind, report.constraint], ['check', 'parent_name_check'])
      })

      it('names the column that must not be null', async () => {
        const { kind, report } = await refusal('insert into parent (name) values (null)')
        assert.deepEqual([kind, report.column, report.table], ['required', 'name', 'parent'])
      })

      it('carry the SQLSTATE, and no value in their text', async () => {
        await rows("insert into parent (name) values ('secret')")
        const refused = await refusal("insert into parent (name) values ('secret')")
        const failed = await rows('select $1::int', 'secret "x"').catch((error: unknown) => error)
        assert.ok(failed instanceof DatabaseError)
        assert.equal(failed.report.state, '22P02')
        for (const error of [refused, failed]) {
          const { detail } = error.cause as { detail?: string }
          assert.doesNotMatch(`${error.message} ${(error.cause as Error).message} ${detail}`, /secret/)
        }
      })

      it('point at the caller in their stack', async () => {
        const callerOfTheStatement = async () => await rows('selec')
        const error = await callerOfTheStatement().catch((thrown: Error) => thrown)
        assert.match((error as Error).stack ?? '', /callerOfTheStatement/)
        const callerInside = async () =>
          await driver.transaction(async (connection) => await connection.run({ text: 'selec', values: [] }))
        const inside = await callerInside().catch((thrown: Error) => thrown)
        assert.match((inside as Error).stack ?? '', /driver\.contract\.test/)
      })
    })

    describe('transaction', () => {
      const insert = (connection: Pick<Connection, 'run'>, name: string) =>
        connection.run({ text: 'insert into parent (name) values ($1)', values: [name] })
      const names = async () => (await rows('select name from parent order by name')).map(([name]) => name)

      it('commits what its callback did, and answers what that answered', async () => {
        const answer = await driver.transaction(async (connection) => {
          await insert(connection, 'a')
          await insert(connection, 'b')
          return 'done'
        })
        assert.equal(answer, 'done')
        assert.deepEqual(await names(), ['a', 'b'])
      })

      it('rolls back when its callback throws, and throws the same error', async () => {
        const failure = new Error('no')
        const attempt = driver.transaction(async (connection) => {
          await insert(connection, 'a')
          throw failure
        })
        await assert.rejects(attempt, (error) => error === failure)
        assert.deepEqual(await names(), [])
      })

      it('rolls back when a statement fails', async () => {
        const attempt = driver.transaction(async (connection) => {
          await insert(connection, 'a')
          await insert(connection, 'a')
        })
        await assert.rejects(attempt, ConstraintError)
        assert.deepEqual(await names(), [])
      })

      it('fails when a statement failed and its error was caught', async () => {
        const attempt = driver.transaction(async (connection) => {
          await insert(connection, 'a')
          await insert(connection, 'a').catch(() => {})
        })
        await assert.rejects(attempt, { code: 'TENON_TRANSACTION_FAILED' })
        assert.deepEqual(await names(), [])
      })

      it('goes on after a failure behind a savepoint', async () => {
        await driver.transaction(async (connection) => {
          await insert(connection, 'a')
          await connection.script('savepoint one')
          await assert.rejects(insert(connection, 'a'), ConstraintError)
          await connection.script('rollback to savepoint one')
          await insert(connection, 'b')
        })
        assert.deepEqual(await names(), ['a', 'b'])
      })

      it('fails when a statement inside ended it', async () => {
        const attempt = driver.transaction(async (connection) => {
          await insert(connection, 'a')
          await connection.script('rollback')
        })
        await assert.rejects(attempt, { code: 'TENON_TRANSACTION_CLOSED' })
      })

      it('reports a constraint that COMMIT checks', async () => {
        const attempt = driver.transaction(async (connection) => {
          await connection.script('set constraints all deferred')
          await connection.run({ text: 'insert into child (parent_id) values (99)', values: [] })
        })
        await assert.rejects(attempt, { kind: 'reference' })
        assert.equal(await count(), '0')
      })

      it('waits for statements that nobody awaited', async () => {
        await driver.transaction(async (connection) => {
          void insert(connection, 'a')
          void insert(connection, 'b')
        })
        assert.deepEqual(await names(), ['a', 'b'])
      })

      it('runs statements sent side by side one after the other', async () => {
        await driver.transaction(async (connection) => {
          await Promise.all(['a', 'b', 'c'].map((name) => insert(connection, name)))
        })
        assert.deepEqual(await names(), ['a', 'b', 'c'])
      })

      it('refuses its connection once it has ended', async () => {
        const kept = await driver.transaction(async (connection) => connection)
        await assert.rejects(insert(kept, 'late'), { code: 'TENON_CONNECTION_ENDED' })
        assert.deepEqual(await names(), [])
      })

      it('keeps its failure from the next one', async () => {
        await assert.rejects(driver.transaction((connection) => connection.script('selec')))
        await driver.transaction((connection) => insert(connection, 'a'))
        assert.deepEqual(await names(), ['a'])
      })

      it('takes its settings with it', async () => {
        await driver.transaction((connection) => connection.script("set local work_mem = '1MB'"))
        assert.notDeepEqual(await rows('show work_mem'), [['1MB']])
      })
    })

    describe('session', () => {
      it('runs scripts of several statements', async () => {
        await driver.session(async (connection) => {
          await connection.script("insert into parent (name) values ('a'); insert into parent (name) values ('b;')")
          assert.deepEqual((await connection.run({ text: 'select count(*) from parent', values: [] })).rows, [['2']])
        })
      })

      it('leaves nothing behind: no setting, no transaction, no temporary table, no lock', async () => {
        await driver.session(async (connection) => {
          await connection.script("set work_mem = '1MB'; create temporary table mine (); select pg_advisory_lock(7)")
          await connection.script("begin; insert into parent (name) values ('a')")
        })
        assert.notDeepEqual(await rows('show work_mem'), [['1MB']])
        assert.deepEqual(await rows("select to_regclass('mine'), (select count(*) from parent)"), [[null, '0']])
        assert.deepEqual(await rows("select count(*) from pg_locks where locktype = 'advisory'"), [['0']])
      })

      it('has no statement timeout', async () => {
        const text = "select current_setting('statement_timeout')"
        const outcome = await driver.session((connection) => connection.run({ text, values: [] }))
        assert.deepEqual(outcome.rows, [['0']])
      })

      it('passes on what its callback throws', async () => {
        const failure = new Error('no')
        await assert.rejects(
          driver.session(() => Promise.reject(failure)),
          (error) => error === failure,
        )
      })
    })

    describe('close', () => {
      it('ends, twice without harm, and refuses what comes after', async () => {
        const { driver: other, drop } = await open()
        await other.run({ text: 'select 1', values: [] })
        await Promise.all([other.close(), other.close()])
        await assert.rejects(other.run({ text: 'select 1', values: [] }), DatabaseUnavailable)
        await assert.rejects(
          other.transaction(async () => {}),
          DatabaseUnavailable,
        )
        await drop()
      })

      it('cuts off a transaction that does not end, and keeps nothing of it', async () => {
        const { driver: other, drop } = await open()
        const half = Promise.withResolvers<void>()
        void other
          .transaction(async (connection) => {
            await connection.script('create table half ()')
            half.resolve()
            await new Promise(() => {})
          })
          .catch(() => {})
        await half.promise
        // It would wait for ever.
        await other.close()
        await drop()
      })
    })
  })
}

const schema = `
  create table parent (
    id bigint generated by default as identity primary key,
    name text not null constraint parent_name_key unique constraint parent_name_check check (name <> '')
  );
  create table child (
    id bigint generated by default as identity primary key,
    parent_id bigint not null constraint child_parent_id_fkey references parent deferrable initially immediate
  );
`
