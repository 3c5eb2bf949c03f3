import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { inSchema, type Place, places, readSchema } from '../../../test/schemas.ts'
import type { Connection } from '../../database/driver.ts'
import { diff } from '../diff.ts'
import { type PlannedSection, type PlannedStatement, plan } from '../plan.ts'
import { readSnapshot } from '../read-snapshot.ts'

const isExpand = ({ phase }: PlannedStatement) => phase === 'expand'

for (const [kind, open] of Object.entries(places)) {
  describe(`a revision that runs while the service writes, on ${kind}`, () => {
    let place: Place
    let connection: Connection
    before(async () => {
      place = await open()
      connection = place.connection
    })
    after(() => place.close())

    const rowsOf = async (text: string) => (await connection.run({ text, values: [] })).rows
    const planned = async (to: string, fill = {}) => {
      const target = await readSchema(connection, to)
      return async (from: string) => {
        await connection.script(from)
        return await plan(diff(await readSnapshot(connection), target), { engine: connection, fill })
      }
    }
    /** Runs the section, and the writes before each statement for which they are given. */
    const run = async (
      { statements }: PlannedSection,
      write: (step: number, statement: PlannedStatement) => string,
    ) => {
      for (const [step, statement] of statements.entries()) {
        const script = write(step, statement)
        if (script !== '') await connection.script(script)
        await connection.script(statement.sql.replaceAll(':batch', 'true'))
      }
    }

    it('changes a type without losing a write, both ways', async () => {
      const prepare = await planned('create table t (id int primary key, size bigint not null check (size > -99))')
      await inSchema(connection, async () => {
        const { up, down } = await prepare(
          'create table t (id int primary key, size int not null check (size > -99)); insert into t values (1, 1), (2, 2)',
        )
        const write = (step: number) =>
          `insert into t (id, size) values (${step + 10}, ${step}); update t set size = ${step + 100} where id = 1`
        await run(up, write)
        const last = up.statements.length - 1
        assert.deepEqual(await rowsOf('select size from t where id in (1, 2) order by id'), [
          [String(last + 100)],
          ['2'],
        ])
        const lost = 'select count(*) from t where id >= 10 and size <> id - 10 or size is null'
        assert.deepEqual(await rowsOf(lost), [['0']])
        await connection.script('insert into t (id, size) values (1000, 990); update t set size = 7 where id = 2')
        await run(
          down,
          (step) =>
            `insert into t (id, size) values (${step + 2000}, ${step + 1990}); update t set size = ${step} where id = 1`,
        )
        assert.deepEqual(await rowsOf('select size from t where id in (1, 2) order by id'), [
          [String(down.statements.length - 1)],
          ['7'],
        ])
        assert.deepEqual(await rowsOf(lost), [['0']])
        const types = await rowsOf(
          `select format_type(atttypid, null) from pg_attribute where attrelid = 't'::regclass and attname = 'size'`,
        )
        assert.deepEqual(types, [['integer']])
      })
    })

    it('keeps what a conversion would lose, where the row was not changed since', async () => {
      const prepare = await planned('create table t (id int primary key, code int)')
      await inSchema(connection, async () => {
        const { up, down } = await prepare(
          `create table t (id int primary key, code text); insert into t values (1, '007'), (2, '08')`,
        )
        await run(up, () => '')
        assert.deepEqual(await rowsOf('select code from t order by id'), [['7'], ['8']])
        await connection.script('update t set code = 9 where id = 2; insert into t (id, code) values (3, 10)')
        await run(down, () => '')
        assert.deepEqual(await rowsOf('select code from t order by id'), [['007'], ['9'], ['10']])
      })
    })

    const readers: readonly (readonly [what: string, script: string, message: RegExp])[] = [
      ['a view', 'create view v as select size from t', /rule _RETURN on view v hangs on t\.size: drop it before/],
      ['an index of others', 'create index theirs on t (size)', /index theirs hangs on t\.size/],
      [
        'a reference of others',
        'create table theirs (size int references t (size))',
        /cannot drop constraint t_size_key on table t because other objects depend on it/,
      ],
    ]
    for (const [what, script, message] of readers) {
      it(`does not leave ${what} behind with the old column`, async () => {
        const from = 'create table t (id int primary key, size int unique)'
        const to = 'create table t (id int primary key, size bigint unique)'
        const target = await readSchema(connection, to)
        await inSchema(connection, async () => {
          await connection.script(`${from}; ${script}`)
          const operations = diff(await readSnapshot(connection), target, { unmanaged: ['theirs'] })
          const { up } = await plan(operations, { engine: connection })
          await assert.rejects(
            run(up, () => ''),
            message,
          )
        })
      })
    }

    it('numbers rows without a gap and without a number twice', async () => {
      const prepare = await planned(
        'create table t (id bigint generated by default as identity primary key, place int generated by default as identity)',
      )
      await inSchema(connection, async () => {
        const { up, down } = await prepare(
          'create table t (id int generated by default as identity primary key); insert into t default values',
        )
        await run(up, () => 'insert into t default values')
        await connection.script('insert into t default values')
        const [counts] = await rowsOf('select count(*), count(distinct id), max(id), count(distinct place) from t')
        assert.ok(counts && new Set(counts).size === 1, String(counts))
        await run(down, () => 'insert into t default values')
        await connection.script('insert into t default values')
        const [after] = await rowsOf('select count(*) = count(distinct id), count(*) = max(id) from t')
        assert.deepEqual(after, ['t', 't'])
      })
    })

    it('lets the old version write until it asks for more than that gives', async () => {
      const prepare = await planned(
        `create table p (id int primary key); create table t (id int primary key, a int not null, b uuid not null default gen_random_uuid(),
        c text not null default 'x', d int check (d > 0) references p, e int unique)`,
        { 't.a': 'id' },
      )
      await inSchema(connection, async () => {
        const { up } = await prepare('create table t (id int primary key); insert into t values (1)')
        // In the order in which they stand: what asks for more comes after what the old version can live with.
        let isOld = true
        await run(up, (step, statement) => {
          if (!isExpand(statement)) isOld = false
          return isOld ? `insert into t (id) values (${step + 100})` : ''
        })
        assert.deepEqual(await rowsOf('select count(*) from t where a is null or b is null or c is null'), [['0']])
      })
    })
  })
}
