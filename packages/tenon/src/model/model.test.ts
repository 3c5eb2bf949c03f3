import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { z } from 'zod'
import {
  belongsTo,
  boolean,
  describeModel,
  email,
  hasMany,
  identity,
  integer,
  Model,
  manyToMany,
  now,
  oneOf,
  randomUuid,
  text,
  timestamp,
  toProblems,
  uuid,
} from './index.ts'

class Author extends Model('authors', {
  id: uuid().primaryKey().default(randomUuid).readOnly(),
  email: email().unique().code('INVALID_EMAIL'),
  password: text({ min: 8 }).writeOnly(),
  secret: text().private(),
  books: () => hasMany(Book, 'authorId'),
}) {}

class Book extends Model('books', {
  id: identity(),
  title: text({ min: 1, max: 3, trim: true }).code('INVALID_TITLE'),
  state: oneOf('draft', 'out').default('draft'),
  out: timestamp().code('INVALID_OUT').nullable(),
  sold: boolean().default(false),
  authorId: uuid()
    .references(() => Author)
    .readOnly(),
  made: timestamp().default(now).readOnly(),
  author: () => belongsTo(Author, 'authorId'),
  tags: () => manyToMany(Tag, () => BookTag),
  nothing: () => hasMany(Tag, 'nope'),
}) {
  get shout() {
    return this.title.toUpperCase()
  }
}

class Tag extends Model('tags', { id: identity(), name: text() }) {}
class BookTag extends Model('book_tags', {
  book: uuid()
    .primaryKey()
    .references(() => Book),
  tag: uuid()
    .primaryKey()
    .references(() => Tag),
}) {}

const accepts = (schema: z.ZodType, value: unknown) => schema.safeParse(value).success

describe('Model', () => {
  it('derives what a client may send, change and see', () => {
    assert.deepEqual(Object.keys(Book.create.shape), ['title', 'state', 'out', 'sold'])
    assert.deepEqual(Object.keys(Book.public.shape), ['id', 'title', 'state', 'out', 'sold', 'authorId', 'made'])
    assert.deepEqual(Object.keys(Author.create.shape), ['email', 'password'])
    assert.deepEqual(Object.keys(Author.public.shape), ['id', 'email'])
    assert.deepEqual(Object.keys(Book.expand('author', 'tags').shape).slice(-2), ['author', 'tags'])
    assert.ok(Book.create instanceof z.ZodObject)
  })

  it('fills in the defaults of a create, and keeps absent and null apart in an update', () => {
    assert.deepEqual(Book.create.parse({ title: ' ab ' }), { title: 'ab', state: 'draft', out: null, sold: false })
    assert.deepEqual(Book.update.parse({}), {})
    assert.deepEqual(Book.update.parse({ out: null }), { out: null })
    assert.ok(!accepts(Book.update, { title: undefined }))
    assert.ok(!accepts(Book.update, { title: null }))
  })

  it('makes rows that have their getters', () => {
    const row = { id: 1, title: 'ab', state: 'out', out: null, sold: false, authorId: 'x', made: new Date() } as const
    assert.equal(new Book(row).shout, 'AB')
  })

  it('expands with the public shape of the other model, so that nothing private gets out', () => {
    assert.deepEqual(Object.keys(Book.expand('author').shape.author.shape), ['id', 'email'])
    assert.throws(() => Book.expand('nope' as 'author').shape.author, /Cannot expand Book: it has no relation "nope"/)
  })
})

