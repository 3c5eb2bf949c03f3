import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { Editor } from '../../test/editor.ts'

const models = `
import { belongsTo, bigint, boolean, hasMany, identity, integer, manyToMany, Model, oneOf, text, timestamp } from './index.ts'
import { allOf, anyOf, avg, count, type Database, max, not, sql, sum } from '../database/index.ts'
import { errorOf } from '../core/http-error.ts'
declare const db: Database
class User extends Model('users', { id: identity(), name: text(), lists: () => hasMany(List, 'user_id') }) {}
class List extends Model('lists', {
  id: identity(), user_id: bigint().references(() => User),
  user: () => belongsTo(User, 'user_id'), tasks: () => hasMany(Task, 'list_id'),
}) {}
class Link extends Model('links', {
  task_id: bigint().primaryKey().references(() => Task), tag_id: bigint().primaryKey().references(() => Tag),
}) {}
class Tag extends Model('tags', { id: identity(), name: text() }) {}
class Task extends Model('tasks', {
  id: identity(), title: text(), done: boolean().default(false), due: timestamp().nullable(), hours: integer().nullable(),
  level: oneOf('low', 'high').default('low'), list_id: bigint().references(() => List).nullable(),
  list: () => belongsTo(List, 'list_id'), tags: () => manyToMany(Tag, () => Link),
}) {
  get late() { return this.due !== null && this.due < new Date() }
}
class NoTask extends errorOf(404, 'NO_TASK', 'There is no such task.') {}
`
const linesBefore = models.split('\n').length - 1

