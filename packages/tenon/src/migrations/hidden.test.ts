import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { inSchema, type Place, places, readSchema, runSection, show } from '../../test/schemas.ts'
import type { Connection } from '../database/driver.ts'
import { diff } from './diff.ts'
import { plan } from './plan.ts'
import { planPurge } from './purge.ts'
import { readSnapshot } from './read-snapshot.ts'
import type { Snapshot } from './snapshot.ts'

const before_ = `create table users (id int primary key, name text);
create table tasks (id int primary key, title text not null, state text not null default 'open', user_id int references users,
  size int, low int, constraint tasks_range_check check (low < size));
create table notes (id int primary key, user_id int not null references users, line text);
insert into users values (1, 'ada'), (2, 'bob');
insert into tasks values (1, 'One', 'open', 1, 5, 1);
insert into notes values (1, 1, 'kept')`
const after_ = 'create table users (id int primary key, name text); create table tasks (id int primary key, low int)'

for (const [kind, open] of Object.entries(places)) {
  describe(`what is hidden on ${kind}`, () => {
    let place: Place
    let connection: Connection
    let target: Snapshot
    before(async () => {
      place = await open()
      connection = place.connection
      target = await readSchema(connection, after_)
    })
    after(() => place.close())

    const planTo = async (to: Snapshot) => plan(diff(await readSnapshot(connection), to), { engine: connection })
    const rowsOf = async (text: string) => (await connection.run({ text, values: [] })).rows
    const inHistory = (work: () => Promise<void>) =>
      inSchema(connection, async () => {
        await connection.script(before_)
        await work()
      })

    it('lets the new version write as if it were gone', () =>
      inHistory(async () => {
        await runSection(connection, (await planTo(target)).up)
        await connection.script(`insert into tasks (id, low) values (2, 9); update tasks set low = 100;
          delete from users; insert into users values (3, 'eve')`)
        const { hidden } = await readSnapshot(connection)
        assert.deepEqual(hidden.tables, [{ schema: 'tenon_dropped', name: 'notes' }])
        assert.deepEqual(
          hidden.columns.map(({ name }) => name),
          ['_dropped_title', '_dropped_state', '_dropped_user_id', '_dropped_size'],
        )
      }))

    it('comes back with its data, also where rows written meanwhile do not fit', () =>
      inHistory(async () => {
        const { up, down } = await planTo(target)
        await runSection(connection, up)
        await connection.script(
          'insert into tasks (id, low) values (2, 9); update tasks set low = 100; delete from users where id = 1',
        )
        await runSection(connection, down)
        assert.deepEqual(await rowsOf('select id, title, state, user_id, size, low from tasks order by id'), [
          ['1', 'One', 'open', '1', '5', '100'],
          ['2', null, 'open', null, null, '100'],
        ])
        assert.deepEqual(await rowsOf('select * from notes'), [['1', '1', 'kept']])
        const { tables, hidden } = await readSnapshot(connection)
        assert.deepEqual(hidden.columns, [])
        const invalid = tables.flatMap(({ constraints }) => constraints.filter(({ valid }) => !valid))
        assert.deepEqual(
          invalid.map(({ name }) => name),
          ['notes_user_id_fkey', 'tasks_range_check', 'tasks_user_id_fkey'],
        )
        const tasks = tables.find(({ name }) => name === 'tasks')
        assert.equal(tasks?.columns.find(({ name }) => name === 'title')?.notNull, false)
      }))

    it('takes a value for the rows written meanwhile', () =>
      inHistory(async () => {
        const operations = diff(await readSnapshot(connection), target)
        const { up, down } = await plan(operations, { engine: connection, fill: { 'tasks.title': `'Task ' || id` } })
        await runSection(connection, up)
        await connection.script('insert into tasks (id) values (2)')
        await runSection(connection, down)
        assert.deepEqual(await rowsOf('select title from tasks order by id'), [['One'], ['Task 2']])
        const tasks = (await readSnapshot(connection)).tables.find(({ name }) => name === 'tasks')
        assert.equal(tasks?.columns.find(({ name }) => name === 'title')?.notNull, true)
      }))

    it('follows what it refers to as it did before', () =>
      inSchema(connection, async () => {
        await connection.script(`create table users (id int primary key); create table notes (id int primary key,
          user_id int not null references users on delete cascade); insert into users values (1), (2); insert into notes values (1, 1), (2, 2)`)
        const from = await readSnapshot(connection)
        const { up, down } = await planTo({ ...from, tables: from.tables.filter(({ name }) => name === 'users') })
        await runSection(connection, up)
        await connection.script('delete from users where id = 1; update users set id = 3 where id = 2')
        await runSection(connection, down)
        assert.deepEqual(await rowsOf('select * from notes'), [['2', '3']])
        assert.deepEqual(await readSnapshot(connection), from)
      }))

    it('may go twice, and each comes back from where it is', () =>
      inHistory(async () => {
        const first = await planTo(target)
        await runSection(connection, first.up)
        await connection.script(`create table notes (id int primary key); alter table tasks add title text;
          insert into notes values (7); update tasks set title = 'Other'`)
        const second = await planTo(target)
        await runSection(connection, second.up)
        const { hidden } = await readSnapshot(connection)
        assert.deepEqual(hidden.tables, [
          { schema: 'tenon_dropped', name: 'notes' },
          { schema: 'tenon_dropped_2', name: 'notes' },
        ])
        assert.ok(hidden.columns.some(({ name }) => name === '_dropped_title_2'))
        await runSection(connection, second.down)
        assert.deepEqual(await rowsOf('select notes.id, title from notes, tasks'), [['7', 'Other']])
        await connection.script('drop table notes; alter table tasks drop title')
        await runSection(connection, first.down)
        assert.deepEqual(await rowsOf('select line, title from notes, tasks'), [['kept', 'One']])
        assert.deepEqual((await readSnapshot(connection)).hidden.relations, [])
      }))

    it('is dropped for good by a purge alone', () =>
      inHistory(async () => {
        assert.equal(planPurge(await readSnapshot(connection)), undefined)
        await runSection(connection, (await planTo(target)).up)
        const purge = planPurge(await readSnapshot(connection))
        assert.ok(purge)
        assert.equal(
          show(purge.up),
          `in one transaction
contract: drop table "tenon_dropped"."notes"
contract: drop schema "tenon_dropped"
contract: alter table "tasks" drop column "_dropped_title"
contract: alter table "tasks" drop column "_dropped_state"
contract: alter table "tasks" drop column "_dropped_user_id"
contract: alter table "tasks" drop column "_dropped_size"`,
        )
        assert.match(purge.irreversible, /^tenon_dropped\.notes, tasks\._dropped_title, .* are dropped for good$/)
        await runSection(connection, purge.up)
        assert.equal(planPurge(await readSnapshot(connection)), undefined)
        assert.deepEqual(diff(await readSnapshot(connection), target), [])
      }))
  })
}
