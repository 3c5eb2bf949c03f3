import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { type Place, places } from '../../test/schemas.ts'
import type { Connection, Driver } from '../database/driver.ts'
import { openPostgres } from '../database/postgres/open-postgres.ts'
import { createDatabase } from '../testing/server.ts'
import { documentedLocks } from './documented-locks.ts'
import { type StatementTrace, traceStatements } from './trace.ts'

const tables = `
  create table users (id int primary key, name varchar(50));
  create table tasks (id int primary key, title varchar(50), size int, user_id int, position int not null, "Odd" int);
  create table parted (id int) partition by range (id);
  create table parted_one partition of parted for values from (0) to (10);
  create index tasks_size on tasks (size);
  create view titles as select title from tasks;
  insert into users select i, 'u' || i from generate_series(1, 4) i;
  insert into tasks select i, 't' || i, i, i, i, i from generate_series(1, 4) i;
  insert into parted values (1), (2)`

/** One after the other: what it locks, whether it rewrites the table, the tables whose rows it reads. */
const statements: readonly (readonly [sql: string, locks: string, rewritten?: string, scanned?: string])[] = [
  ['create table tags (id int primary key)', ''],
  ['create table marks (id int references tasks)', 'tasks SHARE ROW EXCLUSIVE'],
  ['alter table tasks add one int', 'tasks ACCESS EXCLUSIVE'],
  ['alter table tasks add two int not null default 5', 'tasks ACCESS EXCLUSIVE'],
  ['alter table tasks add three timestamptz default now()', 'tasks ACCESS EXCLUSIVE'],
  ['alter table tasks add four uuid default gen_random_uuid()', 'tasks ACCESS EXCLUSIVE', 'tasks', 'tasks 3/12'],
  [
    'alter table tasks add five int generated always as (position + 1) stored',
    'tasks ACCESS EXCLUSIVE',
    'tasks',
    'tasks 3/12',
  ],
  ['alter table tasks add six int generated always as identity', 'tasks ACCESS EXCLUSIVE', 'tasks', 'tasks 3/12'],
  ['alter table tasks add seven int check (seven > 0)', 'tasks ACCESS EXCLUSIVE', '', 'tasks 1/4'],
  ['alter table tasks alter one set default 1', 'tasks ACCESS EXCLUSIVE'],
  ['alter table tasks alter size set not null', 'tasks ACCESS EXCLUSIVE', '', 'tasks 1/4'],
  ['alter table tasks alter size drop not null', 'tasks ACCESS EXCLUSIVE'],
  ['alter table tasks add constraint sized check (size > 0) not valid', 'tasks ACCESS EXCLUSIVE'],
  ['alter table tasks validate constraint sized', 'tasks SHARE UPDATE EXCLUSIVE', '', 'tasks 1/4'],
  ['alter table tasks add constraint short check (size < 100)', 'tasks ACCESS EXCLUSIVE', '', 'tasks 1/4'],
  ['alter table tasks drop constraint short', 'tasks ACCESS EXCLUSIVE'],
  [
    'alter table tasks add constraint owned foreign key (user_id) references users not valid',
    'tasks SHARE ROW EXCLUSIVE, users SHARE ROW EXCLUSIVE',
  ],
  ['drop view titles', 'titles ACCESS EXCLUSIVE'],
  ['alter table tasks alter title type varchar(80)', 'tasks ACCESS EXCLUSIVE'],
  ['alter table tasks alter title type text', 'tasks ACCESS EXCLUSIVE'],
  ['alter table tasks alter title type varchar(20)', 'tasks ACCESS EXCLUSIVE', 'tasks', 'tasks 3/12'],
  ['alter table tasks alter size type bigint', 'tasks ACCESS EXCLUSIVE', 'tasks', 'tasks 3/12'],
  ['create index tasks_title on tasks (title)', 'tasks SHARE', '', 'tasks 1/4'],
  ['drop index tasks_title', 'tasks ACCESS EXCLUSIVE'],
  ['alter table tasks add constraint placed unique (position)', 'tasks ACCESS EXCLUSIVE', '', 'tasks 1/4'],
  ['reindex table tasks', 'tasks SHARE', '', 'tasks 3/12'],
  ['alter table tasks rename size to length', 'tasks ACCESS EXCLUSIVE'],
  ['alter table tasks drop one', 'tasks ACCESS EXCLUSIVE'],
  ["comment on table tasks is 'work'", 'tasks SHARE UPDATE EXCLUSIVE'],
  [
    'create trigger never before update on tasks for each row execute function suppress_redundant_updates_trigger()',
    'tasks SHARE ROW EXCLUSIVE',
  ],
  ['update tasks set two = 6 where id < 3', 'tasks ROW EXCLUSIVE', '', 'tasks 1/4'],
  ['alter table parted add note text', 'parted ACCESS EXCLUSIVE, parted_one ACCESS EXCLUSIVE'],
  ['truncate marks', 'marks ACCESS EXCLUSIVE', 'marks'],
  ['alter table tasks rename to jobs', 'tasks ACCESS EXCLUSIVE'],
  [
    'drop table jobs cascade',
    'jobs ACCESS EXCLUSIVE, marks ACCESS EXCLUSIVE, tasks_six_seq ACCESS EXCLUSIVE, users ACCESS EXCLUSIVE',
  ],
  ['create index concurrently users_name on users (name)', 'users SHARE UPDATE EXCLUSIVE', '', 'users 2/8'],
]

