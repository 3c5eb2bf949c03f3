import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  bigint,
  boolean,
  describeModel,
  hasMany,
  identity,
  integer,
  Model,
  manyToMany,
  now,
  oneOf,
  text,
  timestamp,
} from '../model/index.ts'
import { sql } from './expression.ts'
import { toBranches } from './related.ts'
import { countStatement, deleteStatement, selectStatement } from './statements.ts'
import { allOf, anyOf, not } from './where.ts'
import { insertStatement, updateStatement } from './writes.ts'

class Thing extends Model('things', {
  id: identity(),
  theName: text(),
  level: oneOf('low', 'high').default('low'),
  count: integer().default(0),
  done: boolean(),
  changed: timestamp().default(now).onUpdate(now),
  parent: bigint()
    .references(() => Thing)
    .nullable(),
  children: () => hasMany(Thing, 'parent'),
  tags: () => manyToMany(Tag, () => Link),
}) {}
class Tag extends Model('tags', { id: identity(), name: text() }) {}
class Link extends Model('links', {
  thing: bigint()
    .primaryKey()
    .references(() => Thing),
  tag: bigint()
    .primaryKey()
    .references(() => Tag),
}) {}

const thing = describeModel(Thing)
const columns = '"t"."id", "t"."the_name", "t"."level", "t"."count", "t"."done", "t"."changed", "t"."parent"'
const selected = (...where: object[]) => {
  const { text, values } = selectStatement({ model: thing, where })
  return [text.replace(`select ${columns} from "things" as "t" where `, ''), values]
}

