import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { UsageError } from '../core/errors.ts'
import { parseRevision } from './revision.ts'

const good = ['-- Why.', '', '-- migrate:up', 'create table a ();', '-- migrate:down', 'drop table a;', ''].join('\n')
const parse = (text: string) => parseRevision('m/1.sql', '20260101_000000_a', text)

describe('parseRevision', () => {
  it('finds both sections, and the lines they begin on', () => {
    const { up, down, irreversible } = parse(good)
    assert.deepEqual(up, { sql: 'create table a ();', line: 4 })
    assert.deepEqual(down, { sql: 'drop table a;\n', line: 6 })
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
    ['SQL before the sections', `select 1;\n${good}`, /:1: there is SQL before the section/],
  ]
  for (const [what, text, message] of mistakes) {
    it(`refuses ${what}, naming file and line`, () => {
      assert.throws(
        () => parse(text),
        (error) =>
          error instanceof UsageError &&
          /^Cannot read the revision m\/1\.sql/.test(error.message) &&
          message.test(error.message),
      )
    })
  }
})
