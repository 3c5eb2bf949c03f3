import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { describeChanges, readSchema } from '../../test/schemas.ts'
import { UsageError } from '../core/errors.ts'
import { findDifferences } from './differences.ts'
import { type Engine, openEngine } from './engine.ts'
import { findRenameCandidates } from './rename-candidates.ts'
import { isSameText, mentions, renameColumns } from './rename-names.ts'

const old = `create schema shop; create table shop.orders (id int primary key, note text);
create table users (id int primary key, name text); create table tasks (id int primary key, done boolean, user_id int references users)`
const fresh = `create schema shop; create table shop.orders (id int primary key, memo text);
create table people (id int primary key, name text); create table tasks (id int primary key, completed boolean, owner_id int references people)`

describeChanges('renames', {
  'tables and columns at once, and what refers to them': {
    from: `${old}; insert into users values (1, 'ada'); insert into tasks values (1, true, 1)`,
    to: fresh,
    renames: ['users:people', 'tasks.done:completed', 'tasks.user_id:tasks.owner_id', 'shop.orders.note:memo'],
    up: `in one transaction
contract: alter table "users" rename to "people"
contract: alter table "tasks" rename column "done" to "completed"
contract: alter table "tasks" rename column "user_id" to "owner_id"
contract: alter table "shop"."orders" rename column "note" to "memo"
expand: alter table "tasks" rename constraint "tasks_user_id_fkey" to "tasks_owner_id_fkey"
expand: alter table "people" rename constraint "users_pkey" to "people_pkey"`,
  },
  'a column of a renamed table, named by its new name, with expressions that read it': {
    from: `create table a (x int, "select" int generated always as (x * 2) stored, constraint r check (x > 0 and lower('x') = 'x'));
create index i on a (abs(x)) where x <> 3; insert into a values (1)`,
    to: `create table b ("Order" int, "select" int generated always as ("Order" * 2) stored, constraint r check ("Order" > 0 and lower('x') = 'x'));
create index i on b (abs("Order")) where "Order" <> 3`,
    renames: ['a:b', 'b.x:Order'],
    up: `in one transaction
contract: alter table "a" rename to "b"
contract: alter table "b" rename column "x" to "Order"`,
  },
  'a renamed column of another type': {
    from: `create table a (id int primary key, x int not null check (x > 0)); insert into a values (1, 5)`,
    to: `create table a (id int primary key, y bigint not null check (y > 0))`,
    renames: ['a.x:y'],
  },
})

describe('renames', () => {
  let engine: Engine
  before(async () => {
    engine = await openEngine()
  })
  after(() => engine.close())
  const read = (script: string) => readSchema(engine.connection, script)

  const refused: readonly (readonly [rename: string, message: RegExp])[] = [
    ['users', /Cannot rename users: it is not of the form old:new\. Write tasks\.done:tasks\.completed\.$/],
    ['a:b:c', /it is not of the form old:new/],
    ['nobody:people', /there is no table nobody\. Name a table or table\.column that is there/],
    ['users:persons', /Cannot rename users:persons: the models have no table persons/],
    ['users:tasks', /tasks is there already/],
    ['tasks:people', /the models still have tasks/],
    ['tasks.gone:completed', /tasks has no column gone\. It has: id, done, user_id\./],
    ['nobody.a:b', /there is no table nobody/],
    ['tasks.done:finished', /the models' tasks has no column finished/],
    ['tasks.done:users.completed', /a column stays in its table\. Write tasks\.done:completed/],
    ['tasks.id:completed', /the models still have tasks\.id/],
    ['tasks.done:id', /tasks has a column id already/],
  ]
  for (const [rename, message] of refused) {
    it(`refuses ${rename}`, async () => {
      const [from, to] = [await read(old), await read(fresh)]
      assert.throws(
        () => findDifferences(from, to, { renames: [rename] }),
        (error) => error instanceof UsageError && message.test(error.message),
      )
    })
  }

  it('never guesses one', async () => {
    const lines = findDifferences(await read(old), await read(fresh)).lines
    assert.ok(lines.includes('tasks.done: column is dropped: boolean'))
    assert.ok(lines.includes('users: table is dropped'))
  })

  it('asks about those that are likely, the likeliest first, and not about what is told', async () => {
    const [from, to] = [await read(old), await read(fresh)]
    const names = (renames: string[]) => findRenameCandidates(from, to, { renames }).map(({ rename }) => rename)
    assert.deepEqual(names([]), [
      'users:people',
      'tasks.done:completed',
      'shop.orders.note:memo',
      'tasks.user_id:owner_id',
    ])
    assert.deepEqual(names(['users:people', 'tasks.done:completed', 'shop.orders.note:memo']), [
      'tasks.user_id:owner_id',
    ])
    assert.deepEqual(findRenameCandidates(from, to)[1], {
      rename: 'tasks.done:completed',
      reason: 'tasks.done and tasks.completed are both boolean',
    })
  })

  it('puts a column of the same rules before another of its type', async () => {
    const from = await read('create table t (a text unique check (char_length(a) < 9), b text)')
    const to = await read('create table t (c text, d text unique check (char_length(d) < 9))')
    assert.deepEqual(
      findRenameCandidates(from, to).map(({ rename }) => rename),
      ['t.a:d', 't.b:c', 't.a:c', 't.b:d'],
    )
  })

  it('leaves out what others look after', async () => {
    const from = await read(`create table audit_log (id int); create table t (a int, legacy_b int, c int check (c > 0));
create index idx_legacy on t (a); create index idx_t_b on t (legacy_b); create schema auth; create table auth.users (id int)`)
    const to = await read('create table t (a int, c int)')
    const unmanaged = ['audit_*', 't.legacy_*', 'idx_legacy*', 't_c_check', 'auth.*']
    assert.deepEqual(findDifferences(from, to, { unmanaged }).lines, [])
    assert.equal(findDifferences(from, to).lines.length, 7)
  })
})

describe('renameColumns', () => {
  const names = new Map([['a', 'b']])
  const texts: readonly (readonly [from: string, to: string])[] = [
    ['(a > 0)', '("b" > 0)'],
    ['lower(a)', 'lower("b")'],
    ['a(a)', 'a("b")'],
    [`(a = 'a'::text)`, `("b" = 'a'::text)`],
    [`(x = 'it''s a'::a)`, `(x = 'it''s a'::a)`],
    [`E'a\\'a' || a`, `E'a\\'a' || "b"`],
    ['("a" > "A")', '("b" > "A")'],
    ['a_a + aa + "a a"', 'a_a + aa + "a a"'],
    ['s.a + a', 's.a + "b"'],
  ]
  for (const [from, to] of texts) it(`makes ${to} of ${from}`, () => assert.equal(renameColumns(from, names), to))

  it('knows what an expression reads, and what differs in quotes alone', () => {
    assert.ok(mentions('(a + 1)', 'a'))
    assert.ok(!mentions(`lower('a')`, 'a'))
    assert.ok(isSameText('("a" > 0)', '(a > 0)'))
    assert.ok(!isSameText('("A" > 0)', '(a > 0)'))
  })
})