describe('selectStatement', () => {
  const conditions: [where: object, sql: string, values: (string | null)[]][] = [
    [{}, 'true', []],
    [{ theName: 'a', done: true }, '("t"."the_name" = $1 and "t"."done" = $2)', ['a', 't']],
    [{ parent: null }, '"t"."parent" is null', []],
    [{ parent: { not: null } }, '"t"."parent" is not null', []],
    [{ level: { not: 'low' } }, '"t"."level" is distinct from $1', ['low']],
    [{ count: { gte: 1, lt: 5 } }, '("t"."count" >= $1 and "t"."count" < $2)', ['1', '5']],
    [{ id: { in: [1, 2] } }, '"t"."id" = any($1)', ['{"1","2"}']],
    [{ theName: { in: ['a"\\', '{,}'] } }, '"t"."the_name" = any($1)', ['{"a\\"\\\\","{,}"}']],
    [{ theName: { contains: '50%_\\' } }, '"t"."the_name" like $1', ['%50\\%\\_\\\\%']],
    [{ theName: { contains: 'a', ignoreCase: true } }, '"t"."the_name" ilike $1', ['%a%']],
    [anyOf({ done: true }, { count: 1 }), '("t"."done" = $1 or "t"."count" = $2)', ['t', '1']],
    [{ changed: { lt: new Date(0) } }, '"t"."changed" < $1', ['1970-01-01T00:00:00.000Z']],
    [{ theName: { startsWith: '_' } }, '"t"."the_name" like $1', ['\\_%']],
    [{ theName: { endsWith: 'z', ignoreCase: true } }, '"t"."the_name" ilike $1', ['%z']],
    [{ count: { between: [1, 5] } }, '("t"."count" >= $1 and "t"."count" <= $2)', ['1', '5']],
    [{ id: { notIn: [1] } }, '"t"."id" <> all($1)', ['{"1"}']],
    [{ parent: { notIn: [1] } }, '("t"."parent" <> all($1) or "t"."parent" is null)', ['{"1"}']],
    [{ parent: { in: [1, null] } }, '("t"."parent" = any($1) or "t"."parent" is null)', ['{"1"}']],
    [{ level: { gt: 'low' } }, '"t"."level" = any($1)', ['{"high"}']],
    [{ count: { lt: sql.ref('id') } }, '"t"."count" < "t"."id"', []],
    [{ count: { gt: sql`${sql.ref('id')} + ${1}` } }, '"t"."count" > ("t"."id" + $1)', ['1']],
    [sql`${sql.ref('theName')} ~ ${'x'}`, '("t"."the_name" ~ $1)', ['x']],
    [not({ done: true, count: 1 }), '(("t"."done" = $1 and "t"."count" = $2)) is not true', ['t', '1']],
    [
      anyOf(allOf({ done: true }, { count: 1 }), { count: 2 }),
      '(("t"."done" = $1 and "t"."count" = $2) or "t"."count" = $3)',
      ['t', '1', '2'],
    ],
    [{ children: { none: {} } }, 'not exists (select from "things" as "t1" where "t1"."parent" = "t"."id")', []],
    [
      { children: { every: { done: true } } },
      'not exists (select from "things" as "t1" where ("t1"."parent" = "t"."id" and ("t1"."done" = $1) is not true))',
      ['t'],
    ],
    [
      { tags: { some: { name: 'x' } } },
      'exists (select from "tags" as "t1" join "links" as "t2" on "t2"."tag" = "t1"."id" where ("t2"."thing" = "t"."id" and "t1"."name" = $1))',
      ['x'],
    ],
    [
      { children: { some: { done: true } } },
      'exists (select from "things" as "t1" where ("t1"."parent" = "t"."id" and "t1"."done" = $1))',
      ['t'],
    ],
  ]
  for (const [where, sql, values] of conditions) {
    it(`says ${JSON.stringify(where)} as ${sql}`, () => {
      assert.deepEqual(selected(where), [sql, values])
    })
  }

  it('never sends a number that the column cannot hold', () => {
    assert.deepEqual(selected({ id: 2 ** 53 }), ['false', []])
    assert.deepEqual(selected({ id: 1e300, done: true }), ['false', []])
    assert.deepEqual(selected({ count: 2 ** 31 }), ['false', []])
    assert.deepEqual(selected({ count: 1.5 }), ['false', []])
    assert.deepEqual(selected({ id: Number.POSITIVE_INFINITY }), ['false', []])
    assert.deepEqual(selected({ count: { lt: 1e10 } }), ['true', []])
    assert.deepEqual(selected({ count: { gt: 1e10 } }), ['false', []])
    assert.deepEqual(selected({ id: { in: [1, 2 ** 60] } }), ['"t"."id" = any($1)', ['{"1"}']])
  })

  it('asks a column of whole numbers for what a fraction means', () => {
    assert.deepEqual(selected({ count: { lt: 2.5 } }), ['"t"."count" < $1', ['3']])
    assert.deepEqual(selected({ count: { gte: 2.5 } }), ['"t"."count" >= $1', ['3']])
    assert.deepEqual(selected({ count: { lte: 2.5 } }), ['"t"."count" <= $1', ['2']])
    assert.deepEqual(selected({ count: { gt: -2.5 } }), ['"t"."count" > $1', ['-3']])
    assert.deepEqual(selected({ count: { not: 2.5 } }), ['true', []])
    assert.throws(() => selected({ count: { gte: Number.NaN } }), /its value is NaN/)
  })

  it('refuses tests that ask nothing, and words that are none', () => {
    assert.throws(() => selected({ id: {} }), /Cannot filter by Thing\.id: no test is given/)
    assert.throws(() => selected({ theName: { ignoreCase: true } }), /no test is given/)
    assert.throws(() => selected({ theName: { constructor: 'x' } }), /"constructor" is no test/)
  })

  it('refuses undefined, unknown fields and values of the wrong type', () => {
    assert.throws(() => selected({ id: undefined }), /Cannot filter by Thing\.id: its value is undefined/)
    assert.throws(() => selected({ nope: 1 }), /Cannot filter by Thing\.nope: it has neither a field nor a relation/)
    assert.throws(() => selected({ done: 'yes' }), /Cannot use the value for Thing\.done: it is a string/)
    assert.throws(() => selected({ count: { near: 1 } }), /"near" is no test/)
    assert.throws(() => selected({ count: { gt: undefined } }), /Cannot filter by Thing\.count: its "gt" is undefined/)
    assert.throws(
      () => selected({ tags: { any: {} } }),
      /Cannot filter by the relation Thing\.tags: it takes some, none/,
    )
  })

  it('orders by fields, by rank, without regard to case, with nulls where they are wanted', () => {
    const order = [
      ['level', 'desc'],
      ['theName', { direction: 'asc', ignoreCase: true, nulls: 'first' }],
    ] as const
    const { text, values } = selectStatement({ model: thing, where: [], order, limit: 10, offset: 20 })
    assert.match(
      text,
      /order by array_position\(array\['low', 'high'\]::text\[\], "t"\."level"\) desc, lower\("t"\."the_name"\) asc nulls first limit \$1 offset \$2$/,
    )
    assert.deepEqual(values, ['10', '20'])
  })

  it('keeps one text and one name for each shape', () => {
    const [a, b] = [1, 2].map((id) => selectStatement({ model: thing, where: [{ id }] }))
    assert.equal(a?.text, b?.text)
    assert.equal(a?.name, b?.name)
    assert.notEqual(a?.name, countStatement({ model: thing, where: [] }).name)
  })
})

