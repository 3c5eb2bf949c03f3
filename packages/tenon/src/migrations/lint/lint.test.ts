import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Connection } from '../../database/driver.ts'
import { type Engine, openEngine } from '../engine.ts'
import { traceStatements } from '../trace.ts'
import { lint } from './lint.ts'
import { ruleNames } from './rules.ts'

const schema = `
  drop schema if exists public cascade; drop schema if exists tenon_dropped, archive, elsewhere cascade; create schema archive; create schema public; create schema tenon_dropped;
  create table users (id bigint generated always as identity primary key, name text);
  create table tasks (id bigint generated always as identity primary key, title varchar(50), size int, user_id bigint);
  create table bare (id bigint, note text);
  create index tasks_size on tasks (size);
  create unique index bare_id on bare (id);
  create table parted (id bigint) partition by range (id);
  create table part partition of parted for values from (0) to (10);
  create table loose (id bigint);
  create type mood as enum ('low', 'high');
  create domain mail as text;
  insert into users (name) select 'u' from generate_series(1, 3);
  insert into tasks (title, size, user_id) select 't', i, i from generate_series(1, 3) i`

/** For each rule what breaks it, each alone, and what does the same without a finding. `;` parts statements. */
const cases: Readonly<Record<string, { bad: readonly string[]; good: readonly string[]; outside?: true }>> = {
  'require-concurrent-index-creation': {
    bad: ['create index tasks_title on tasks (title)', 'create index on public.tasks (title)'],
    good: ['create table marks (id bigint); create index on marks (id)'],
  },
  'require-concurrent-index-deletion': {
    bad: ['drop index tasks_size'],
    good: ['create table marks (id bigint); create index marks_id on marks (id); drop index marks_id'],
  },
  'require-concurrent-reindex': {
    bad: ['reindex table tasks', 'reindex index tasks_size'],
    good: ['reindex table concurrently tasks'],
    outside: true,
  },
  'require-concurrent-partition-detach': {
    bad: ['alter table parted detach partition part'],
    good: ['alter table parted detach partition part concurrently'],
    outside: true,
  },
  'ban-concurrent-index-creation-in-transaction': {
    bad: ['create index concurrently on tasks (title)', 'drop index concurrently tasks_size'],
    good: [],
  },
  'unique-index-on-existing-rows': {
    bad: ['create unique index concurrently on users (id, name)'],
    good: ['create index concurrently on users (name)', 'drop index concurrently tasks_size'],
    outside: true,
  },
  'wide-index': {
    bad: ['create index concurrently on tasks (id, title, size, user_id)'],
    good: ['create index concurrently on tasks (id, title, size)'],
    outside: true,
  },
  'constraint-missing-not-valid': {
    bad: [
      'alter table tasks add constraint sized check (size > 0)',
      'alter table tasks add constraint sized check (size > 0) not valid; alter table tasks validate constraint sized',
    ],
    good: [
      'alter table tasks add constraint sized check (size > 0) not valid',
      'create table marks (id bigint check (id > 0)); alter table marks add check (id < 9)',
    ],
  },
  'adding-foreign-key-constraint': {
    bad: [
      'alter table tasks add foreign key (user_id) references users',
      'alter table tasks add owner_id bigint references users',
    ],
    good: [
      'alter table tasks add constraint owned foreign key (user_id) references users not valid',
      'create table marks (user_id bigint references users)',
    ],
  },
  'disallowed-unique-constraint': {
    bad: ['alter table tasks add constraint one unique (size)', 'alter table tasks add code text unique'],
    good: [
      'alter table bare add constraint bare_once unique using index bare_id',
      'create table marks (code text unique)',
    ],
  },
  'adding-serial-primary-key-field': {
    bad: ['alter table bare add primary key (id)'],
    good: ['create table marks (id bigint); alter table marks add primary key (id)'],
  },
  'adding-exclusion-constraint': {
    bad: ['alter table tasks add exclude using btree (size with =)'],
    good: ['create table marks (size int, exclude using btree (size with =))'],
  },
  'dropping-foreign-key': {
    bad: [
      'alter table tasks add constraint tasks_user_fkey foreign key (user_id) references users not valid; alter table tasks drop constraint tasks_user_fkey',
    ],
    good: [
      'alter table tasks add constraint sized check (size > 0) not valid; alter table tasks drop constraint sized',
    ],
  },
  'adding-field-with-default': {
    bad: [
      'alter table tasks add code uuid default gen_random_uuid()',
      'alter table tasks add double int generated always as (size * 2) stored',
    ],
    good: [
      'alter table tasks add made_at timestamptz not null default now()',
      "alter table tasks add state text not null default 'open'",
      'alter table tasks add double int generated always as (size * 2) virtual',
      'alter table tasks add code uuid; alter table tasks alter code set default gen_random_uuid()',
      'create table marks (code uuid default gen_random_uuid())',
    ],
  },
  'adding-auto-incrementing-field': {
    bad: ['alter table bare add number bigserial', 'alter table bare add number bigint generated always as identity'],
    good: ['create table marks (id bigint generated always as identity)'],
  },
  'adding-required-field': {
    bad: ['alter table bare add size int not null'],
    good: ['alter table bare add size int', 'alter table bare add size int not null default 0'],
  },
  'adding-not-nullable-field': {
    bad: ['alter table tasks alter size set not null'],
    good: ['create table marks (id bigint); alter table marks alter id set not null'],
  },
  'changing-column-type': {
    bad: ['alter table tasks alter size type bigint', 'alter table tasks alter title type varchar(10)'],
    good: ['create table marks (id int); alter table marks alter id type bigint'],
  },
  'ban-drop-not-null': {
    bad: ['alter table users alter name drop not null'],
    good: ['create table marks (id int not null); alter table marks alter id drop not null'],
  },
  'renaming-column': {
    bad: ['alter table tasks rename size to length'],
    good: ['create table marks (id int); alter table marks rename id to number', 'alter table tasks add length int'],
  },
  'renaming-table': {
    bad: ['alter table tasks rename to jobs'],
    good: ['create table marks (id int); alter table marks rename to notes'],
  },
  'renaming-schema': {
    bad: ['alter schema archive rename to elsewhere'],
    good: ['create schema if not exists other'],
  },
  'renaming-enum-value': {
    bad: ["alter type mood rename value 'low' to 'lower'"],
    good: ["alter type mood add value 'mid' before 'high'"],
  },
  'require-enum-value-ordering': {
    bad: ["alter type mood add value 'mid'"],
    good: ["alter type mood add value 'mid' after 'low'"],
  },
  'ban-drop-table': {
    bad: ['drop table bare', 'alter table bare set schema tenon_dropped'],
    good: ['create table marks (id int); drop table marks'],
  },
  'ban-drop-column': {
    bad: ['alter table bare drop note', 'alter table bare rename note to _dropped_note'],
    good: ['create table marks (id int, note text); alter table marks drop note'],
  },
  'ban-drop-schema': { bad: ['drop schema archive'], good: ['drop schema tenon_dropped'] },
  'ban-drop-database': { bad: ['drop database if exists nothing'], good: [], outside: true },
  'ban-truncate-cascade': { bad: ['truncate bare cascade'], good: ['truncate bare'] },
  'transaction-nesting': { bad: ['begin', 'commit', 'rollback', 'start transaction'], good: ['savepoint here'] },
  'require-lock-timeout': {
    bad: ['set lock_timeout = 0', "set local lock_timeout to '0s'"],
    good: ["set local lock_timeout = '2s'"],
  },
  'prefer-repack': {
    bad: ['vacuum full bare', 'cluster tasks using tasks_size'],
    good: ['vacuum bare'],
    outside: true,
  },
  'backfill-with-schema-change': {
    bad: ["alter table bare add done boolean; update bare set done = true where note = 'x'"],
    good: ["update bare set note = 'y' where note = 'x'"],
  },
  'backfill-without-batches': {
    bad: ["update bare set note = 'y'", 'delete from bare'],
    good: ['create table marks (id int); update marks set id = 1', "delete from bare where note = 'x'"],
  },
  'prefer-bigint-over-int': {
    bad: ['create table marks (id serial)', 'create table marks (id int primary key)'],
    good: ['create table marks (id bigint primary key, size int)'],
  },
  'prefer-bigint-over-smallint': {
    bad: ['create table marks (id smallserial)', 'create table marks (id smallint primary key)'],
    good: ['create table marks (size smallint)'],
  },
  'prefer-identity': {
    bad: ['create table marks (id bigserial)'],
    good: ['create table marks (id bigint generated by default as identity)'],
  },
  'prefer-text-field': {
    bad: ['alter table bare add code varchar(9)'],
    good: ['alter table bare add code text', 'alter table bare add code varchar'],
  },
  'ban-char-field': {
    bad: ['create table marks (code char(3), other char)'],
    good: ['create table marks (code "char")'],
  },
  'prefer-timestamp-tz': {
    bad: ['create table marks (at timestamp)'],
    good: ['create table marks (at timestamptz, "timestamp" text)'],
  },
  'prefer-jsonb': { bad: ['create table marks (data json)'], good: ['create table marks (data jsonb)'] },
  'ban-create-domain-with-constraint': {
    bad: ['create domain positive as int check (value > 0)'],
    good: ['create domain plain as int'],
  },
  'ban-alter-domain-with-add-constraint': {
    bad: ["alter domain mail add check (value like '%@%')"],
    good: ["alter domain mail set default ''"],
  },
  'identifier-too-long': {
    bad: [`create table ${'m'.repeat(64)} (id bigint)`, `create table "${'é'.repeat(32)}" (id bigint)`],
    good: [`create table ${'m'.repeat(63)} (id bigint)`, `comment on table bare is '${'m'.repeat(99)}'`],
  },
  'rewrite-under-lock': {
    bad: ['alter table bare set unlogged'],
    good: ['alter table bare set (fillfactor = 80)', 'truncate bare'],
  },
  'scan-under-lock': {
    bad: ['alter table parted attach partition loose for values from (20) to (30)'],
    good: ['lock table bare'],
  },
}

