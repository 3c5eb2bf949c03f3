import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { z } from 'zod'
import { comparable, inSchema, type Place, places, readSchema } from '../../test/schemas.ts'
import type { Connection } from '../database/driver.ts'
import {
  array,
  bigint,
  boolean,
  bytes,
  date,
  float,
  identity,
  integer,
  interval,
  json,
  Model,
  now,
  numeric,
  oneOf,
  text,
  time,
  timestamp,
  uuid,
  uuidV7,
} from '../model/index.ts'
import { createTableStatements } from '../sql/ddl.ts'
import { compareWithDatabase, compareWithModels } from './differences.ts'
import { type Engine, openEngine } from './engine.ts'
import { readSnapshot } from './read-snapshot.ts'
import { renderSnapshot } from './render-snapshot.ts'
import { normalizeSnapshot, snapshotOfModels } from './snapshot-of-models.ts'

class Owner extends Model('owners', {
  id: uuid().primaryKey().default(uuidV7),
  email: text({ max: 200, pattern: /^[^@]+@[^@]+$/ }).unique(),
}) {}

class Everything extends Model(
  'everything',
  {
    id: identity(),
    title: text({ min: 1, max: 200, trim: true }).describe("What's to be done."),
    state: oneOf('open', 'done').default('open'),
    'Mixed Case': integer({ min: -5, max: 5 }).default(0).columnName('Mixed Case'),
    done: boolean().default(false),
    count: bigint().default(7),
    price: numeric({ precision: 10, scale: 2, min: '0' }).default('1.50'),
    weight: float().nullable(),
    due: date().nullable(),
    at: time().nullable(),
    lasts: interval().nullable(),
    raw: bytes({ max: 10 }).nullable(),
    tags: array(text({ max: 5 })).default([]),
    data: json(z.object({ a: z.number() })).default({ a: 1 }),
    made: uuid().default(uuidV7),
    owner_id: uuid().references(() => Owner, { onDelete: 'cascade' }),
    doubled: bigint().generated({ sql: 'count * 2' }),
    created_at: timestamp().default(now),
  },
  {
    comment: 'All kinds',
    checks: { range: { sql: `count > 0 or state = 'done'` } },
    indexes: [['state', 'done'], { fields: [{ field: 'due', direction: 'desc' }], where: { sql: 'not done' } }],
    uniques: [{ fields: ['owner_id', 'title'], nullsNotDistinct: true }],
  },
) {}

const models = [Everything, Owner]
const messy = `create table "Order" (id serial primary key, "select" int check ("select" > 0), at timestamptz default '2026-01-01T00:00:00Z',
  span interval default '1 day 02:00:00', raw bytea default '\\x00ff', ratio float8 default 0.1, text_pattern text collate "C");
create index on "Order" (lower(text_pattern) text_pattern_ops desc) include (at) with (fillfactor = 70) where "select" > 1;
alter table "Order" add constraint late check (ratio > 0) not valid; alter table "Order" add exclude using gist (int4range("select", 9) with &&);
create table line (order_id int references "Order" match full on delete set null deferrable, n int, unique nulls not distinct (order_id, n));
create schema shop; create table shop.other (id int generated always as identity primary key); comment on table shop.other is 'Theirs'`