describe('other statements', () => {
  it('insert the constant defaults and leave the others to the database', () => {
    const { text, values } = insertStatement(thing, [{ theName: 'a', done: false }], { fields: [], set: null })
    assert.equal(
      text,
      `insert into "things" as "t" ("the_name", "level", "count", "done", "parent") values ($1, $2, $3, $4, $5) on conflict do nothing returning ${columns}`,
    )
    assert.deepEqual(values, ['a', 'low', '0', 'f', null])
  })

  it('update moves what moves with every change', () => {
    const { text, values } = updateStatement({ model: thing, where: [{ id: 1 }] }, { done: true })
    assert.equal(
      text,
      `update "things" as "t" set "done" = $1, "changed" = greatest(now(), "t"."changed" + interval '1 millisecond') where "t"."id" = $2 returning ${columns}`,
    )
    assert.deepEqual(values, ['t', '1'])
    assert.throws(
      () => updateStatement({ model: thing, where: [] }, { nope: 1 }),
      /Cannot use Thing\.nope: the model has no such field\. It has id, theName/,
    )
  })

  it('delete and count take the same conditions', () => {
    const filter = { model: thing, where: [{ id: 1 }] }
    assert.equal(deleteStatement(filter, false).text, 'delete from "things" as "t" where "t"."id" = $1')
    assert.match(deleteStatement(filter, true).text, / where "t"\."id" = \$1 returning "t"\."id", "t"\."the_name", /)
    assert.equal(
      countStatement({ model: thing, where: [{ id: 1 }] }).text,
      'select count(*) from "things" as "t" where "t"."id" = $1',
    )
  })

  it('load relations as JSON of texts, each with what is below it', () => {
    const relations = toBranches(thing, [{ children: { with: ['tags'], limit: 2 } }])
    assert.equal(
      selectStatement({ model: thing, where: [], members: [{ name: 'id', of: 'id' }], relations }).text,
      'select "t"."id", (select coalesce(json_agg("value"), \'[]\') from (select json_build_array(array["t1"."id"::text, "t1"."the_name", "t1"."level", "t1"."count"::text, left("t1"."done"::text, 1), "t1"."changed"::text, "t1"."parent"::text], ' +
        '(select coalesce(json_agg("value"), \'[]\') from (select json_build_array(array["t2"."id"::text, "t2"."name"]) as "value" from "tags" as "t2" join "links" as "t3" on "t3"."tag" = "t2"."id" where "t3"."thing" = "t1"."id" order by "t2"."id" asc) as "rows")) as "value" ' +
        'from "things" as "t1" where "t1"."parent" = "t"."id" order by "t1"."id" asc limit $1) as "rows") from "things" as "t" where true',
    )
  })

  it('continue behind a position by a comparison of rows, or step by step where there are nulls', () => {
    const members = [{ name: 'id', of: 'id' }]
    const after = (field: string, position: (string | null)[]) =>
      selectStatement({
        model: thing,
        where: [],
        members,
        order: [
          [field, 'asc'],
          ['id', 'asc'],
        ],
        after: position,
      })
    assert.match(after('theName', ['a', '1']).text, /where \("t"\."the_name", "t"\."id"\) > \(\$1, \$2\) order by/)
    assert.match(
      after('parent', ['7', '1']).text,
      /where \(\("t"\."parent" > \$1 or "t"\."parent" is null\) or \("t"\."parent" = \$2 and "t"\."id" > \$3\)\) order by/,
    )
    assert.match(after('parent', [null, '1']).text, /where \(\("t"\."parent" is null and "t"\."id" > \$1\)\) order by/)
  })

  it('insert many rows by lists, so that any number has one text', () => {
    const rows = (count: number) => Array.from({ length: count }, (_, index) => ({ id: index, name: 'x' }))
    const two = insertStatement(describeModel(Tag), rows(2), { fields: ['id'], set: ['name'] })
    assert.equal(
      two.text,
      'insert into "tags" as "t" ("id", "name") select "r"."c1"::bigint, "r"."c2"::text from unnest($1::text[], $2::text[]) with ordinality as "r"("c1", "c2", "n") order by "r"."n" ' +
        'on conflict ("id") do update set "name" = "excluded"."name" returning "t"."id", "t"."name"',
    )
    assert.equal(insertStatement(describeModel(Tag), rows(3), { fields: ['id'], set: ['name'] }).name, two.name)
  })
})
