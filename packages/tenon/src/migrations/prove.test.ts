import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { type Place, places } from '../../test/schemas.ts'
import { describeProof, type Proof, type ProofOptions, prove } from './prove.ts'
import { readSnapshot } from './read-snapshot.ts'
import { parseRevision, type Revision } from './revision.ts'

let count = 0
const revision = (up: string, down: string, options = ''): Revision => {
  const id = `20260101_0000${String(10 + count++)}_step`
  const text = `-- migrate:up${options}\n${up}\n-- migrate:down${options}\n${down}\n`
  return parseRevision(`migrations/${id}.sql`, id, text)
}

const tables = revision(
  `create table users (id bigint generated always as identity primary key, email text not null unique);
   create table tasks (id bigint generated always as identity primary key, title text not null, note text,
     user_id bigint not null references users);
   create view titles as select title from tasks;`,
  'drop table tasks, users cascade;',
)

for (const [kind, open] of Object.entries(places)) {
  describe(`prove on ${kind}`, () => {
    let place: Place

    before(async () => {
      place = await open()
    })
    after(() => place.close())

    const proofOf = async (revision: Revision, options: Partial<ProofOptions> = {}): Promise<Proof> => {
      await place.connection.script('drop schema if exists public, tenon_dropped cascade; create schema public')
      return await prove({ engine: place, history: [tables], revision, ...options })
    }

    it('proves what comes back as it was', async () => {
      const proof = await proofOf(revision('alter table tasks add done boolean;', 'alter table tasks drop done;'))
      assert.deepEqual(describeProof(proof), [
        'Proven with 6 rows in 2 tables: history applied, rows made, up, down, equal to before, up again.',
      ])
    })

    it('proves what runs outside of a transaction', async () => {
      const proof = await proofOf(
        revision(
          `create index concurrently tasks_note on tasks (note);
-- migrate:batch tasks (id) 1
update tasks set note = note where :batch;`,
          'drop index concurrently tasks_note;',
          ' transaction:false',
        ),
      )
      assert.deepEqual(proof.problems, [])
      assert.deepEqual(proof.losses, [])
    })

    it('holds the way up against the models', async () => {
      const { connection } = place
      await connection.script('drop schema if exists public cascade; create schema public')
      await connection.script(tables.up.sql)
      await connection.script('alter table tasks add done boolean')
      const target = await readSnapshot(connection)
      const right = await proofOf(revision('alter table tasks add done boolean;', 'alter table tasks drop done;'), {
        target,
      })
      assert.deepEqual(right.problems, [])
      assert.ok(right.steps.some(({ name, holds }) => name === 'models' && holds))
      const wrong = await proofOf(revision('alter table tasks add done int;', 'alter table tasks drop done;'), {
        target,
      })
      assert.equal(wrong.proven, false)
      assert.deepEqual(wrong.problems, ['after up the models differ: tasks.done: type differs: integer / boolean'])
    })

    it('names values that do not come back', async () => {
      const { proven, losses } = await proofOf(
        revision('alter table tasks drop note;', 'alter table tasks add note text;'),
      )
      assert.equal(proven, true)
      assert.deepEqual(losses, ['tasks.note has other values in 2 of 3 rows'])
    })

    it('names rows that do not come back', async () => {
      const { losses } = await proofOf(revision('delete from tasks where note is not null;', 'select 1;'))
      assert.deepEqual(losses, ['tasks has lost 2 of 3 rows'])
      const dropped = revision(
        'drop view titles; drop table tasks;',
        `create table tasks (id bigint generated always as identity primary key, title text not null, note text,
           user_id bigint not null references users); create view titles as select title from tasks;`,
      )
      assert.deepEqual((await proofOf(dropped)).losses, ['tasks has lost 3 of 3 rows'])
    })

    it('finds nothing lost where a column and a table are moved aside', async () => {
      const proof = await proofOf(
        revision(
          `create schema tenon_dropped; drop view titles; alter table tasks rename note to _dropped_note;
           alter table tasks set schema tenon_dropped;`,
          `alter table tenon_dropped.tasks set schema public; alter table tasks rename _dropped_note to note;
           create view titles as select title from tasks; drop schema tenon_dropped;`,
        ),
      )
      assert.deepEqual(proof.problems, [])
      assert.deepEqual(proof.losses, [])
    })

    it('finds what a way down forgets, of any kind of object', async () => {
      const { proven, problems } = await proofOf(
        revision(
          `create type mood as enum ('low'); create index tasks_note on tasks (note);
           create function one() returns int language sql as 'select 1'; grant select on tasks to public;
           create trigger t before update on tasks for each row execute function suppress_redundant_updates_trigger();
           alter table tasks alter title set default 'x', add constraint c check (id > 0), enable row level security;
           create policy p on tasks using (true); comment on column tasks.title is 'what'; create sequence s;`,
          `drop view titles; create view titles as select title, 1 as one from tasks;`,
        ),
      )
      assert.equal(proven, false)
      const text = problems.join('\n')
      for (const part of [
        /type mood is there/,
        /index tasks_note is there/,
        /function one\(\) is there/,
        /table tasks is .* and was/,
        /trigger t on tasks is there/,
        /column tasks\.title is .*'x'.* comment what/,
        /constraint c on tasks is there/,
        /policy p on tasks is there/,
        /sequence s is there/,
        /view titles is .* one .* and was/,
      ]) {
        assert.match(text, part)
      }
      assert.match(text, /up fails the second time: type "mood" already exists/)
    })

    it('names what refuses rows, and goes on with rows that it does not refuse', async () => {
      const { proven, warnings, seeded, steps } = await proofOf(
        revision(
          'alter table tasks add check (char_length(title) > 300);',
          'alter table tasks drop constraint tasks_title_check;',
        ),
      )
      assert.equal(proven, true)
      assert.deepEqual(warnings, [
        'up fails where rows do not fit: check constraint "tasks_title_check" of relation "tasks" is violated by some row',
      ])
      assert.deepEqual(
        seeded.map(({ table }) => table),
        ['tasks', 'users'],
      )
      assert.equal(steps.filter(({ holds }) => holds).length, 6)
    })

    it('says which step fails, and how', async () => {
      const up = await proofOf(revision('alter table tasks add done boolean not null;', 'select 1;'))
      assert.deepEqual(up.problems, ['up fails: column "done" of relation "tasks" contains null values'])
      const every = await proofOf(
        revision('alter table tasks add done boolean not null;', 'alter table tasks drop done;'),
      )
      assert.deepEqual(every.problems, up.problems)
      const down = await proofOf(revision('alter table tasks add done boolean;', 'alter table tasks drop finished;'))
      assert.deepEqual(down.problems, ['down fails: column "finished" of relation "tasks" does not exist'])
      const history = await proofOf(tables, { history: [tables, tables] })
      assert.match(
        String(history.problems),
        /^\d+_\d+_step fails on an empty database: relation "users" already exists$/,
      )
    })

    it('names what an irreversible revision loses, under whatever name it is afterwards', async () => {
      const { proven, losses, warnings } = await proofOf(
        revision(
          'alter table tasks rename to jobs; alter table jobs rename title to name; alter table jobs drop note;',
          '-- irreversible: the notes are gone',
        ),
      )
      assert.equal(proven, true)
      assert.deepEqual(losses, ['tasks.note is gone with its values'])
      assert.deepEqual(warnings, ['it cannot be taken back: the notes are gone'])
    })

    it('warns where new rows would not fit into the old schema', async () => {
      const { proven, warnings } = await proofOf(
        revision('alter table tasks alter title drop not null;', 'alter table tasks alter title set not null;'),
      )
      assert.equal(proven, true)
      assert.deepEqual(warnings, [
        'down may fail once the new version has written rows: column "title" of relation "tasks" contains null values',
      ])
    })

    it('says for which tables it proves nothing', async () => {
      const strict = revision('create table strict (id int check (id = 1 and id = 2) not null);', 'drop table strict;')
      const { warnings } = await proofOf(revision('select 1;', 'select 1;'), { history: [tables, strict] })
      assert.deepEqual(warnings, [
        'no row could be made for strict: no value was found for id that its type and its checks take',
      ])
    })
  })
}
