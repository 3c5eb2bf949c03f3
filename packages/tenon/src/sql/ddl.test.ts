import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { Database } from '../database/database.ts'
import { openPglite } from '../database/pglite/open-pglite.ts'
import { openPostgres } from '../database/postgres/open-postgres.ts'
import {
  type AnyModel,
  array,
  belongsTo,
  bigint,
  boolean,
  hasMany,
  hasOne,
  identity,
  integer,
  Model,
  manyToMany,
  now,
  numeric,
  oneOf,
  text,
  timestamp,
  uuid,
  uuidV7,
} from '../model/index.ts'
import { createDatabase } from '../testing/server.ts'
import { createTableStatements } from './ddl.ts'

const stamps = { created_at: timestamp().default(now).readOnly() }

class Order extends Model(
  'orders',
  {
    region: text({ max: 2 }).primaryKey(),
    number: integer().primaryKey(),
    note: text().describe("The customer's words.").nullable(),
    starts_at: timestamp(),
    ends_at: timestamp(),
    ...stamps,
    lines: () => hasMany(Line, 'id'),
  },
  {
    schema: 'shop',
    comment: 'What was bought.',
    checks: { period: ['starts_at', '<', 'ends_at'], first: { sql: 'number > 0' } },
    indexes: [
      ['starts_at'],
      { fields: [{ field: 'ends_at', direction: 'desc', nulls: 'last' }, 'region'], where: { sql: 'note is null' } },
      { name: 'orders_by_note', fields: [{ sql: 'lower(note)' }], unique: true },
    ],
    uniques: [{ name: 'one_start', fields: ['region', 'starts_at'], nullsNotDistinct: true }],
  },
) {}

class Line extends Model(
  'lines',
  {
    id: uuid().primaryKey().default(uuidV7),
    orderRegion: text(),
    order_number: integer(),
    price: numeric({ precision: 10, scale: 2, min: '0' }),
    quantity: integer({ min: 1 }).default(1),
    total: numeric({ precision: 12, scale: 2 }).generated({ sql: 'price * quantity' }),
    state: oneOf('open', 'paid').default('open').columnName('line_state'),
    tags: array(text()).default([]),
    done: boolean().default(false),
    parent_id: uuid()
      .references(() => Line, { onDelete: 'set null', onUpdate: 'cascade' })
      .nullable(),
  },
  {
    schema: 'shop',
    references: [{ fields: ['orderRegion', 'order_number'], model: () => Order, onDelete: 'cascade' }],
    indexes: [{ fields: ['tags'], using: 'gin' }],
  },
) {}

class Egg extends Model('eggs', {
  id: identity(),
  hen_id: bigint()
    .references(() => Hen)
    .nullable(),
}) {}
class Hen extends Model('hens', {
  id: identity(),
  egg_id: bigint()
    .unique()
    .references(() => Egg, { onDelete: 'set default' })
    .nullable(),
}) {}

