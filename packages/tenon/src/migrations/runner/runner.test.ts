import assert from 'node:assert/strict'
import { after, afterEach, before, describe, it } from 'node:test'
import type { Connection, Driver } from '../../database/driver.ts'
import { openPglite } from '../../database/pglite/open-pglite.ts'
import { openPostgres } from '../../database/postgres/open-postgres.ts'
import { createDatabase, type TestDatabase } from '../../testing/server.ts'
import type { MigrationEvent } from '../report.ts'
import { parseRevision, type Revision } from '../revision.ts'
import { downgrade, upgrade } from '../run.ts'
import { history, pending } from '../status.ts'

const revision = (number: number, up: string, down: string): Revision => {
  const id = `20260101_00000${number}_step`
  return parseRevision(`migrations/${id}.sql`, id, `-- migrate:up${up}\n-- migrate:down${down}\n`)
}

const first = revision(
  1,
  `
  create table item (id bigint primary key, name text not null, kind text);
  insert into item select n, 'item ' || n from generate_series(1, 25) n;
  create view counted as select count(*) from item;`,
  '\ndrop view counted; drop table item;',
)
const stepwise = revision(
  2,
  ` transaction:false
alter table item add size int;
create unique index concurrently if not exists item_name on item using btree (lower(name), id desc) where id > 0;
-- migrate:batch item (id) 10
update item set size = length(name) where :batch;
set search_path = '';
create index concurrently item_size on public.item (size) include (kind);
vacuum public.item;
reset search_path;
reindex index concurrently item_size;
create type mood as enum ('good');
comment on table item is 'mine';`,
  ` transaction:false
comment on table item is null;
drop type mood;
drop index concurrently item_size;
drop index concurrently public.item_name;
alter table item drop size;`,
)
const last = revision(3, "\nalter type mood add value 'bad';", '\nselect 1;')
const all = [first, stepwise, last]

const catalog = `
  select concat_ws(' ', attrelid::regclass, attname, format_type(atttypid, atttypmod), attnotnull) from pg_attribute
    join pg_class c on c.oid = attrelid where relnamespace = 'public'::regnamespace and attnum > 0 and not attisdropped
    and relname not like 'tenon%'
  union all select indexdef || indisvalid from pg_indexes join pg_index on indexrelid = format('%I.%I', schemaname, indexname)::regclass
    where schemaname = 'public' and tablename not like 'tenon%'
  union all select enumlabel from pg_enum
  union all select description from pg_description where objoid = to_regclass('item')
  order by 1`

const reset = `drop view if exists counted; drop table if exists item, tenon_revisions, tenon_progress;
  drop type if exists mood`

/** The same driver, whose sessions are cut off before their n-th call to the server. */
function cutBefore(driver: Driver, call: number, cut: (connection: Connection) => Promise<void>) {
  const counter = { calls: 0 }
  const counting = (connection: Connection): Connection => {
    const next = async <T>(work: () => Promise<T>): Promise<T> => {
      if (++counter.calls === call) await cut(connection)
      return await work()
    }
    return {
      run: (statement, options) => next(() => connection.run(statement, options)),
      script: (sql) => next(() => connection.script(sql)),
      stream: (statement, options) => connection.stream(statement, options),
      copyIn: (sql, source) => connection.copyIn(sql, source),
    }
  }
  const session: Driver['session'] = (work, options) => driver.session((one) => work(counting(one)), options)
  return { driver: { ...plain(driver), session } as Driver, counter }
}

function plain(driver: Driver): Pick<Driver, 'kind' | 'place' | 'run'> {
  return { kind: driver.kind, place: driver.place, run: (statement) => driver.run(statement) }
}