describe('types of queries', () => {
  const editor = new Editor()
  before(() => editor.start())
  after(() => editor[Symbol.dispose]())

  /** `@{…}` in a program stands for a placeholder of its own template. */
  const errorsOf = async (name: string, program: string) =>
    (await editor.open(`${name}.example.ts`, `${models}${program.replaceAll('@{', '${')}\n`).errors())
      .filter((error) => Number(error.split(':')[0]) > linesBefore - 1)
      .map((error) => error.replace(/^\d+: /, ''))

  const good: [what: string, program: string][] = [
    [
      'every test',
      `db.select(Task).where({ id: { in: [1], notIn: [2], between: [1, 9] }, title: { startsWith: 'a', endsWith: 'b', contains: 'c', ignoreCase: true }, due: { not: null }, hours: { in: [1, null] } })`,
    ],
    [
      'tests of relations',
      `db.select(Task).where({ tags: { some: { name: 'x' }, none: {}, every: { name: 'y' } }, list: { is: { user: { isNot: { name: 'x' } } } } })`,
    ],
    ['a comparison of two columns', `db.select(Task).where({ hours: { lt: sql.ref('id') }, title: sql.ref('level') })`],
    [
      'expressions in where and order',
      "db.select(Task).where(sql`length(@{sql.ref('title')}) > @{3}`, anyOf({ done: true }, sql`true`)).order(sql`random()`)",
    ],
    ['conditions in conditions', `db.select(Task).where(not(anyOf(allOf({ done: true, title: 'x' }), { hours: 1 })))`],
    ['partial rows', `const rows: { id: number; due: Date | null }[] = await db.select(Task).only('id', 'due').run()`],
    [
      'rows of members',
      "const rows: { id: number; name: string; length: number }[] = await db.select(Task).select({ id: true, name: 'title', length: sql`length(@{sql.ref('title')})`.as(integer()) }).run()",
    ],
    [
      'aggregates',
      `const row: { all: number; done: number; hours: number | null; last: Date | null; level: 'low' | 'high' | null } = await db.select(Task).aggregate({ all: count(), done: count().only({ done: true }), hours: sum('hours'), last: max('due'), level: max('level') }).run()`,
    ],
    [
      'groups',
      `const rows: { list_id: number | null; mean: number | null }[] = await db.select(Task).groupBy('list_id').aggregate({ mean: avg('hours') }).order({ mean: 'desc' }).run()`,
    ],
    [
      'relations below relations',
      `const rows = await db.select(Task).with({ list: ['user'], tags: { where: { name: 'x' }, order: { name: 'asc' }, limit: 3 } }).run(); const name: string | undefined = rows[0]?.list?.user.name ?? rows[0]?.tags[0]?.name`,
    ],
    [
      'relations at any depth',
      `const rows = await db.select(User).with({ lists: { with: { tasks: { with: { tags: true } } } } }).run(); const name: string | undefined = rows[0]?.lists[0]?.tasks[0]?.tags[0]?.name; const late: boolean | undefined = rows[0]?.lists[0]?.tasks[0]?.late`,
    ],
    [
      'a row by its key',
      `const task: Task | null = await db.find(Task, 1).run(); const link: Link = await db.find(Link, { task_id: 1, tag_id: 2 }).one(NoTask).run()`,
    ],
    [
      'pages by number and by cursor',
      `const a: number = (await db.select(Task).page({ page: 1, limit: 2 }).run()).total; const b: string | null = (await db.select(Task).page({ after: null, limit: 2 }).run()).next`,
    ],
    [
      'inserts on conflict',
      "db.insert(Task, { title: 'x' }).onConflictDoUpdate(['id'], ['title']); db.insert(Task, [{ title: 'x' }]).onConflictDoUpdate(['id'], { hours: sql`@{sql.ref('hours')} + 1` })",
    ],
    [
      'expressions in an update',
      "db.update(Task, { hours: sql`@{sql.ref('hours')} + 1`, title: 'x' }).where({ id: 1 })",
    ],
    ['what a delete returns', `const rows: Task[] = await db.delete(Task).where({ id: 1 }).returning().run()`],
    [
      'rows of a stream',
      `for await (const task of db.select(Task).with('tags').stream()) { const name: string | undefined = task.tags[0]?.name }`,
    ],
  ]
  for (const [what, program] of good) {
    it(`let ${what} through`, async () => {
      assert.deepEqual(await errorsOf('good', program), [])
    })
  }

  const mistakes: [what: string, program: string, error: RegExp][] = [
    [
      'an unknown field in where',
      `db.select(Task).where({ titel: 'x' })`,
      /'titel' does not exist in type 'Where<typeof Task>'\. Did you mean to write 'title'\?|Did you mean to write 'title'\?/,
    ],
    [
      'a test that the type does not have',
      `db.select(Task).where({ hours: { contains: 'x' } })`,
      /'contains' does not exist in type/,
    ],
    [
      'text that is SQL',
      `db.select(Task).where('true')`,
      /Type '"true"' has no properties in common with type 'Where<typeof Task>'/,
    ],
    ['a column that the model does not have', `db.select(Task).where({ hours: { gt: sql.ref('hour') } })`, /"hour"/],
    [
      'an unknown field in only',
      `db.select(Task).only('id', 'titel')`,
      /'"titel"' is not assignable to parameter of type/,
    ],
    [
      'an unknown relation below another',
      `db.select(Task).with({ list: ['usr'] })`,
      /Type '"usr"' is not assignable to type '"user" \\| "tasks"'|"usr"/,
    ],
    [
      'an unknown relation in a tree',
      `db.select(Task).with({ tags: true, lists: true })`,
      /'boolean' is not assignable to type 'never'|'true' is not assignable to type 'never'/,
    ],
    [
      'a member that was not asked for',
      `const rows = await db.select(Task).only('id').run(); rows[0]?.title`,
      /Property 'title' does not exist on type 'Only<typeof Task, "id">'/,
    ],
    ['an aggregate of no field', `db.select(Task).aggregate({ a: sum('hour') })`, /"hour"/],
    ['a relation of one row that is narrowed', `db.select(Task).with({ list: { limit: 1 } })`, /limit/],
    [
      'an unknown field on conflict',
      `db.insert(Task, { title: 'x' }).onConflictDoNothing('nam')`,
      /'"nam"' is not assignable/,
    ],
    [
      'a value of the wrong type in an update',
      `db.update(Task, { hours: 'x' })`,
      /Type 'string' is not assignable to type/,
    ],
    [
      'undefined as a text of SQL',
      'sql`@{undefined}`',
      /Argument of type 'undefined' is not assignable to parameter of type 'SqlValue'/,
    ],
  ]
  for (const [what, program, error] of mistakes) {
    it(`refuse ${what}, in words that a person understands`, async () => {
      assert.match((await errorsOf('mistake', program)).join('\n'), error)
    })
  }

  it('show names, not structures', async () => {
    const program = [
      "const on§ly = db.select(Task).only('id')",
      "const pa§ge = db.select(Task).with('tags').page({ limit: 2 })",
      'const fi§nd = db.find(Task, 1)',
      "const ma§ny = db.insert(Task, [{ title: 'x' }])",
      '',
    ].join('\n')
    assert.deepEqual(await editor.open('hover.example.ts', models + program).hovers(), [
      'const only: Select<typeof Task, Only<typeof Task, "id">>',
      'const page: DatabaseQuery<CursorPage<Task & With<typeof Task, "tags">>, InvalidCursor>',
      'const find: Find<typeof Task, Task>',
      'const many: InsertMany<typeof Task, Task, never>',
    ])
  })

  const completed: [where: string, program: string, names: string[]][] = [
    ['fields and relations in where', 'db.select(Task).where({ § })', ['title', 'tags', 'list']],
    ['the tests of a text', 'db.select(Task).where({ title: { § } })', ['startsWith', 'in', 'ignoreCase']],
    ['the tests of relations', 'db.select(Task).where({ tags: { § } })', ['some', 'none', 'every']],
    ['fields in order', 'db.select(Task).order({ § })', ['due', 'title']],
    ['relations below relations', 'db.select(Task).with({ list: { with: { § } } })', ['user', 'tasks']],
  ]
  for (const [what, program, names] of completed) {
    it(`complete ${what}`, async () => {
      const offered = await editor.open('complete.example.ts', `${models}${program}\n`).completions()
      for (const name of names) assert.ok(offered.includes(name), `${name} in ${offered}`)
      assert.ok(!offered.some((name) => name.includes('expression')), `no mark in ${offered}`)
    })
  }
})
