import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { z } from 'zod'
import {
  array,
  bigint,
  bytes,
  describeModel,
  integer,
  interval,
  json,
  Model,
  numeric,
  text,
  timestamp,
} from '../model/index.ts'
import { fromArrayText, toArrayText } from './array-text.ts'
import { readerOf, toText } from './values.ts'

class Thing extends Model('things', {
  name: text().nullable(),
  size: integer(),
  count: bigint(),
  exact: bigint({ exact: true }),
  price: numeric(),
  at: timestamp(),
  takes: interval(),
  scan: bytes(),
  settings: json(z.object({ theme: z.enum(['dark', 'light']), at: timestamp().schema.optional() })),
  seen: array(timestamp()),
}) {}
const thing = describeModel(Thing)
const columnOf = (field: string) => {
  const column = thing.byField.get(field)
  assert.ok(column)
  return column
}
const write = (field: string, value: unknown) => toText(thing, columnOf(field), value)
const read = (field: string, value: string) => readerOf(columnOf(field), describeModel(Thing))(value)

describe('toText', () => {
  const texts: [field: string, value: unknown, text: string | null][] = [
    ['name', null, null],
    ['exact', -(2n ** 63n), '-9223372036854775808'],
    ['scan', new Uint8Array([0, 255]), '\\x00ff'],
    ['settings', { theme: 'dark', at: new Date(0) }, '{"theme":"dark","at":"1970-01-01T00:00:00.000Z"}'],
    ['seen', [new Date(0)], '{"1970-01-01T00:00:00.000Z"}'],
  ]
  for (const [field, value, expected] of texts) {
    it(`writes ${field} as ${expected}`, () => assert.equal(write(field, value), expected))
  }

  const misfits: [field: string, value: unknown][] = [
    ['price', 1.5],
    ['exact', 1],
    ['exact', 2n ** 63n],
    ['size', 1.5],
    ['count', 1n],
    ['at', new Date(Number.NaN)],
    ['at', new Date(8.64e15)],
    ['scan', 'AA=='],
    ['settings', { theme: 'pink' }],
    ['settings', null],
    ['seen', [null]],
    ['seen', ['1970-01-01']],
  ]
  for (const [field, value] of misfits) {
    it(`refuses ${typeof value} ${value} for ${field}, without repeating it`, () => {
      assert.throws(
        () => write(field, value),
        /^UsageError: Cannot use the value for Thing\.\w+: it is an? \w+ that does not fit\. Give a value for [a-z]+\.$/,
      )
    })
  }
})

describe('readerOf', () => {
  const spans: [postgres: string, iso: string][] = [
    ['00:00:00', 'PT0S'],
    ['1 year 2 mons 3 days 04:05:06.5', 'P1Y2M3DT4H5M6.5S'],
    ['7 days', 'P7D'],
    ['36:00:00', 'PT36H'],
    ['-1 days +02:03:00', 'P-1DT2H3M'],
    ['-00:00:01', 'PT-1S'],
    ['1 mon', 'P1M'],
    ['00:00:00.000001', 'PT0.000001S'],
  ]
  for (const [postgres, iso] of spans) {
    it(`reads the interval ${postgres} as ${iso}`, () => assert.equal(read('takes', postgres), iso))
  }

  it('reads each kind into its memory form', () => {
    assert.equal(read('exact', '9223372036854775807'), 9223372036854775807n)
    assert.equal(read('price', '0.10'), '0.10')
    assert.deepEqual(read('scan', '\\x00ff'), new Uint8Array([0, 255]))
    assert.deepEqual(read('settings', '{"theme": "dark", "old": 1}'), { theme: 'dark' })
    assert.deepEqual(read('seen', '{"1970-01-01 00:00:00+00"}'), [new Date(0)])
  })

  it('refuses what memory cannot hold', () => {
    assert.throws(
      () => read('count', '9007199254740993'),
      /Cannot read Thing\.count: it is beyond the safe integers\. Declare the field as bigint\(\{ exact: true \}\)/,
    )
  })

  const outside: [field: string, text: string, error: RegExp][] = [
    ['at', 'infinity', /^Cannot read Thing\.at: it is infinity, which the field cannot hold\. Store null/],
    ['at', '-infinity', /^Cannot read Thing\.at: it is -infinity/],
    ['at', '10000-01-01 00:00:00+00', /^Cannot read Thing\.at: it is before the year 1 or after 9999/],
    ['at', '0044-03-15 00:00:00+00 BC', /^Cannot read Thing\.at: it is before the year 1 or after 9999/],
    ['seen', '{infinity}', /^Cannot read Thing\.seen: it is infinity/],
  ]
  for (const [field, text, error] of outside) {
    it(`refuses the time ${text}`, () =>
      assert.throws(() => read(field, text), { code: 'TENON_STORED_VALUE', message: error }))
  }

  it('refuses a stored document that breaks its schema, and says where', () => {
    assert.throws(
      () => read('settings', '{"theme": "pink"}'),
      /Cannot read Thing\.settings: the stored document breaks its schema at "theme"/,
    )
  })
})

describe('array texts', () => {
  const lists: (string | null)[][] = [[], ['a'], ['', 'NULL', null], ['a"b\\c', '{,}', ' x ', 'ü\n']]
  for (const list of lists) {
    it(`go there and back: ${JSON.stringify(list)}`, () => assert.deepEqual(fromArrayText(toArrayText(list)), list))
  }

  it('are read as PostgreSQL writes them', () => {
    assert.deepEqual(fromArrayText('{a,NULL,"b c","NULL","\\\\x00","2026-01-01 00:00:00+00"}'), [
      ...['a', null, 'b c', 'NULL', '\\x00', '2026-01-01 00:00:00+00'],
    ])
  })
})
