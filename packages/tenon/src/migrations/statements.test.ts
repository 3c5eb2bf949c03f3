import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { UsageError } from '../core/errors.ts'
import { splitStatements, withCondition } from './statements.ts'

const split = (sql: string) => splitStatements({ sql, line: 10 }, 'a.sql')
const texts = (sql: string) => split(sql).map((statement) => statement.sql)

describe('splitStatements', () => {
  it('gives each statement its line, without the comments before it and without semicolons', () => {
    assert.deepEqual(split('-- one\nselect 1;\n;\n\n/* two;\n*/ select\n 2 -- last;\n'), [
      { sql: 'select 1', line: 11 },
      { sql: 'select\n 2', line: 15 },
    ])
    assert.deepEqual(split(' -- nothing;\n /* nothing; */ ;'), [])
  })

  const whole: Readonly<Record<string, string>> = {
    'a string with a semicolon': "select 'a;b'",
    'a doubled quote': "select 'it''s; so', 1",
    'a backslash that means itself': "select '\\'",
    'an E string': "select E'it\\'s; \\\\', e'\\';'",
    'a name in quotes': 'select 1 as "a;""b;"',
    'a Unicode string and name': `select U&'d\\0061;', u&"d\\0061;"`,
    'bits and national strings': "select B'01', x'1F', N'a;'",
    'a dollar string': 'select $$a;b$$',
    'a dollar string with a tag, and others inside': 'do $body$ begin perform $$;$$; perform $1$; end $body$',
    'a tag that looks like the beginning of another': 'select $a$;$ab$;$a$',
    'dollars inside a name': 'select a$b$ from c$b$',
    parameters: 'prepare p as select $1 + $2',
    'comments, nested': 'select 1 /* ; /* ; */ ; */ + 2',
    'a comment to the end of the line': 'select 1 -- ; it\'s "open\n + 2',
    'comments in strings': "select '--', '/*', $$ /* $$",
    "a rule's actions": 'create rule r as on insert to a do also (insert into b values (1); insert into c values (2))',
    'BEGIN ATOMIC': 'create function f() returns int begin atomic select 1; select 2; end',
    'BEGIN ATOMIC with CASE':
      'create or replace procedure p(a int) language sql BEGIN ATOMIC select case when a > 1 then 1 end; select 1; END',
    'a column named end': 'select a.begin, a.end from a',
    'letters of other scripts': "select 'ü;' as größe",
    'a cast and a slice': 'select a::batch, b[1:batch] from c',
  }
  for (const [what, sql] of Object.entries(whole)) {
    it(`keeps together ${what}`, () => assert.deepEqual(texts(`${sql};\nselect 1`), [sql, 'select 1']))
  }

  it('does not take BEGIN of a transaction for a body', () => {
    assert.deepEqual(texts('begin; select 1; end; create table a ()'), [
      'begin',
      'select 1',
      'end',
      'create table a ()',
    ])
  })

  it('reads the batch above a statement', () => {
    const [first, second] = split(
      '-- migrate:batch "My".tasks (id, "a b") 1000\n-- Why.\nupdate tasks set x = y\n  where :batch;\nselect 1',
    )
    assert.deepEqual(first?.batch, { table: '"My".tasks', key: ['id', '"a b"'], rows: 1000 })
    assert.equal(first?.line, 12)
    assert.deepEqual(second, { sql: 'select 1', line: 14 })
  })

  for (const [what, sql] of Object.entries({
    text: "select 1;\nselect 'a",
    name: 'select 1;\nselect "a',
    comment: 'select 1;\n/* /* */',
    'text with dollars': 'select 1;\nselect $a$ $b$',
  })) {
    it(`says where a ${what} begins that does not end`, () => {
      const message = new RegExp(`^Cannot read a\\.sql:11: the ${what.split(' ')[0]} that begins there does not end`)
      assert.throws(
        () => split(sql),
        (error) => error instanceof UsageError && message.test(error.message),
      )
    })
  }

  it('takes a file of a megabyte in its stride', () => {
    const sql = `insert into a values ('${'x'.repeat(60)}''y', 1);\n`.repeat(15_000)
    const statements = split(sql)
    assert.equal(statements.length, 15_000)
    assert.equal(statements.at(-1)?.line, 10 + 14_999)
    assert.equal(texts(`select '${"a''".repeat(400_000)}', E'${"\\'a".repeat(400_000)}'`).length, 1)
  })
})

describe('withCondition', () => {
  it('puts it where :batch stands, and nowhere else', () => {
    const sql = "update a set x = ':batch', y = z::batch /* :batch */ where :batch and (:batch)"
    assert.equal(
      withCondition(sql, '(id > 1)'),
      "update a set x = ':batch', y = z::batch /* :batch */ where (id > 1) and ((id > 1))",
    )
  })
})
