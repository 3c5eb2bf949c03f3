import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { z } from 'zod'
import type { Driver } from '../database/driver.ts'
import { openPglite } from '../database/pglite/open-pglite.ts'
import { openPostgres } from '../database/postgres/open-postgres.ts'
import { describeModel } from '../model/description.ts'
import type { AnyField } from '../model/field.ts'
import { array, boolean, bytes, json, uuid } from '../model/kinds.ts'
import { Model } from '../model/model.ts'
import { bigint, float, identity, integer, numeric } from '../model/numbers.ts'
import { email, oneOf, text } from '../model/text.ts'
import { date, interval, time, timestamp } from '../model/times.ts'
import { createDatabase } from '../testing/server.ts'
import { toArrayText } from './array-text.ts'
import { rulesOfParserOnly } from './checks.ts'
import { createTableStatements } from './ddl.ts'
import { rowReader } from './rows.ts'
import { toText } from './values.ts'

/** Wire values on both sides of each boundary of a field. */
interface Rule {
  readonly field: { readonly schema: z.core.$ZodType; readonly column: AnyField['column'] }
  readonly good: readonly unknown[]
  /** Refused by the parser and, straight through SQL, by the table. */
  readonly bad: readonly unknown[]
  /** Refused by the parser alone; the field says why in `parserOnly`. */
  readonly parserOnly?: readonly unknown[]
}

