import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { Editor } from '../../test/editor.ts'

const models = `
import { z } from 'zod'
import {
  array, belongsTo, bigint, boolean, bytes, computed, date, email, float, hasMany, hasOne, identity, integer, interval, json, manyToMany,
  Model, now, numeric, oneOf, randomUuid, text, time, timestamp, uuid, uuidV7,
} from './index.ts'
import { Database } from '../database/database.ts'
declare const db: Database
class User extends Model('users', {
  id: uuid().primaryKey().default(randomUuid).readOnly(), email: email().unique(), password_hash: text().private(),
  tasks: () => hasMany(Task, 'user_id'),
}) {}
class Link extends Model('links', {
  task_id: bigint().primaryKey().references(() => Task), tag_id: bigint().primaryKey().references(() => Tag),
}) {}
class Tag extends Model('tags', { id: identity(), name: text(), tasks: () => manyToMany(Task, () => Link) }) {}
class Task extends Model('tasks', {
  id: identity(), title: text({ min: 1 }), completed: boolean().default(false), due_date: timestamp().nullable(),
  priority: oneOf('low', 'high').default('low'),
  user_id: uuid().references(() => User).readOnly(), created_at: timestamp().default(now).readOnly(),
  user: () => belongsTo(User, 'user_id'), tags: () => manyToMany(Tag, () => Link),
}, { indexes: [['user_id', 'completed']] }) {
  get overdue() { return !this.completed && this.due_date !== null && this.due_date < new Date() }
}
const stamps = { made_at: timestamp().default(now).readOnly() }
class Sale extends Model('sales', {
  id: uuid().primaryKey().default(uuidV7).readOnly(), code: text().writeOnce(), price: numeric({ precision: 9, scale: 2 }),
  count: bigint({ exact: true }), weight: float(), on: date(), at: time(), takes: interval().nullable(), scan: bytes(),
  labels: array(oneOf('a', 'b')).default([]), seen: array(timestamp()), total: numeric().generated({ sql: 'price * count' }),
  settings: json(z.object({ theme: z.enum(['dark', 'light']) })).default({ theme: 'dark' }), is_big: computed(boolean()),
  ...stamps, receipt: () => hasOne(Receipt, 'sale_id'),
}, { checks: { paid: { sql: 'price > 0' } }, indexes: [{ fields: ['code', { sql: 'lower(code)' }], where: { sql: 'weight > 0' } }] }) {
  get is_big() { return this.count > 100n }
}
class Receipt extends Model('receipts', { id: identity(), sale_id: uuid().unique().references(() => Sale) }) {}
`
const linesBefore = models.split('\n').length - 1