for (const [kind, open] of Object.entries(places)) {
  describe(`readSnapshot on ${kind}`, () => {
    let place: Place
    let connection: Connection
    before(async () => {
      place = await open()
      connection = place.connection
    })
    after(() => place.close())

    it('is plain data that goes through JSON', async () => {
      const snapshot = await readSchema(connection, messy)
      assert.deepEqual(JSON.parse(JSON.stringify(snapshot)), snapshot)
      assert.deepEqual(snapshot.schemas, ['shop'])
      const [order, line] = snapshot.tables
      assert.deepEqual(order?.columns[0], {
        name: 'id',
        type: 'integer',
        collation: null,
        notNull: true,
        default: `nextval('"Order_id_seq"'::regclass)`,
        generated: null,
        identity: null,
        sequence: '"Order_id_seq"',
        comment: null,
      })
      assert.deepEqual(line?.constraints[0], {
        kind: 'foreign key',
        name: 'line_order_id_fkey',
        columns: ['order_id'],
        target: { schema: null, name: 'Order' },
        targetColumns: ['id'],
        onDelete: 'set null',
        onUpdate: 'no action',
        rest: 'MATCH FULL ON DELETE SET NULL DEFERRABLE',
        valid: true,
      })
      assert.deepEqual(
        order?.constraints.map(({ kind, name, valid }) => [kind, name, valid]),
        [
          ['exclusion', 'Order_int4range_excl', true],
          ['primary key', 'Order_pkey', true],
          ['check', 'Order_select_check', true],
          ['check', 'late', false],
        ],
      )
      assert.deepEqual(order?.indexes, [
        {
          name: 'Order_lower_at_idx',
          unique: false,
          columns: ['at', 'select', 'text_pattern'],
          definition: `USING btree (lower(text_pattern) text_pattern_ops DESC) INCLUDE (at) WITH (fillfactor='70') WHERE ("select" > 1)`,
          valid: true,
        },
      ])
    })

    it('reads the same whatever the settings, and leaves them as they were', () =>
      inSchema(connection, async () => {
        await connection.script(messy)
        const usual = await readSnapshot(connection)
        const settings = `set TimeZone = 'Asia/Tokyo'; set DateStyle = 'German'; set IntervalStyle = 'iso_8601';
          set extra_float_digits = -3; set bytea_output = 'escape'; set search_path = scratch, public, shop`
        await connection.script(settings)
        try {
          assert.deepEqual(await readSnapshot(connection), usual)
          const shown = 'select current_setting($1), current_setting($2), current_setting($3)'
          const { rows } = await connection.run({ text: shown, values: ['TimeZone', 'DateStyle', 'search_path'] })
          assert.deepEqual(rows, [['Asia/Tokyo', 'German, DMY', 'scratch, public, shop']])
        } finally {
          await connection.script(`set TimeZone = 'UTC'; set DateStyle = 'ISO, MDY'; reset IntervalStyle;
            reset extra_float_digits; reset bytea_output`)
        }
      }))

    it('gives what makes the same schema again', async () => {
      const snapshot = await readSchema(connection, messy)
      const again = await readSchema(connection, renderSnapshot(snapshot).join(';\n'))
      assert.deepEqual(comparable(again), comparable(snapshot))
      assert.deepEqual(again, snapshot)
    })

    it('leaves out what an extension brought', () =>
      inSchema(connection, async () => {
        await connection.script(
          'create table ours (a int); create table theirs (a int); alter extension plpgsql add table theirs',
        )
        const { tables } = await readSnapshot(connection)
        await connection.script('alter extension plpgsql drop table theirs')
        assert.deepEqual(
          tables.map(({ name }) => name),
          ['ours'],
        )
      }))

    it('says which index is not valid', () =>
      inSchema(connection, async () => {
        await connection.script('create table t (a int); insert into t values (1), (1)')
        await assert.rejects(connection.script('create unique index concurrently i on t (a)'))
        const [table] = (await readSnapshot(connection)).tables
        assert.deepEqual(
          table?.indexes.map(({ name, valid }) => [name, valid]),
          [['i', false]],
        )
      }))

    it('finds no difference between models and their own tables', () =>
      inSchema(connection, async () => {
        for (const statement of createTableStatements(models)) await connection.script(statement)
        assert.deepEqual((await compareWithModels(connection, models)).lines, [])
      }))
  })
}