function say({ locks, rewritten, scanned }: StatementTrace) {
  return [
    locks.map(({ relation, mode }) => `${relation} ${mode}`).join(', '),
    rewritten.join(', '),
    scanned.map(({ relation, passes, rows }) => `${relation} ${passes}/${rows}`).join(', '),
  ]
}

for (const [kind, open] of Object.entries(places)) {
  describe(`traceStatements on ${kind}`, () => {
    let place: Place

    before(async () => {
      place = await open()
    })
    after(() => place.close())

    it('measures locks, rewrites and rows read', async () => {
      await place.connection.script(tables)
      const traces = await traceStatements(
        place.connection,
        statements.map(([sql]) => ({ sql })),
      )
      assert.deepEqual(
        traces.map((trace, index) => [statements[index]?.[0], ...say(trace)]),
        statements.map(([sql, locks, rewritten = '', scanned = '']) => [sql, locks, rewritten, scanned]),
      )
      assert.deepEqual([...new Set(traces.map(({ locksFrom }) => locksFrom))], ['measured', 'documented'])
    })

    it('runs the first batch of a batched statement', async () => {
      const { connection } = place
      await connection.script(
        'create table lots (id int primary key, done bool); insert into lots select generate_series(1, 9)',
      )
      const batch = { table: 'lots', key: ['id'], rows: 4 }
      await traceStatements(connection, [{ sql: 'update lots set done = true where :batch', batch }])
      const { rows } = await connection.run({ text: 'select count(*) from lots where done', values: [] })
      assert.deepEqual(rows, [['4']])
    })
  })
}

describe('documentedLocks', () => {
  it('says what a second session sees', async () => {
    const database = await createDatabase()
    const driver = openPostgres({ url: database.url })
    try {
      await driver.session((connection) =>
        connection.script(`
          create table held (id int, name text); create index held_id on held (id);
          create table whole (id int) partition by range (id);
          create table part partition of whole for values from (0) to (10)`),
      )
      for (const [sql, table, holdUp] of [
        ['create index concurrently held_name on held (name)', 'held', 'insert into held (id) values (1)'],
        ['drop index concurrently held_id', 'held', 'insert into held (id) values (1)'],
        ['reindex table concurrently held', 'held', 'insert into held (id) values (1)'],
        ['alter table whole detach partition part concurrently', 'whole', 'lock table whole in access exclusive mode'],
      ] as const) {
        const documented = await driver.session((connection) => documentedLocks(connection, sql))
        const seen = await locksWhileHeldUp(driver, sql, table, holdUp)
        assert.deepEqual(documented.find(({ relation }) => relation === table)?.mode, seen, sql)
      }
    } finally {
      await driver.close()
      await database.drop()
    }
  })
})

/** An older transaction makes each of these wait in its middle with its lock held, or for its lock. */
async function locksWhileHeldUp(driver: Driver, sql: string, table: string, holdUp: string): Promise<string> {
  const { promise: looked, resolve: release } = Promise.withResolvers<void>()
  const { promise: process, resolve: writing } = Promise.withResolvers<string>()
  const writer = driver.session(async (connection) => {
    await connection.script(`begin; ${holdUp}`)
    const { rows } = await connection.run({ text: 'select pg_backend_pid()', values: [] })
    writing(String(rows[0]?.[0]))
    await looked
    await connection.script('rollback')
  })
  const blocker = await process
  const running = driver.session((connection) => connection.script(sql))
  try {
    return await driver.session((connection) => pollForLock(connection, table, blocker))
  } finally {
    release()
    await Promise.all([writer, running])
  }
}

async function pollForLock(connection: Connection, table: string, blocker: string): Promise<string> {
  const text = `
    select mode from pg_locks
    where locktype = 'relation' and relation = $1::regclass and mode in ('ShareUpdateExclusiveLock', 'ShareLock', 'ExclusiveLock', 'AccessExclusiveLock') and pid <> $2`
  for (let tries = 0; tries < 600; tries++) {
    const { rows } = await connection.run({ text, values: [table, blocker] })
    const mode = rows[0]?.[0]
    if (mode) return mode === 'ShareUpdateExclusiveLock' ? 'SHARE UPDATE EXCLUSIVE' : mode
    await delay(50)
  }
  return 'no lock seen'
}