for (const kind of ['postgres', 'pglite'] as const) {
  describe(`a revision without a transaction on ${kind}`, () => {
    let database: TestDatabase | undefined
    let driver: Driver

    before(async () => {
      database = kind === 'postgres' ? await createDatabase() : undefined
      driver = database ? openPostgres({ url: database.url }) : await openPglite()
    })
    afterEach(() => script(reset))
    after(async () => {
      await driver.close()
      await database?.drop()
    })

    const script = (sql: string) => driver.session((connection) => connection.script(sql))
    const rows = async (text: string) => (await driver.run({ text, values: [] })).rows
    const read = async () => (await rows(catalog)).map(([line]) => line)
    const listen = () => {
      const events: MigrationEvent[] = []
      return { events, report: (event: MigrationEvent) => void events.push(event) }
    }

    /** The process is gone: on a server its session is ended, in the embedded database nothing more arrives. */
    const cut = async (connection: Connection) => {
      if (kind === 'pglite') throw new Error('cut')
      const pid = (await connection.run({ text: 'select pg_backend_pid()', values: [] })).rows[0]?.[0] ?? ''
      await driver.run({ text: 'select pg_terminate_backend($1)', values: [pid] })
      const gone = 'select count(*) from pg_stat_activity where pid = $1'
      while ((await driver.run({ text: gone, values: [pid] })).rows[0]?.[0] !== '0') {}
    }

    it('runs statement by statement, and tells of each', async () => {
      const { events, report } = listen()
      await upgrade(driver, all, 'head', { report })
      const own = events.filter((event) => 'id' in event && event.id === stepwise.id)
      assert.deepEqual(
        own.map(({ kind }) => kind).join(' '),
        `started statement statement ${'batch '.repeat(3)}${'statement '.repeat(8)}finished`,
      )
      const batches = own.flatMap((event) => (event.kind === 'batch' ? [event.rows] : []))
      assert.deepEqual(batches, [10, 20, 25])
      assert.deepEqual(await rows('select count(*) from item where size = length(name)'), [['25']])
      await downgrade(driver, all, '-2')
      assert.deepEqual(await pending(driver, all), [stepwise.id, last.id])
    })

    it('converges wherever it is stopped, on the way up and on the way down', async () => {
      await upgrade(driver, [first])
      const below = await read()
      await upgrade(driver, all, '+1')
      const above = await read()
      const ways = [
        { way: (one: Driver) => downgrade(one, all.slice(0, 2), first.id), end: below },
        { way: (one: Driver) => upgrade(one, all.slice(0, 2)), end: above },
      ]
      // A round trip to the server at a time; on the way up and down in turns, so both begin where they should.
      const isOver = [false, false]
      for (let call = 1; isOver.includes(false); call++) {
        for (const [index, { way, end }] of ways.entries()) {
          const { driver: doomed, counter } = cutBefore(driver, call, cut)
          await way(doomed).catch(() => {})
          isOver[index] = counter.calls < call
          await way(driver)
          assert.deepEqual(await read(), end, `stopped before call ${call}`)
          assert.equal((await rows('select * from tenon_progress')).length, 0)
        }
        assert.ok(call < 400)
      }
    })

    it('can turn back wherever it is stopped', async () => {
      await upgrade(driver, [first])
      const below = await read()
      const two = all.slice(0, 2)
      const above = await (async () => {
        await upgrade(driver, two)
        const lines = await read()
        await downgrade(driver, two, '-1')
        return lines
      })()
      let isOver = false
      for (let call = 1; !isOver; call += 3) {
        const up = cutBefore(driver, call, cut)
        await upgrade(up.driver, two).catch(() => {})
        isOver = up.counter.calls < call
        await downgrade(driver, two, first.id)
        assert.deepEqual(await read(), below, `turned back before call ${call}`)
        await upgrade(driver, two)
        await downgrade(cutBefore(driver, call, cut).driver, two, first.id).catch(() => {})
        await upgrade(driver, two)
        assert.deepEqual(await read(), above, `turned forward before call ${call}`)
        await downgrade(driver, two, '-1')
      }
    })

    it('goes on behind a mistake once that is corrected, and refuses changes to what was run', async () => {
      const text = ' transaction:false\ncreate table item (id int primary key);\nalter table item add name txt;'
      const broken = revision(1, text, '\ndrop table item;')
      await assert.rejects(upgrade(driver, [broken]), {
        message:
          'Cannot apply migrations/20260101_000001_step.sql:3: type "txt" does not exist. What stands before it was kept. ' +
          'Correct it and run again to go on, or go the other way to take it back.',
      })
      assert.equal((await history(driver, [broken]))[0]?.state, 'unfinished')
      const edited = revision(1, text.replace('int', 'bigint'), '\ndrop table item;')
      await assert.rejects(upgrade(driver, [edited]), /the first 1 statements of its section .* were changed since/)
      const corrected = revision(1, text.replace('txt', 'text'), '\ndrop table item;')
      const { events, report } = listen()
      await upgrade(driver, [corrected], 'head', { report })
      const resumed = events.find((event) => event.kind === 'resumed')
      assert.partialDeepStrictEqual(resumed, { statement: 2, of: 2, line: 3, turned: false })
      assert.deepEqual(await pending(driver, [corrected]), [])
    })

    it('takes back by a section with a transaction what was half applied', async () => {
      const text =
        ' transaction:false\ncreate table item (id int primary key);\nselect nothing();\ncreate type mood as enum ();'
      const stuck = revision(1, text, '\ndrop type mood;\ndrop table item;')
      await assert.rejects(upgrade(driver, [stuck]), /"?nothing\(\)"? does not exist/)
      const { events, report } = listen()
      await downgrade(driver, [stuck], '-1', { report })
      assert.deepEqual(
        events.map(({ kind }) => kind),
        ['started', 'skipped', 'finished'],
      )
      assert.deepEqual(await read(), [])
      assert.deepEqual(await pending(driver, [stuck]), [stuck.id])
    })

    it('refuses what cannot run before anything does, with the cure', async () => {
      const concurrently = revision(2, '\ncreate index concurrently a on item (id);', '\ncommit;')
      await assert.rejects(upgrade(driver, [first, concurrently]), {
        message:
          'Cannot run migrations/20260101_000002_step.sql:2: CONCURRENTLY cannot run in a transaction. ' +
          'Write "-- migrate:up transaction:false" above the section.',
      })
      const unnamed = revision(2, ' transaction:false\ncreate index concurrently on item (id);', '\nselect 1;')
      await assert.rejects(upgrade(driver, [first, unnamed]), /:2: the index has no name/)
      const ended = revision(2, ' transaction:false\nselect 1;\nend;', '\nselect 1;')
      await assert.rejects(upgrade(driver, [first, ended]), /:3: it ends the transaction/)
      assert.deepEqual(await read(), [])
    })

    it('makes an index anew that a run before has left INVALID', async () => {
      await upgrade(driver, [first])
      await script('create index item_name on item (name); create index item_name_ccnew on item (name)')
      await script(
        "update pg_index set indisvalid = false where indexrelid in ('item_name'::regclass, 'item_name_ccnew'::regclass)",
      )
      const { events, report } = listen()
      await upgrade(driver, all, 'head', { report })
      const repaired = events.flatMap((event) =>
        event.kind === 'repaired' ? [event.what.match(/public\.\w+/)?.[0]] : [],
      )
      assert.deepEqual(repaired, ['public.item_name_ccnew', 'public.item_name'])
      assert.match((await read()).join('\n'), /INDEX item_name .*lower\(name\), id DESC\) WHERE \(id > 0\)t/)
    })

    it('refuses an index of the same name that is another', async () => {
      await upgrade(driver, [first])
      await script('create unique index item_name on item (lower(name), id) where id > 0')
      await assert.rejects(
        upgrade(driver, all),
        /Cannot make the index of migrations\/20260101_000002_step\.sql:3: public\.item_name is there already, and it is ano/,
      )
    })

    it('leaves no INVALID index where the rows forbid it, and goes on once they do not', async () => {
      const unique = revision(
        2,
        ' transaction:false\ncreate unique index concurrently item_kind on item ((id / 2));',
        ' transaction:false\ndrop index concurrently item_kind;',
      )
      await assert.rejects(upgrade(driver, [first, unique]), /step\.sql:2: could not create unique index "item_kind"/)
      assert.doesNotMatch((await read()).join('\n'), /item_kind/)
      await script('delete from item where id > 1')
      await upgrade(driver, [first, unique])
    })

    it('asks about a statement outside a transaction in which a run was stopped', async () => {
      const other = revision(2, ' transaction:false\ncreate database tenon_other;', '\nselect 1;')
      if (kind === 'pglite') return
      await upgrade(driver, [first])
      const calls = cutBefore(driver, Number.POSITIVE_INFINITY, cut)
      await upgrade(calls.driver, [first, other])
      await script('drop database tenon_other')
      await downgrade(driver, [first, other], '-1')
      // Whatever the number of calls: some call is the one behind the note that it was begun.
      for (let call = calls.counter.calls; ; call--) {
        await upgrade(cutBefore(driver, call, cut).driver, [first, other]).catch(() => {})
        if ((await rows('select 1 from tenon_progress where begun')).length > 0) break
        if ((await pending(driver, [first, other])).length === 0) await downgrade(driver, [first, other], '-1')
        await script('drop database if exists tenon_other')
      }
      await assert.rejects(
        upgrade(driver, [first, other]),
        /step\.sql:2: a run before was stopped in this statement, .*--interr/,
      )
      await upgrade(driver, [first, other], 'head', { interrupted: 'skip' })
      assert.deepEqual(await pending(driver, [first, other]), [])
      await script('drop database if exists tenon_other')
    })
  })
}