describe('createTableStatements', () => {
  it('says columns, constraints, indexes and comments, each table after those that it refers to', () => {
    assert.deepEqual(createTableStatements([Line, Order]), [
      'create schema if not exists "shop"',
      `create table "shop"."orders" (
  "region" text,
  "number" integer,
  "note" text,
  "starts_at" timestamptz not null,
  "ends_at" timestamptz not null,
  "created_at" timestamptz not null default now(),
  constraint "orders_pkey" primary key ("region", "number"),
  constraint "one_start" unique nulls not distinct ("region", "starts_at"),
  constraint "orders_region_check" check (char_length("region") <= 2),
  constraint "orders_starts_at_check" check ("starts_at" between '0001-01-01T00:00:00.000Z' and '9999-12-31T23:59:59.999999Z'),
  constraint "orders_ends_at_check" check ("ends_at" between '0001-01-01T00:00:00.000Z' and '9999-12-31T23:59:59.999999Z'),
  constraint "orders_period_check" check ("starts_at" < "ends_at"),
  constraint "orders_first_check" check (number > 0)
)`,
      `create table "shop"."lines" (
  "id" uuid,
  "order_region" text not null,
  "order_number" integer not null,
  "price" numeric(10,2) not null,
  "quantity" integer not null default 1,
  "total" numeric(12,2) generated always as (price * quantity) stored not null,
  "line_state" text not null default 'open',
  "tags" text[] not null default '{}',
  "done" boolean not null default false,
  "parent_id" uuid,
  constraint "lines_pkey" primary key ("id"),
  constraint "lines_price_check" check ("price" >= 0 and "price" < 'Infinity'),
  constraint "lines_quantity_check" check ("quantity" >= 1),
  constraint "lines_total_check" check ("total" > '-Infinity' and "total" < 'Infinity'),
  constraint "lines_line_state_check" check ("line_state" in ('open', 'paid')),
  constraint "lines_tags_check" check (array_position("tags", null) is null),
  constraint "lines_parent_id_fkey" foreign key ("parent_id") references "shop"."lines" ("id") on delete set null on update cascade,
  constraint "lines_order_region_order_number_fkey" foreign key ("order_region", "order_number") references "shop"."orders" ("region", "number") on delete cascade
)`,
      'create index "idx_orders_starts_at" on "shop"."orders" ("starts_at")',
      'create index "idx_orders_ends_at_region" on "shop"."orders" ("ends_at" desc nulls last, "region") where note is null',
      'create unique index "orders_by_note" on "shop"."orders" ((lower(note)))',
      'create index "idx_lines_tags" on "shop"."lines" using gin ("tags")',
      `comment on table "shop"."orders" is 'What was bought.'`,
      `comment on column "shop"."orders"."note" is 'The customer''s words.'`,
    ])
  })

  it('adds a foreign key that comes full circle when both tables stand', () => {
    assert.deepEqual(
      createTableStatements([Egg, Hen]).at(-1),
      'alter table "hens" add constraint "hens_egg_id_fkey" foreign key ("egg_id") references "eggs" ("id") on delete set default',
    )
  })

  it('cuts long names off before PostgreSQL does, and keeps them apart', () => {
    const long = 'a'.repeat(70)
    class Long extends Model(long, { one: integer({ min: 1 }), other: integer({ min: 1 }) }) {}
    const names = [...(createTableStatements(Long)[0] ?? '').matchAll(/constraint "(.*?)"/g)].map(
      ([, name]) => name ?? '',
    )
    assert.equal(new Set(names).size, 2)
    for (const name of names) assert.equal(name.length, 63)
  })

  const mistakes: [what: string, make: () => AnyModel, message: RegExp][] = [
    [
      'a reference to something else',
      () => Model('x', { a: uuid().references(() => text) }),
      /Cannot use x\.a: what it references is no model\. Write references\(\(\) => User\)/,
    ],
    [
      'a reference of another type',
      () => Model('x', { a: uuid().references(() => Egg) }),
      /x\.a: it is uuid, and Egg\.id is bigint\. Give both one kind/,
    ],
    [
      'a reference to a key of several fields',
      () => Model('x', { a: text().references(() => Order) }),
      /it refers with 1 fields to the 2 of Order's key\. Name as many/,
    ],
    [
      'an index on an expression without a name',
      () => Model('x', { a: text() }, { indexes: [{ fields: [{ sql: 'lower(a)' }] }] }),
      /Cannot name the index of x on lower\(a\): a name comes from columns\. Give it a name/,
    ],
    [
      'an option that names no field',
      () => Model('x', { a: text() }, { indexes: [['b' as 'a']] }),
      /Cannot use the options of x: it has no field "b"\. Name one of its fields/,
    ],
  ]
  for (const [what, make, message] of mistakes) {
    it(`refuses ${what}`, () => assert.throws(() => createTableStatements(make()), message))
  }
})

class Person extends Model('persons', {
  id: uuid().primaryKey().default(uuidV7).readOnly(),
  name: text().unique(),
  profile: () => hasOne(Profile, 'person_id'),
  follows: () => manyToMany(Person, () => Follow, { near: 'follower', far: 'followed' }),
  followers: () => manyToMany(Person, () => Follow, { near: 'followed', far: 'follower' }),
  followed: () => hasMany(Follow, 'follower'),
}) {}
class Profile extends Model('profiles', {
  id: identity(),
  person_id: uuid()
    .unique()
    .references(() => Person, { onDelete: 'cascade' }),
  nick: text().references(() => Person, { field: 'name' }),
  person: () => belongsTo(Person, 'person_id'),
  named: () => belongsTo(Person, 'nick'),
}) {}
class Follow extends Model('follows', {
  follower: uuid()
    .primaryKey()
    .references(() => Person),
  followed: uuid()
    .primaryKey()
    .references(() => Person),
  since: integer().default(2026),
  person: () => belongsTo(Person, 'followed'),
}) {}

