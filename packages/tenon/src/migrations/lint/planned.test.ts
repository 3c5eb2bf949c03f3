import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { readSchema } from '../../../test/schemas.ts'
import { diff } from '../diff.ts'
import { type Engine, openEngine } from '../engine.ts'
import { plan } from '../plan.ts'
import { parseRevision } from '../revision.ts'
import { writeRevision } from '../write-revision.ts'
import { lintRevisions } from './lint-revisions.ts'

const start = `create table users (id bigint primary key, name text);
create table tasks (id bigint primary key, title text, size int, user_id bigint);
create index tasks_size_idx on tasks (size)`
const users = 'create table users (id bigint primary key, name text);'
const index = 'create index tasks_size_idx on tasks (size)'
const tasks = (columns: string, more = index) =>
  `${users} create table tasks (id bigint primary key, ${columns}); ${more}`

// What each leads to, from the start.
const changes: Readonly<Record<string, { readonly to: string; readonly fill?: Readonly<Record<string, string>> }>> = {
  'an index': { to: `${start}; create index tasks_title_idx on tasks (title)` },
  'an index less': { to: tasks('title text, size int, user_id bigint', '') },
  'a CHECK': { to: tasks('title text, size int constraint tasks_size_check check (size > 0), user_id bigint') },
  'a foreign key': {
    to: tasks(
      'title text, size int, user_id bigint, constraint tasks_user_id_fkey foreign key (user_id) references users',
    ),
  },
  'not null': { to: tasks('title text not null, size int, user_id bigint'), fill: { 'tasks.title': "''" } },
  'a column that is not null': {
    to: tasks('title text, size int, user_id bigint, state text not null'),
    fill: { 'tasks.state': "'open'" },
  },
  'a type that is written anew': { to: tasks('title text, size bigint, user_id bigint') },
  'a column less': { to: tasks('size int, user_id bigint') },
  'a table less': { to: `create table tasks (id bigint primary key, title text, size int, user_id bigint); ${index}` },
}

describe('what is planned', () => {
  let engine: Engine
  before(async () => {
    engine = await openEngine()
  })
  after(() => engine.close())

  for (const [name, { to, fill = {} }] of Object.entries(changes)) {
    it(`raises no error: ${name}`, async () => {
      const { connection } = engine
      const operations = diff(await readSchema(connection, start), await readSchema(connection, to))
      assert.ok(operations.length > 0)
      const planned = await plan(operations, { engine: connection, fill })
      const [first, second] = ['20260101_000001_start', '20260101_000002_change']
      const history = parseRevision(`${first}.sql`, first, `-- migrate:up\n${start};\n-- migrate:down\nselect 1;\n`)
      const text = writeRevision({ message: name, planned })
      const { findings, notMeasured } = await lintRevisions([history, parseRevision(`${second}.sql`, second, text)])
      const errors = findings.filter(({ severity }) => severity === 'error')
      assert.deepEqual(
        errors.map(({ line, rule, message }) => `${line} ${rule}: ${message}`),
        [],
      )
      assert.deepEqual(notMeasured, [])
    })
  }
})