describe('types', () => {
  const editor = new Editor()
  before(() => editor.start())
  after(() => editor[Symbol.dispose]())

  /** The errors of one line of program behind the models. */
  const errorsOf = async (name: string, program: string) =>
    (await editor.open(`${name}.example.ts`, `${models}${program}\n`).errors())
      .filter((error) => Number(error.split(':')[0]) > linesBefore - 1)
      .map((error) => error.replace(/^\d+: /, ''))

  const good: [what: string, program: string][] = [
    [
      'the input of create is the wire',
      `const a: z.input<typeof Task.create> = { title: 'x', due_date: '2026-01-01T00:00:00Z' }`,
    ],
    [
      'the output of create is memory, with defaults',
      `const a: { title: string; completed: boolean; due_date: Date | null; priority: 'low' | 'high' } = Task.create.parse({})`,
    ],
    [
      'update keeps absent and null apart',
      `const a: { title?: string; due_date?: Date | null } = Task.update.parse({})`,
    ],
    [
      'rows have getters',
      `const rows = await db.select(Task).run(); const late: boolean | undefined = rows[0]?.overdue`,
    ],
    [
      'loaded relations are typed',
      `const rows = await db.select(Task).with('tags', 'user').run(); const name: string | undefined = rows[0]?.tags[0]?.name ?? rows[0]?.user.email`,
    ],
    [
      'shapes are Zod objects',
      `const a: z.ZodObject = Task.public.pick({ title: true }).extend({ overdue: z.boolean() })`,
    ],
    [
      'each kind has its wire form',
      `const a: { code: string; price: string; count: string; weight: number; on: string; at: string; takes?: string | null | undefined; scan: string; labels?: ('a' | 'b')[] | undefined; seen: string[]; settings?: { theme: 'dark' | 'light' } | undefined } = {} as z.input<typeof Sale.create>`,
    ],
    [
      'each kind has its memory form',
      `const a: { id: string; price: string; count: bigint; weight: number; on: string; at: string; takes: string | null; scan: Uint8Array; labels: ('a' | 'b')[]; seen: Date[]; settings: { theme: 'dark' | 'light' }; total: string; made_at: Date } = {} as Sale`,
    ],
    [
      'what the database generates and the class computes is public',
      `const a: { total: string; is_big: boolean } = Sale.public.parse({})`,
    ],
    [
      'an insert leaves out what has a default of any sort',
      `db.insert(Sale, { code: 'x', price: '1.50', count: 1n, weight: 1, on: '2026-01-31', at: '09:30:00', scan: new Uint8Array(), seen: [] })`,
    ],
    [
      'a one-to-one relation may be null',
      `const rows = await db.select(Sale).with('receipt').run(); const receipt: Receipt | null | undefined = rows[0]?.receipt`,
    ],
    [
      'an expanded one-to-one relation may be null',
      `const a: { sale_id: string } | null = Sale.expand('receipt').parse({}).receipt`,
    ],
    [
      'where takes tests',
      `db.select(Task).where({ title: { contains: 'x', ignoreCase: true }, due_date: { lt: new Date() }, tags: { some: { name: 'x' } } })`,
    ],
  ]
  for (const [what, program] of good) {
    it(`lets ${what} through`, async () => {
      assert.deepEqual(await errorsOf('good', program), [])
    })
  }

  const mistakes: [what: string, program: string, error: RegExp][] = [
    [
      'a string where a field belongs',
      `class Bad extends Model('bad', { name: 'text' }) {}`,
      /NotAField<"name", "a field such as text\(\), or a relation as a thunk: \(\) => belongsTo\(User, \\?"user_id\\?"\)">/,
    ],
    ['a model where a field belongs', `class Bad extends Model('bad', { owner: User }) {}`, /NotAField<"owner"/],
    [
      'a default of the wrong type',
      `timestamp().default('yesterday')`,
      /Argument of type 'string' is not assignable to parameter of type 'Date'/,
    ],
    [
      'an unknown column in an index',
      `class Bad extends Model('bad', { a: text() }, { indexes: [['a', 'b']] }) {}`,
      /Type '"b"' is not assignable to type '"a"'/,
    ],
    [
      'an unknown relation in expand',
      `Task.expand('tagz')`,
      /'"tagz"' is not assignable to parameter of type '"tags" \| "user"'/,
    ],
    [
      'an unknown relation in with',
      `db.select(Task).with('ownr')`,
      /'"ownr"' is not assignable to parameter of type 'Asked<typeof Task, "tags" \| "user" \| Tree<typeof Task>>'/,
    ],
    [
      'a class where a thunk belongs',
      `uuid().references(User)`,
      /'typeof User' is not assignable to parameter of type 'CallableFunction'/,
    ],
    ['an unknown field in where', `db.select(Task).where({ titel: 'x' })`, /Did you mean to write 'title'\?/],
    [
      'a value of the wrong type in where',
      `db.select(Task).where({ completed: 'yes' })`,
      /Type 'string' is not assignable to type/,
    ],
    [
      'a generated field in an insert',
      `db.insert(Sale, { code: 'x', price: '1', count: 1n, weight: 1, on: '', at: '', scan: new Uint8Array(), seen: [], total: '1' })`,
      /'total' does not exist in type 'NewRow<typeof Sale>'/,
    ],
    [
      'a generated field in an update',
      `db.update(Sale, { total: '1' })`,
      /'total' does not exist in type 'Assignments<typeof Sale>'/,
    ],
    [
      'a write-once field in an update shape',
      `const a: z.input<typeof Sale.update> = { code: 'x' }`,
      /'code' does not exist in type/,
    ],
    [
      'a number where an exact decimal belongs',
      `db.update(Sale, { price: 1.5 })`,
      /Type 'number' is not assignable to type 'string/,
    ],
    [
      'a number where a bigint belongs',
      `bigint({ exact: true }).default(1)`,
      /'number' is not assignable to parameter of type 'bigint'/,
    ],
    [
      'a document of another shape',
      `json(z.object({ a: z.int() })).default({ a: 'x' })`,
      /Type 'string' is not assignable to type 'number'/,
    ],
    [
      'a computed member in where',
      `db.select(Sale).where({ is_big: true })`,
      /Type '(true|boolean)' is not assignable to type 'NotAColumn'/,
    ],
    [
      'a model as the fields of another',
      `class Bad extends Model('bad', Sale) {}`,
      /NotAField<"(kind|table|create|fields)"/,
    ],
    [
      'an array of something else',
      `array(z.string())`,
      /is not assignable to parameter of type|is missing the following properties/,
    ],
    [
      'an unknown column in an index that has options',
      `class Bad extends Model('bad', { a: text() }, { indexes: [{ fields: ['b'] }] }) {}`,
      /Type '"b"' is not assignable to type/,
    ],
    [
      'an unknown field in a check',
      `class Bad extends Model('bad', { a: date(), b: date() }, { checks: { order: ['a', '<', 'c'] } }) {}`,
      /Type '"c"' is not assignable to type/,
    ],
    [
      'an unknown action of a reference',
      `uuid().references(() => Sale, { onDelete: 'delete' })`,
      /Type '"delete"' is not assignable to type/,
    ],
    ['a missing value in insert', `db.insert(Task, { title: 'x' })`, /Property 'user_id' is missing/],
    [
      'a relation that was not asked for',
      `declare const task: Task; task.user`,
      /Property 'user' does not exist on type 'Task'/,
    ],
    [
      'a private field in a shape',
      `declare const user: z.output<typeof User.public>; user.password_hash`,
      /Property 'password_hash' does not exist/,
    ],
    [
      'a read-only field in a create',
      `const a: z.input<typeof Task.create> = { title: 'x', user_id: 'y' }`,
      /'user_id' does not exist/,
    ],
    [
      'limits of an interval, whose months have no length',
      `const a = interval({ min: 'P1D' })`,
      /Expected 0 arguments, but got 1/,
    ],
    [
      'undefined in an update',
      `const a: z.output<typeof Task.update> = { title: undefined }`,
      /'undefined' is not assignable to type 'string'/,
    ],
    [
      'a query that is awaited without run',
      `const rows: Task[] = await db.select(Task)`,
      /is missing the following properties|not assignable to type 'Task\[\]'/,
    ],
  ]
  for (const [what, program, error] of mistakes) {
    it(`refuses ${what}, in words that a person understands`, async () => {
      const errors = await errorsOf('mistake', program)
      assert.match(errors.join('\n'), error)
    })
  }

  it('show the name of the class, not its structure', async () => {
    const program = `declare const ta§sk: Task\nconst qu§ery = db.select(Task).with('tags')\nconst ro§ws = await query.run()\ndeclare const sa§le: Sale\n`
    assert.deepEqual(await editor.open('hover.example.ts', models + program).hovers(), [
      'const task: Task',
      'const query: Select<typeof Task, Task & With<typeof Task, "tags">>',
      'const rows: (Task & With<typeof Task, "tags">)[]',
      'const sale: Sale',
    ])
  })

  it('complete the fields of a model', async () => {
    const names = await editor.open('complete.example.ts', `${models}db.select(Task).where({ §})\n`).completions()
    for (const name of ['title', 'due_date', 'tags']) assert.ok(names.includes(name), `${name} in ${names}`)
  })

  it('complete what a field can do, and the options of a model', async () => {
    const field = await editor.open('field.example.ts', `${models}text().§\n`).completions()
    for (const name of ['nullable', 'writeOnce', 'generated']) assert.ok(field.includes(name), `${name} in ${field}`)
    const program = `${models}class Other extends Model('other', { a: text() }, { §}) {}\n`
    const options = await editor.open('options.example.ts', program).completions()
    for (const name of ['checks', 'schema', 'uniques']) assert.ok(options.includes(name), `${name} in ${options}`)
  })
})