const split = (sql: string) => sql.split('; ').map((part, index) => ({ sql: part, line: index + 1 }))

async function findings(sql: string, outside: boolean, connection?: Connection) {
  const statements = split(sql)
  if (connection) await connection.script(schema)
  const traces = connection ? await traceStatements(connection, statements) : []
  const section = { sql: statements.map((one) => `${one.sql};`).join('\n'), line: 1, transaction: !outside }
  return await lint(statements, traces, { file: 'a.sql', section })
}

/** What the engine measures only, and what it cannot run in a transaction or at all. */
const untraced = new Set([
  'ban-concurrent-index-creation-in-transaction',
  'ban-drop-database',
  'transaction-nesting',
  'require-concurrent-partition-detach',
])

describe('lint', () => {
  it('has a case for every rule', () => assert.deepEqual(Object.keys(cases).toSorted(), [...ruleNames].toSorted()))

  for (const [rule, { bad, good, outside = false }] of Object.entries(cases)) {
    if (rule.endsWith('-under-lock')) continue
    it(`${rule} by the syntax alone`, async () => {
      for (const sql of bad) {
        const found = await findings(sql, outside)
        assert.ok(found.map(({ rule }) => rule).includes(rule), sql)
      }
      for (const sql of good) assert.deepEqual(await findings(sql, outside), [], sql)
    })
  }
})