describe('fields', () => {
  it('count characters as PostgreSQL does, and not UTF-16 units', () => {
    const { schema } = text({ min: 1, max: 2 })
    assert.ok(accepts(schema, '\u{1f600}\u{1f600}'))
    assert.ok(!accepts(schema, 'abc'))
    assert.ok(!accepts(schema, ''))
    assert.deepEqual(z.toJSONSchema(schema, { io: 'input' }).maxLength, 2)
  })

  it('refuse text that PostgreSQL cannot keep', () => {
    assert.ok(!accepts(text().schema, 'a\0'))
    assert.ok(!accepts(text().schema, '\ud800'))
  })

  const instants: [text: string, instant: string | null][] = [
    ['2026-01-31T12:00:00Z', '2026-01-31T12:00:00.000Z'],
    ['2026-01-31T12:00:00+02:00', '2026-01-31T10:00:00.000Z'],
    ['2026-01-31T12:00:00.123456', '2026-01-31T12:00:00.123456Z'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
    ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
    ['0000-12-31T23:59:59Z', null],
    ['0001-01-01T00:00:00+01:00', null],
    ['9999-12-31T23:59:59-01:00', null],
    ['2026-02-29T00:00:00Z', null],
    ['2026-01-01T24:00:00Z', null],
    ['2026-01-01T23:59:60Z', null],
    ['2026-01-01', null],
    ['tomorrow', null],
  ]
  for (const [given, instant] of instants) {
    it(`read ${given} as ${instant ?? 'no timestamp'}`, () => {
      const result = timestamp().schema.safeParse(given)
      assert.equal(result.data?.toISOString() ?? null, instant)
    })
  }

  it('keep e-mail addresses in lower case', () => {
    assert.equal(email().schema.parse('Ada@Example.COM'), 'ada@example.com')
    assert.ok(!accepts(email().schema, `${'a'.repeat(250)}@b.cd`))
  })

  it('are new with every method, so that one can be the base of two', () => {
    const base = text({ min: 1 })
    const [one, two] = [base.code('ONE').describe('1').nullable(), base.code('TWO')]
    const codeOf = (field: { schema: z.core.$ZodType }) =>
      toProblems(field.schema, '', z.safeParse(field.schema, '').error?.issues ?? []).map(({ code }) => code)
    assert.deepEqual([codeOf(one), codeOf(two), codeOf(base)], [['ONE'], ['TWO'], [null]])
  })

  it('hold integers to four bytes', () => {
    assert.ok(accepts(integer().schema, 2 ** 31 - 1))
    assert.ok(!accepts(integer().schema, 2 ** 31))
  })
})

describe('toProblems', () => {
  const problemsOf = (input: unknown) => {
    const result = Book.create.safeParse(input)
    return toProblems(Book.create, input, result.error?.issues ?? []).map(({ path, message, code }) => [
      path.join('.'),
      code,
      message,
    ])
  }

  it('tells broken rules, with the code of their field, from wrong types', () => {
    assert.deepEqual(problemsOf({ title: '', state: 'gone', out: 'soon', sold: 'no' }), [
      ['title', 'INVALID_TITLE', 'title must have at least 1 character.'],
      ['state', null, 'state must be one of "draft", "out".'],
      ['out', 'INVALID_OUT', 'out must be a date and time like 2026-01-31T12:00:00Z, of the years 1 to 9999.'],
      ['sold', null, 'sold must be true or false.'],
    ])
    assert.deepEqual(problemsOf({ title: 7, out: 7 }), [
      ['title', null, 'title must be a text.'],
      ['out', null, 'out must be a text.'],
    ])
    assert.deepEqual(problemsOf({}), [['title', null, 'title is missing.']])
    assert.deepEqual(problemsOf({ title: '\0' })[0]?.slice(0, 2), ['title', null])
  })
})

describe('describeModel', () => {
  it('tells tables and columns as plain data', () => {
    const { table, columns, primaryKey } = describeModel(Book)
    assert.equal(table, 'books')
    assert.deepEqual(
      columns.map(({ name }) => name),
      ['id', 'title', 'state', 'out', 'sold', 'author_id', 'made'],
    )
    assert.deepEqual(
      primaryKey.map(({ field }) => field),
      ['id'],
    )
  })

  it('finds the keys of relations, and says what is wrong with one', () => {
    const tags = describeModel(Book).relation('tags')
    assert.ok(tags.kind === 'link')
    assert.deepEqual([tags.near[0]?.other.name, tags.far[0]?.other.name], ['book', 'tag'])
    assert.throws(
      () => describeModel(Book).relation('nothing'),
      /Cannot use the relation "nothing": Tag has no field "nope"/,
    )
    assert.throws(() => describeModel(Book).relation('title'), /Cannot find the relation "title" of Book/)
  })
})