describe('snapshotOfModels', () => {
  let engine: Engine
  before(async () => {
    engine = await openEngine()
  })
  after(() => engine.close())

  it('takes the place of the tables that are there, and leaves them', () =>
    inSchema(engine.connection, async () => {
      const history = `create table owners (id serial primary key); insert into owners default values; create view v as select id from owners;
        create function double(n int) returns int language sql immutable as 'select 2 * n'`
      await engine.connection.script(history)
      const there = await readSnapshot(engine.connection)
      const snapshot = await snapshotOfModels(engine.connection, models)
      assert.deepEqual(
        snapshot.tables.map(({ name }) => name),
        ['everything', 'owners'],
      )
      assert.deepEqual(await readSnapshot(engine.connection), there)
      class Computed extends Model('computed', { n: integer().default({ sql: 'double(4)' }) }) {}
      const [computed] = (await snapshotOfModels(engine.connection, [Computed])).tables
      assert.equal(computed?.columns[0]?.default, 'double(4)')
    }))

  it('keeps the tables of others, to which a model may refer', () =>
    inSchema(engine.connection, async () => {
      await engine.connection.script('create table audit_log (id int primary key); create table owners (id int)')
      class Log extends Model('audit_log', { id: integer().primaryKey() }) {}
      class Entry extends Model('entries', { id: identity(), log_id: integer().references(() => Log) }) {}
      const { tables } = await snapshotOfModels(engine.connection, [Entry], ['audit_*'])
      assert.deepEqual(
        tables.map(({ name }) => name),
        ['audit_log', 'entries'],
      )
    }))

  it('says what a model lacks in the database', async () => {
    class Lost extends Model('lost', { n: integer().default({ sql: 'nowhere(4)' }) }) {}
    await assert.rejects(
      snapshotOfModels(engine.connection, [Lost]),
      /Cannot make a table to compare with: .*function nowhere\(integer\) does not exist.* must come by a revision before\. It was:\ncreate table "lost"/s,
    )
    assert.deepEqual((await readSnapshot(engine.connection)).tables, [])
  })

  it('says nothing of documents and of what the application makes', async () => {
    const columns = {
      id: identity(),
      data: json(z.object({ a: z.number() })),
      made: uuid().default(uuidV7),
    }
    class One extends Model('things', columns) {}
    class Other extends Model('things', {
      ...columns,
      data: json(z.object({ b: z.string() })),
      made: uuid().default({ make: () => crypto.randomUUID() }),
    }) {}
    const [one, other] = [
      await snapshotOfModels(engine.connection, [One]),
      await snapshotOfModels(engine.connection, [Other]),
    ]
    assert.deepEqual(one, other)
    const made = one.tables[0]?.columns.find(({ name }) => name === 'made')
    assert.equal(made?.default, null)
  })

  it('finds no difference in what PostgreSQL writes otherwise when it reads its own writing', async () => {
    const script = `create table t (a varchar(9) check (a in ('x', 'y')), b int); create index i on t (b)`
    const once = await readSchema(engine.connection, script)
    const twice = await readSchema(engine.connection, renderSnapshot(once).join(';\n'))
    assert.notDeepEqual(twice, once)
    const broken = once.tables.map((table) => ({
      ...table,
      indexes: table.indexes.map((index) => ({ ...index, valid: false })),
    }))
    await inSchema(engine.connection, async () => {
      await engine.connection.script(script)
      assert.deepEqual((await compareWithDatabase(engine.connection, twice)).lines, [])
      assert.deepEqual((await compareWithDatabase(engine.connection, { ...once, tables: broken })).lines, [
        't: index i differs: USING btree (b) / USING btree (b), invalid',
      ])
    })
  })

  it('puts a snapshot from elsewhere into the words of the engine', async () => {
    const snapshot = await snapshotOfModels(engine.connection, models)
    assert.deepEqual(await normalizeSnapshot(engine.connection, snapshot), snapshot)
    const foreign = snapshot.tables.map((table) => ({
      ...table,
      constraints: table.constraints.map((one) =>
        one.kind === 'check'
          ? { ...one, definition: one.definition.replace(/^CHECK \((.*)\)$/, 'CHECK ( ( $1 ) )') }
          : one,
      ),
    }))
    const normal = await normalizeSnapshot(engine.connection, { ...snapshot, tables: foreign })
    assert.deepEqual(normal, snapshot)
  })
})
