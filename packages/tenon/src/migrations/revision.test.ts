import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { UsageError } from '../core/errors.ts'
import { parseRevision } from './revision.ts'

const good = ['-- Why.', '', '-- migrate:up', 'create table a ();', '-- migrate:down', 'drop table a;', ''].join('\n')
const parse = (text: string) => parseRevision('m/1.sql', '20260101_000000_a', text)

describe('parseRevision', () => {
  it('finds both sections, and the lines they begin on', () => {
    const { up, down, irreversible } = parse(good)
    assert.deepEqual(up, { sql: 'create table a ();', line: 4, transaction: true })
    assert.deepEqual(down, { sql: 'drop table a;\n', line: 6, transaction: true })
    assert.equal(irreversible, undefined)
  })

  it('gives the same checksum whatever the line ends and the byte order mark', () => {
    const { checksum } = parse(good)
    assert.match(checksum, /^[0-9a-f]{64}$/)
    assert.equal(parse(`\uFEFF${good.replaceAll('\n', '\r\n')}`).checksum, checksum)
    assert.notEqual(parse(good.replace('create', 'CREATE')).checksum, checksum)
  })

  it('takes an empty way down only with a reason', () => {
    const text = good.replace('drop table a;', '-- irreversible: the rows were merged')
    assert.equal(parse(text).irreversible, 'the rows were merged')
  })

  it('keeps the checksum that a file had before there were markers in it', () => {
    assert.equal(parse(good).checksum, '57bec3564974124cbf9a5e3594680d9224f32d9c6d86813c715c6b9178a043c9')
  })

  it('reads parents, what it depends on, and sections without a transaction', () => {
    const head = '-- migrate:revises 20250101_000000_a, 20250102_000000_b\n-- migrate:depends-on 20250103_000000_c\n'
    const text = head + good.replace(':up', ':up transaction:false').replace(':down', ':down transaction:true')
    const { revises, dependsOn, up, down } = parse(text)
    assert.deepEqual(revises, ['20250101_000000_a', '20250102_000000_b'])
    assert.deepEqual(dependsOn, ['20250103_000000_c'])
    assert.deepEqual([up.transaction, down.transaction], [false, true])
    assert.deepEqual(parse(`-- migrate:revises base\n${good}`).revises, [])
    assert.equal(parse(good).revises, undefined)
  })

  it('takes empty sections where it only joins two others', () => {
    const text = '-- migrate:revises 20250101_000000_a, 20250102_000000_b\n-- migrate:up\n-- migrate:down\n'
    assert.equal(parse(text).up.sql, '')
  })

  const withoutTransaction = good.replace(':up', ':up transaction:false')
  const batched = (line: string, statement = 'update a set x = 1 where :batch;') =>
    withoutTransaction.replace('create table a ();', `${line}\n${statement}`)
  const mistakes: readonly (readonly [what: string, text: string, message: RegExp])[] = [
    ['no up', good.replace('-- migrate:up\ncreate table a ();\n', ''), /:1: it has no section "-- migrate:up"/],
    ['no down', good.replace(/-- migrate:down[\s\S]*/, ''), /:1: it has no section "-- migrate:down"/],
    [
      'an empty up',
      good.replace('create table a ();', '-- later;\n/* ; */ ;'),
      /:4: its section "-- migrate:up" is empty/,
    ],
    ['an empty down', good.replace('drop table a;', ''), /:6: its section "-- migrate:down" is empty.*irreversible/],
    ['two ups', good.replace('migrate:down', 'migrate:up'), /:5: it has a second section "-- migrate:up"/],
    ['an unknown section', good.replace('migrate:down', 'migrate:undo'), /:5: "-- migrate:undo" is not a section/],
    [
      'an unknown option',
      good.replace(':up', ':up transaction=false'),
      /:3: "-- migrate:up transaction=false" has an opt/,
    ],
    ['a header in a section', `${good}-- migrate:revises base\n`, /:7: "-- migrate:revises" stands inside a section/],
    [
      'a header that is indented',
      `  -- migrate:revises base\n${good}`,
      /:1: "-- migrate:revises base" does not begin its l/,
    ],
    [
      'two headers',
      `-- migrate:revises base\n-- migrate:revises base\n${good}`,
      /:2: it has a second "-- migrate:revises"/,
    ],
    [
      'a parent that is none',
      `-- migrate:revises head\n${good}`,
      /:1: "-- migrate:revises" names "head", which is not a/,
    ],
    ['no parent', `-- migrate:revises\n${good}`, /:1: "-- migrate:revises" names nothing, which is not a revision/],
    ['itself', `-- migrate:revises 20260101_000000_a\n${good}`, /:1: .* names "20260101_000000_a", which is itself/],
    [
      'base to depend on',
      `-- migrate:depends-on base\n${good}`,
      /:1: .* names "base", .*Write ids separated by commas/,
    ],
    [
      'one twice',
      `-- migrate:depends-on 20250101_000000_a, 20250101_000000_a\n${good}`,
      /:1: .* names "20250101_000000_a" twice/,
    ],
    ['a batch above', `-- migrate:batch a (id) 5\n${good}`, /:1: "-- migrate:batch" stands above the sections/],
    [
      'a batch in a transaction',
      good.replace('create', '-- migrate:batch a (id) 5\ncreate'),
      /:4: "-- migrate:batch" stands in a section that runs in one transaction/,
    ],
    ['a batch of nothing', batched('-- migrate:batch a (id) 0'), /:4: "-- migrate:batch a \(id\) 0": it does not say/],
    ['a batch without a key', batched('-- migrate:batch a 5'), /:4: "-- migrate:batch a 5": it does not say/],
    ['a batch without :batch', batched('-- migrate:batch a (id) 5', 'delete from a;'), /:4: .*has no :batch in it/],
    ['a :batch without a batch', batched('-- Why.'), /:5: ":batch": stands in a statement without a batch/],
    [
      'two batches',
      batched('-- migrate:batch a (id) 5\n-- migrate:batch a (id) 5'),
      /:5: .*another batch stands above/,
    ],
    ['a batch of no statement', batched('select 1;\n-- migrate:batch a (id) 5', ''), /:5: .*no statement follows it/],
    [
      'a batch inside a statement',
      batched('update a set x = 1\n-- migrate:batch a (id) 5', 'where :batch;'),
      /:5: .*stands inside a statement/,
    ],
    [
      'a string without an end',
      withoutTransaction.replace('a ()', "a (b text default 'x)"),
      /:4: the text that begins/,
    ],
    ['SQL before the sections', `select 1;\n${good}`, /:1: there is SQL before the section/],
  ]
  for (const [what, text, message] of mistakes) {
    it(`refuses ${what}, naming file and line`, () => {
      assert.throws(
        () => parse(text),
        (error) =>
          error instanceof UsageError &&
          /^Cannot read (the revision )?m\/1\.sql/.test(error.message) &&
          message.test(error.message),
      )
    })
  }
})