describe('lint with traces', () => {
  let engine: Engine

  before(async () => {
    engine = await openEngine()
  })
  after(() => engine.close())

  for (const [rule, { bad, good, outside = false }] of Object.entries(cases)) {
    if (untraced.has(rule)) continue
    it(rule, async () => {
      for (const sql of bad) {
        const found = await findings(sql, outside, engine.connection)
        assert.ok(found.map(({ rule }) => rule).includes(rule), sql)
      }
      for (const sql of good) assert.deepEqual(await findings(sql, outside, engine.connection), [], sql)
    })
  }

  it('lets pass what the syntax suspects and the engine does at once', async () => {
    const { connection } = engine
    for (const sql of [
      'alter table tasks alter title type varchar(80)',
      'alter table tasks alter title type text',
      "alter table tasks add at text default quote_literal('x')",
    ]) {
      assert.notDeepEqual(await findings(sql, true), [], sql)
      assert.deepEqual(await findings(sql, true, connection), [], sql)
    }
    const filled =
      'alter table tasks add constraint filled check (size is not null) not valid; ' +
      'alter table tasks validate constraint filled; alter table tasks alter size set not null'
    assert.deepEqual(await findings(filled, true, connection), [])
    assert.deepEqual(await findings(filled, true), [])
  })
})