const smile = '\u{1f600}'
const rules: Readonly<Record<string, Rule>> = {
  text: { field: text(), good: ['', 'a"\\{}\n', smile], bad: ['\0'] },
  'text of a length': { field: text({ min: 2, max: 3 }), good: ['ab', smile.repeat(3)], bad: ['a', smile.repeat(4)] },
  'text of a least length': { field: text({ min: 1 }), good: ['a'], bad: [''] },
  'trimmed text': { field: text({ min: 1, trim: true }), good: [' a '], bad: [''], parserOnly: ['  '] },
  'text in lower case': { field: text({ lowerCase: true }), good: ['ABC', 'é'], bad: [] },
  'text of a pattern': {
    field: text({ pattern: /^#[0-9A-Fa-f]{6}$/ }),
    good: ['#0aF9c3'],
    bad: ['#0aF9c', '#0aF9cg', '#0aF9c3\n', 'x#0aF9c3'],
  },
  'text of a pattern with groups': {
    field: text({ pattern: /^(?:v\d+(\.\d+)?|[\w.-]+@x\/y)$/ }),
    good: ['v1', 'v1.2', 'a.b-c@x/y'],
    bad: ['v', 'v1.', '@x/y', 'v\u0661'],
  },
  'text of a pattern that depends on the locale': {
    field: text({ pattern: /^\s.\S$/i }),
    good: [' ab'],
    bad: [],
    parserOnly: ['abc'],
  },
  'text with a quote in its pattern': { field: text({ pattern: /^[a'\\]+$/ }), good: ["a'\\"], bad: ['b'] },
  'text of a format': { field: text({ format: 'ipv4' }), good: ['192.0.2.1'], bad: ['192.0.2.256'] },
  'text of a format that is no pattern': {
    field: text({ format: 'url' }),
    good: ['https://a.b'],
    bad: [],
    parserOnly: ['a'],
  },
  'text with a test': { field: text({ test: (value) => value !== 'x' }), good: ['y'], bad: [], parserOnly: ['x'] },
  email: {
    field: email(),
    good: ['Ada@Example.com', `${'a'.repeat(242)}@example.com`],
    bad: [`${'a'.repeat(243)}@example.com`, 'ada', 'a@b', '@b.cd', 'a..b@c.de'],
  },
  'one of': { field: oneOf('low', "it's"), good: ['low', "it's"], bad: ['LOW', ''] },
  boolean: { field: boolean(), good: [true, false], bad: ['perhaps'] },
  integer: {
    field: integer(),
    good: [2 ** 31 - 1, -(2 ** 31)],
    bad: [2 ** 31, -(2 ** 31) - 1, 'a'],
  },
  'integer in a range': { field: integer({ min: -1, max: 5 }), good: [-1, 5], bad: [-2, 6] },
  'integer from a least': { field: integer({ min: 0 }), good: [0], bad: [-1] },
  bigint: {
    field: bigint(),
    good: [Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER],
    bad: [2 ** 53, -(2 ** 53), 2 ** 63],
  },
  'bigint in a range': { field: bigint({ min: 0, max: 2 ** 40 }), good: [0, 2 ** 40], bad: [-1, 2 ** 40 + 1] },
  'exact bigint': {
    field: bigint({ exact: true }),
    good: ['9223372036854775807', '-9223372036854775808', '9007199254740993'],
    bad: ['9223372036854775808', '-9223372036854775809', '1.5', ''],
  },
  'exact bigint in a range': { field: bigint({ exact: true, min: 1n, max: 9n }), good: ['1', '9'], bad: ['0', '10'] },
  numeric: {
    field: numeric(),
    good: ['0.1', '-123456789012345678901234567890.123456789', `0.${'1'.repeat(1000)}`],
    bad: ['NaN', 'Infinity', '-Infinity', '', '1,5'],
    parserOnly: ['1e3', `0.${'1'.repeat(1001)}`],
  },
  'numeric of a precision': {
    field: numeric({ precision: 5, scale: 2 }),
    good: ['999.99', '-999.99', '0.05'],
    bad: ['1000.00', '-1000.00', 'NaN', 'Infinity'],
    parserOnly: ['1.005'],
  },
  'numeric of whole digits': { field: numeric({ precision: 3 }), good: ['999'], bad: ['1000'], parserOnly: ['1.5'] },
  'numeric of a fraction': { field: numeric({ precision: 2, scale: 2 }), good: ['0.99'], bad: ['1.00'] },
  'numeric in a range': {
    field: numeric({ precision: 20, scale: 3, min: '-0.005', max: '10000000000000000.001' }),
    good: ['-0.005', '10000000000000000.001'],
    bad: ['-0.006', '10000000000000000.002', 'NaN'],
  },
  float: { field: float(), good: [0.1, -1.7976931348623157e308, 5e-324], bad: ['NaN', 'Infinity', '-Infinity'] },
  'float in a range': { field: float({ min: 0, max: 0.5 }), good: [0, 0.5], bad: [-1e-9, 0.5000001, 'NaN'] },
  uuid: {
    field: uuid(),
    good: ['01936e5a-7c00-7000-8000-000000000001', 'ffffffff-ffff-ffff-ffff-ffffffffffff'],
    bad: ['01936e5a-7c00-7000-8000-00000000000', '01936e5a-7c00-7000-8000-00000000000g', 'x'],
  },
  timestamp: {
    field: timestamp(),
    good: ['0001-01-01T00:00:00Z', '9999-12-31T23:59:59.999Z', '2026-01-31T12:00:00+02:00'],
    bad: [
      '0000-12-31T23:59:59Z',
      '0001-01-01T00:00:00+01:00',
      '2026-02-29T00:00:00Z',
      'infinity',
      '9999-12-31T23:59:59-01:00',
    ],
  },
  'timestamp in a range': {
    field: timestamp({ min: new Date('2000-01-01T00:00:00Z'), max: new Date('2099-12-31T23:59:59.999Z') }),
    good: ['2000-01-01T00:00:00Z', '2099-12-31T23:59:59.999Z'],
    bad: ['1999-12-31T23:59:59.999Z', '2100-01-01T00:00:00Z', 'infinity'],
  },
  'timestamp from a least': {
    field: timestamp({ min: new Date(0) }),
    good: ['1970-01-01T00:00:00Z'],
    bad: ['1969-12-31T23:59:59.999Z', 'infinity'],
  },
  date: {
    field: date(),
    good: ['0001-01-01', '9999-12-31', '2028-02-29'],
    bad: ['0000-01-01', '10000-01-01', '2026-02-29', 'infinity'],
  },
  'date in a range': {
    field: date({ min: '2000-01-01', max: '2000-12-31' }),
    good: ['2000-01-01', '2000-12-31'],
    bad: ['1999-12-31', '2001-01-01'],
  },
  time: {
    field: time(),
    good: ['00:00:00', '23:59:59.999999', '09:30'],
    bad: ['24:00:00', '23:60:00', '25:00'],
    parserOnly: ['09:30:00.1234567'],
  },
  'time in a range': {
    field: time({ min: '09:00', max: '17:00' }),
    good: ['09:00', '17:00:00'],
    bad: ['08:59:59', '17:00:01'],
  },
  interval: {
    field: interval(),
    good: ['PT0S', 'P1Y2M3DT4H5M6.5S', 'P178956970Y7M', 'P2147483647D', 'PT2147483647H'],
    bad: ['-P1D', 'P-1D', 'P178956970Y8M', 'P2147483648D', 'PT1,5S', 'P'],
  },
  bytes: { field: bytes(), good: ['', 'AAH/'], bad: [] },
  'bytes of a length': { field: bytes({ min: 1, max: 3 }), good: ['AA==', 'AAH/'], bad: ['', 'AAAAAA=='] },
  json: {
    field: json(z.object({ a: z.int(), at: timestamp().schema.optional() })),
    good: [{ a: 1 }, { a: 1, at: '2026-01-01T00:00:00.000Z' }],
    bad: [],
    parserOnly: [{ a: 'x' }, null],
  },
  'json with text': { field: json(z.record(z.string(), z.string())), good: [{ 'ü"': '\\u0000' }], bad: [{ a: '\0' }] },
  'array of text': {
    field: array(text({ max: 5 }), { min: 1, max: 3 }),
    good: [['a'], ['', 'NULL', 'a"\\,{']],
    bad: [[], ['a', 'b', 'c', 'd'], [null]],
    parserOnly: [['abcdef']],
  },
  'array in a range': { field: array(integer({ min: 1, max: 5 })), good: [[], [1, 5]], bad: [[0], [1, 6]] },
  'array of one of': { field: array(oneOf('a', 'b')), good: [['a', 'b', 'a']], bad: [['a', 'c']] },
  'array of numbers': { field: array(numeric()), good: [['0.1']], bad: [['NaN'], ['Infinity']] },
  'array with nulls': { field: array(bigint({ exact: true }).nullable()), good: [['1', null]], bad: [['x']] },
  'array of bytes and documents': { field: array(bytes()), good: [['AAH/', '']], bad: [] },
  'array of documents': { field: array(json(z.object({ a: z.string() }))), good: [[{ a: '"\\' }]], bad: [] },
  'array of timestamps': { field: array(timestamp()), good: [['2026-01-01T00:00:00Z']], bad: [['x'], ['infinity']] },
}

const cases = Object.entries(rules).map(([name, rule], index) => {
  const model = class extends Model(`rule_${index}`, { id: identity(), value: rule.field as AnyField }) {}
  return { name, ...rule, model, description: describeModel(model) }
})

/** The wire value as somebody would write it into SQL, past the parser. */
function rawText({ type, element }: AnyField['column'], value: unknown): string {
  if (type === 'jsonb') return JSON.stringify(value)
  if (type === 'bytea') return `\\x${Buffer.from(String(value), 'base64').toString('hex')}`
  if (!Array.isArray(value) || !element) return String(value)
  return toArrayText(value.map((item) => (item === null ? null : rawText(element, item))))
}

const opens: Readonly<Record<string, () => Promise<{ driver: Driver; drop(): Promise<void> }>>> = {
  postgres: async () => {
    const { url, drop } = await createDatabase()
    return { driver: openPostgres({ url }), drop }
  },
  pglite: async () => ({ driver: await openPglite(), drop: async () => {} }),
}

for (const [kind, open] of Object.entries(opens)) {
  describe(`rules, by the parser and by the table on ${kind}`, () => {
    let opened: Awaited<ReturnType<typeof open>>
    before(async () => {
      opened = await open()
      const script = createTableStatements(cases.map(({ model }) => model)).join(';\n')
      await opened.driver.session((connection) => connection.script(script))
    })
    after(() => opened.driver.close().then(() => opened.drop()))

    for (const { name, field, good, bad, parserOnly = [], description } of cases) {
      const column = description.byField.get('value')
      assert.ok(column)
      const insert = async (value: string | null) => {
        const returning = `insert into ${description.table} (value) values ($1) returning id, value`
        const { rows } = await opened.driver.run({ text: returning, values: [value] })
        return rows[0] ?? []
      }
      /** SQLSTATE classes: 22 is a value of no use to the type, 23 a constraint, 0A an array of arrays. */
      const isRefusal = (error: unknown) => /^(22|23|0A)/.test((error as { report: { state: string } }).report.state)

      it(`${name}: both accept ${good.length} values, and what was stored is what was parsed`, async () => {
        for (const value of good) {
          const parsed = z.safeDecode(field.schema, value as never)
          assert.ok(parsed.success, `the parser refuses ${JSON.stringify(value)}: ${parsed.error}`)
          const texts = await insert(toText(description, column, parsed.data))
          const read = rowReader(description)(texts).value
          if (column.type !== 'numeric' && column.type !== 'interval') assert.deepEqual(read, parsed.data)
        }
      })

      it(`${name}: both refuse ${bad.length} values`, async () => {
        for (const value of bad) {
          assert.ok(!z.safeDecode(field.schema, value as never).success, `the parser accepts ${JSON.stringify(value)}`)
          await assert.rejects(insert(rawText(column, value)), isRefusal, `the table accepts ${JSON.stringify(value)}`)
        }
      })

      it(`${name}: ${parserOnly.length} values are refused by the parser alone, and the field says so`, async () => {
        if (parserOnly.length > 0) assert.notDeepEqual(rulesOfParserOnly(column), [])
        for (const value of parserOnly) {
          assert.ok(!z.safeDecode(field.schema, value as never).success, `the parser accepts ${JSON.stringify(value)}`)
          await insert(rawText(column, value))
        }
      })
    }
  })
}

describe('rulesOfParserOnly', () => {
  it('lists what the table cannot say, or what a kind is on its own', () => {
    const listed = new Set(
      cases.flatMap(({ description }) => description.columns).flatMap((column) => rulesOfParserOnly(column)),
    )
    assert.deepEqual([...listed].sort(), [
      'at most 1,000 digits on each side',
      'format url',
      'no rounding to the microsecond',
      'no rounding to the scale',
      'of each item: at most 1,000 digits on each side',
      'of each item: length',
      'of each item: the schema of the document',
      'pattern /^\\s.\\S$/i',
      'test',
      'the schema of the document',
      'trim',
    ])
  })
})