const opens = {
  postgres: async () => {
    const { url, drop } = await createDatabase()
    return { driver: openPostgres({ url }), drop }
  },
  pglite: async () => ({ driver: await openPglite(), drop: async () => {} }),
}

for (const [kind, open] of Object.entries(opens)) {
  describe(`models in use on ${kind}`, () => {
    let opened: Awaited<ReturnType<typeof open>>
    let db: Database
    before(async () => {
      opened = await open()
      db = new Database(opened.driver)
      const script = createTableStatements([Line, Order, Egg, Hen, Person, Profile, Follow]).join(';\n')
      await opened.driver.session((connection) => connection.script(script))
    })
    after(() => opened.driver.close().then(() => opened.drop()))

    it('reads and writes tables in a schema of their own, and what the database generates', async () => {
      const [starts_at, ends_at] = [new Date(0), new Date(1)]
      await db.insert(Order, { region: 'eu', number: 1, starts_at, ends_at }).run()
      const order = { orderRegion: 'eu', order_number: 1 }
      const line = await db.insert(Line, { ...order, price: '0.10', quantity: 3, tags: ['a', '"'] }).run()
      assert.deepEqual([line.total, line.tags, line.state, line.id[14]], ['0.30', ['a', '"'], 'open', '7'])
      const [changed] = await db.update(Line, { price: '0.20' }).where({ id: line.id }).run()
      assert.equal(changed?.total, '0.60')
      await assert.rejects(db.insert(Order, { region: 'eu', number: 2, starts_at: ends_at, ends_at: starts_at }).run())
      await assert.rejects(db.insert(Line, { ...order, order_number: 9, price: '1' }).run())
    })

    it('finds nothing by a text that is no UUID, and stores none', async () => {
      const one = await db.insert(Person, { name: 'uuid' }).run()
      const ids = async (id: object | string) =>
        (
          await db
            .select(Person)
            .where({ name: 'uuid', id } as object)
            .run()
        ).map((person) => person.id)
      assert.equal(await db.find(Person, 'nope').run(), null)
      assert.deepEqual(await ids({ in: ['nope', one.id] }), [one.id])
      assert.deepEqual(await ids({ not: 'nope' }), [one.id])
      assert.deepEqual([await ids({ gt: 'nope' }), await ids({ lt: 'nope' }), await ids('')], [[], [], []])
      for (const spelling of [one.id.toUpperCase(), one.id.replaceAll('-', ''), `{${one.id}}`]) {
        assert.deepEqual(await ids(spelling), [one.id])
      }
      await assert.rejects(
        db.insert(Person, { name: 'no', id: 'nope' }).run(),
        /^UsageError: Cannot use the value for Person\.id: it is a string that does not fit\. Give a value for uuid\./,
      )
      await db.delete(Person).where({ id: one.id }).run()
    })

    it('loads one-to-one, self and many-to-many relations, and the fields on the link', async () => {
      const [ada, bob] = [
        await db.insert(Person, { name: 'ada' }).run(),
        await db.insert(Person, { name: 'bob' }).run(),
      ]
      assert.ok(ada.id < bob.id)
      await db.insert(Profile, { person_id: ada.id, nick: 'bob' }).run()
      await db.insert(Follow, { follower: ada.id, followed: bob.id, since: 1999 }).run()
      const people = await db
        .select(Person)
        .order({ name: 'asc' })
        .with('profile', 'follows', 'followers', 'followed')
        .run()
      const seen = people.map(({ profile, follows, followers, followed }) => [
        profile?.nick ?? null,
        follows.map(({ name }) => name),
        followers.map(({ name }) => name),
        followed.map(({ since }) => since),
      ])
      assert.deepEqual(seen, [
        ['bob', ['bob'], [], [1999]],
        [null, [], ['ada'], []],
      ])
      const [profile] = await db.select(Profile).with('person', 'named').run()
      assert.deepEqual([profile?.person.name, profile?.named.name], ['ada', 'bob'])
    })
  })
}
