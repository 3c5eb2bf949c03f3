import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  belongsTo,
  boolean,
  compileWriter,
  computed,
  date,
  describeModel,
  hasOne,
  identity,
  integer,
  Model,
  now,
  numeric,
  text,
  timestamp,
  toProblems,
  uuid,
  uuidV7,
} from './index.ts'

const stamps = {
  created_at: timestamp().default(now).readOnly(),
  updated_at: timestamp().default(now).onUpdate(now).readOnly(),
}

class Task extends Model('tasks', {
  id: identity(),
  title: text(),
  slug: text().writeOnce(),
  size: integer().generated({ sql: 'char_length(title)' }),
  due: timestamp().nullable(),
  overdue: computed(boolean()),
  ...stamps,
}) {
  get overdue() {
    return this.due !== null && this.due < new Date()
  }
}

describe('access', () => {
  it('has a write-once field in create and not in update, and what the database generates in neither', () => {
    assert.deepEqual(Object.keys(Task.create.shape), ['title', 'slug', 'due'])
    assert.deepEqual(Object.keys(Task.update.shape), ['title', 'due'])
  })

  it('shows what is generated, and what the class computes', () => {
    const shown = ['id', 'title', 'slug', 'size', 'due', 'overdue', 'created_at', 'updated_at']
    assert.deepEqual(Object.keys(Task.public.shape), shown)
    const at = new Date(0)
    const row = new Task({ id: 1, title: 'a', slug: 'a', size: 1, due: at, created_at: at, updated_at: at })
    assert.match(compileWriter(Task.public)(row, 'answer'), /"overdue":true/)
  })

  it('keeps a computed member out of the table', () => {
    assert.equal(describeModel(Task).byField.get('overdue'), undefined)
  })
})

describe('a check between two fields', () => {
  const fields = {
    id: identity(),
    starts: timestamp(),
    ends: timestamp().code('INVALID_END').nullable(),
    low: numeric().default('0'),
    high: numeric().default('10'),
  }
  class Meeting extends Model('meetings', fields, {
    checks: { period: ['ends', '>', 'starts'], range: ['low', '<=', 'high'] },
  }) {}
  const [early, late] = ['2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z']

  it('is a rule of create, and of update where both are given', () => {
    assert.ok(Meeting.create.safeParse({ starts: early, ends: late, low: '10' }).success)
    assert.ok(Meeting.create.safeParse({ starts: early }).success)
    assert.ok(Meeting.update.safeParse({ ends: early }).success)
    assert.ok(!Meeting.update.safeParse({ starts: late, ends: early }).success)
    const input = { starts: early, ends: early, low: '10.01' }
    const { error } = Meeting.create.safeParse(input)
    assert.deepEqual(toProblems(Meeting.create, input, error?.issues ?? []), [
      { path: ['ends'], message: 'ends must be greater than starts.', code: 'INVALID_END' },
      { path: ['low'], message: 'low must be at most high.', code: null },
    ])
  })

  it('is refused for kinds whose order the database has for itself', () => {
    const Wrong = Model('wrong', { a: text(), b: text() }, { checks: { order: ['a', '<', 'b'] } })
    assert.throws(
      () => Wrong.create,
      /Cannot compare a with b: text and text have no order .* Write the check as \{ sql \}/,
    )
  })
})

describe('sharing between models', () => {
  it('is spreading an object of fields', () => {
    class Note extends Model('notes', { id: identity(), ...stamps }) {}
    assert.deepEqual(
      describeModel(Note).columns.map(({ name }) => name),
      ['id', 'created_at', 'updated_at'],
    )
  })

  it('is not inheriting a table', () => {
    class UrgentTask extends Task {}
    const refusal =
      /Cannot use UrgentTask as a model: it inherits the table of Task\. Give it a table of its own with Model/
    assert.ok(Task.create)
    assert.throws(() => UrgentTask.create, refusal)
    assert.throws(() => UrgentTask.expand(), refusal)
    assert.throws(() => describeModel(UrgentTask), refusal)
  })

  it('is not making a model of a model', () => {
    const fields = Task as unknown as Record<string, never>
    assert.throws(() => Model('urgent', fields), /Cannot define the model "urgent": its fields are another model/)
  })

  it('refuses what is neither a field nor a relation', () => {
    const wrong: unknown[] = ['text', null, Task, belongsTo]
    for (const entry of wrong.slice(0, 3)) {
      assert.throws(() => Model('bad', { name: entry as never }), /"name" is neither a field nor a relation/)
    }
  })
})

describe('a shape with a comparison', () => {
  class Stay extends Model(
    'stays',
    { id: identity(), place: text(), first: date(), last: date().nullable() },
    { checks: { days: ['first', '<=', 'last'] } },
  ) {}

  it('can be narrowed, and compares what is left', () => {
    const days = { first: '2026-01-02', last: '2026-01-01' }
    const withoutPlace = Stay.create.omit({ place: true })
    const [issue] = withoutPlace.safeParse(days).error?.issues ?? []
    assert.deepEqual([issue?.message, issue?.path], ['must be at most last', ['first']])
    assert.equal(withoutPlace.safeParse({ first: '2026-01-01', last: '2026-01-02' }).success, true)
    const picked = Stay.update.pick({ first: true, last: true }).omit({ last: true })
    assert.deepEqual(picked.parse({ ...days, place: 'x' }), { first: '2026-01-02' })
    assert.throws(() => Stay.create.pick({ nope: true } as object), /Unrecognized key: "nope"/)
  })
})

describe('hasOne', () => {
  class Person extends Model('persons', {
    id: uuid().primaryKey().default(uuidV7),
    profile: () => hasOne(Profile, 'person_id'),
    task: () => hasOne(Profile, 'task_id'),
  }) {}
  class Profile extends Model('profiles', {
    id: identity(),
    person_id: uuid()
      .unique()
      .references(() => Person),
    task_id: uuid(),
  }) {}

  it('expands to the other row or null', () => {
    assert.ok(Person.expand('profile').shape.profile.safeParse(null).success)
  })

  it('needs a unique key', () => {
    assert.equal(describeModel(Person).relation('profile').kind, 'one')
    assert.throws(
      () => describeModel(Person).relation('task'),
      /Profile\.task_id is not unique, so there may be several rows\. Add unique\(\), or use hasMany/,
    )
  })
})
