import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { readSchema, runSection } from '../../test/schemas.ts'
import { UsageError } from '../core/errors.ts'
import { diff } from './diff.ts'
import { type Engine, openEngine } from './engine.ts'
import { plan } from './plan.ts'
import { readSnapshot } from './read-snapshot.ts'
import { emptySnapshot } from './snapshot.ts'

describe('plan', () => {
  let engine: Engine
  before(async () => {
    engine = await openEngine()
  })
  after(() => engine.close())

  const planOf = async (from: string, to: string, fill: Record<string, string> = {}) => {
    const [start, end] = [await readSchema(engine.connection, from), await readSchema(engine.connection, to)]
    return await plan(diff(start, end), { engine: engine.connection, fill })
  }

  const refused: readonly { what: string; from: string; to: string; fill?: Record<string, string>; message: RegExp }[] =
    [
      {
        what: 'a new column that may not be null and has no value',
        from: 'create table t (id int)',
        to: 'create table t (id int, x text not null)',
        message:
          /^Cannot add t\.x: it is not null and has no default in the database, so the rows that are there have no value\. Say which they get, --fill t\.x="<SQL expression of type text>", or give it a default, or make it nullable\.$/,
      },
      {
        what: 'a type to which no cast leads',
        from: 'create table t (x boolean)',
        to: 'create table t (x date)',
        message:
          /^Cannot change the type of t\.x: PostgreSQL has no cast from boolean to date\. Say how its values change, --fill t\.x="<SQL expression of type date>"\.$/,
      },
      {
        what: 'a value that nothing asks for',
        from: 'create table t (x int)',
        to: 'create table t (x int, y int)',
        fill: { 't.z': '0' },
        message: /^Cannot fill t\.z: no column of that name becomes not null or changes its type\./,
      },
    ]
  for (const { what, from, to, fill, message } of refused) {
    it(`refuses ${what}`, async () => {
      await assert.rejects(
        planOf(from, to, fill),
        (error) => error instanceof UsageError && message.test(error.message),
      )
    })
  }

  it('takes a value for rows without one where a cast leads to the type, and says nothing of the others', async () => {
    const from = `create table t (id int primary key, x varchar); insert into t values (1, '5'), (2, null)`
    const { up } = await planOf(from, 'create table t (id int primary key, x int not null)', { 't.x': '0' })
    const updates = up.statements.flatMap(({ sql, batch }) => (batch ? [sql] : []))
    assert.deepEqual(updates, [
      'update "t" set "_new_x" = "x"::integer where "_new_x" is null and "x" is not null and :batch',
      'update "t" set "x" = 0 where "x" is null and :batch',
      'update "t" set "x" = 0 where "x" is null and :batch',
    ])
  })

  it('writes names of a batch as SQL', async () => {
    const { up } = await planOf(
      'create table "Order" ("select" int, b int, primary key ("select", b))',
      'create table "Order" ("select" int, b int, c uuid default gen_random_uuid(), primary key ("select", b))',
    )
    const [batch] = up.statements.flatMap((one) => one.batch ?? [])
    assert.deepEqual(batch, { table: '"Order"', key: ['"select"', '"b"'], rows: 5000 })
  })

  it('leaves the engine as it was, and says the same each time', async () => {
    const [from, to] = [
      'create table t (a int, b varchar(9))',
      'create table t (a bigint, b text, c uuid default gen_random_uuid())',
    ]
    assert.deepEqual(await planOf(from, to), await planOf(from, to))
    assert.deepEqual((await readSnapshot(engine.connection)).tables, [])
  })

  it('has nothing to do where nothing differs', async () => {
    assert.deepEqual(await plan([], { engine: engine.connection }), {
      up: { transaction: true, statements: [] },
      down: { transaction: true, statements: [] },
    })
  })

  it('goes from nothing to a schema and back to nothing', async () => {
    const to = await readSchema(
      engine.connection,
      'create schema shop; create table shop.a (id int primary key); create table b (a_id int references shop.a)',
    )
    const planned = await plan(diff(emptySnapshot, to), { engine: engine.connection })
    await runSection(engine.connection, planned.up)
    assert.deepEqual(await readSnapshot(engine.connection), to)
    await runSection(engine.connection, planned.down)
    assert.deepEqual(await readSnapshot(engine.connection), emptySnapshot)
  })
})
