import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { z } from 'zod'
import { simplify } from '../openapi/simplify.ts'
import { fromZod } from '../openapi/zod-schema.ts'
import {
  type AnyModel,
  array,
  bigint,
  bytes,
  compileWriter,
  date,
  float,
  integer,
  interval,
  json,
  Model,
  numeric,
  oneOf,
  text,
  time,
  timestamp,
  toProblems,
} from './index.ts'

interface SomeField {
  readonly schema: z.ZodType
}

const keywordsOf = ({ schema }: SomeField) => {
  const unknown: string[] = []
  const found = simplify(
    fromZod(schema, { nameOf: (_, wanted) => wanted, onUnknown: (path) => unknown.push(path.join('.')) }),
  )
  assert.deepEqual(unknown, [])
  const { $schema: _, ...keywords } = found
  return keywords
}

describe('each kind', () => {
  const keywords: [name: string, field: SomeField, keywords: object][] = [
    ['text', text({ min: 1, max: 9 }), { type: 'string', minLength: 1, maxLength: 9 }],
    ['text of a pattern', text({ pattern: /^a$/ }), { type: 'string', pattern: '^a$' }],
    ['text of a format', text({ format: 'url' }), { type: 'string', format: 'uri' }],
    ['integer', integer(), { type: 'integer', format: 'int32' }],
    ['integer in a range', integer({ min: 1, max: 5 }), { type: 'integer', minimum: 1, maximum: 5 }],
    ['bigint', bigint(), { type: 'integer', format: 'int64' }],
    ['exact bigint', bigint({ exact: true }), { type: 'string', pattern: '^-?(?:0|[1-9]\\d{0,18})$' }],
    [
      'numeric',
      numeric({ precision: 5, scale: 2 }),
      { type: 'string', pattern: '^-?(?:0|[1-9]\\d{0,2})(?:\\.\\d{1,2})?$' },
    ],
    ['float', float({ min: 0, max: 0.5 }), { type: 'number', minimum: 0, maximum: 0.5 }],
    ['timestamp', timestamp(), { type: 'string', format: 'date-time' }],
    ['date', date(), { type: 'string', format: 'date' }],
    ['interval', interval(), { type: 'string', format: 'duration' }],
    [
      'bytes',
      bytes({ min: 1, max: 4 }),
      { type: 'string', format: 'base64', contentEncoding: 'base64', minLength: 4, maxLength: 8 },
    ],
    [
      'array',
      array(oneOf('a', 'b'), { max: 3 }),
      { type: 'array', maxItems: 3, items: { type: 'string', enum: ['a', 'b'] } },
    ],
    [
      'json',
      json(z.object({ a: z.int().optional() })),
      { type: 'object', properties: { a: { type: 'integer', minimum: -9007199254740991, maximum: 9007199254740991 } } },
    ],
  ]
  for (const [name, field, expected] of keywords) {
    it(`has its keywords in OpenAPI: ${name}`, () => assert.deepEqual(keywordsOf(field), expected))
  }

  const written: [name: string, field: SomeField, memory: unknown, wire: string][] = [
    ['exact bigint', bigint({ exact: true }), 9223372036854775807n, '"9223372036854775807"'],
    ['numeric', numeric(), '0.10', '"0.10"'],
    ['bytes', bytes(), new Uint8Array([0, 1, 255]).subarray(1), '"Af8="'],
    ['array of timestamps', array(timestamp()), [new Date(0)], '["1970-01-01T00:00:00.000Z"]'],
    [
      'json with a date',
      json(z.object({ at: timestamp().schema })),
      { at: new Date(0) },
      '{"at":"1970-01-01T00:00:00.000Z"}',
    ],
    ['time', time(), '09:30:00', '"09:30:00"'],
  ]
  for (const [name, field, memory, wire] of written) {
    it(`is written as JSON: ${name}`, () => assert.equal(compileWriter(field.schema)(memory, 'answer'), wire))
  }

  it('refuses to write what is not its memory form', () => {
    assert.throws(
      () => compileWriter(bytes().schema)('AA==', 'answer'),
      /answer is of type string, and its schema wants a Uint8Array/,
    )
    assert.throws(() => compileWriter(bigint({ exact: true }).schema)(1, 'answer'), /wants a bigint/)
  })

  it('says what is wrong in words', () => {
    const fields = {
      price: numeric({ precision: 5, scale: 2, min: '0' }),
      total: numeric({ precision: 3, max: '10' }),
      count: bigint({ exact: true }),
      on: date({ min: '2026-01-01' }),
      at: time(),
      due: timestamp({ max: new Date(0) }),
      takes: interval(),
      scan: bytes({ max: 1 }),
      size: integer({ max: 5 }),
      seen: array(integer(), { max: 1 }),
      notes: json(z.object({ a: z.string() })),
    }
    class Thing extends Model('things', fields) {}
    const input = {
      price: '-1',
      total: '1.5',
      count: 'x',
      on: '2025-12-31',
      at: '9',
      due: '2026-01-01T00:00:00Z',
      takes: '1 day',
      scan: 'AAA=',
      size: 6,
      seen: [1, 2],
      notes: { a: '\0' },
    }
    const { error } = Thing.create.safeParse(input)
    assert.deepEqual(
      toProblems(Thing.create, input, error?.issues ?? []).map(({ message }) => message),
      [
        'price must be at least 0.',
        'total must be a decimal number as a text, of at most 3 digits.',
        'count must be a whole number as a text.',
        'on must be from 2026-01-01 to 9999-12-31.',
        'at must be a time like 09:30:00.',
        'due must be no later than 1970-01-01T00:00:00.000Z.',
        'takes must be a duration like P1DT2H.',
        'scan must have at most 1 byte.',
        'size must be at most 5.',
        'seen must have at most 1 item.',
        'notes must hold only Unicode text without NUL characters.',
      ],
    )
  })

  const mistakes: [what: string, make: () => unknown, message: RegExp][] = [
    ['a scale without a precision', () => numeric({ scale: 2 }), /it has a scale without a precision\. Give both/],
    ['a limit that is no number', () => numeric({ min: 'x' }), /the limit "x" is no decimal number\. Write "12\.50"/],
    ['a limit that is no date', () => date({ min: '2026-1-1' }), /the limit "2026-1-1" is none\. Write "2026-01-31"/],
    ['a limit that is no time', () => time({ max: '24:00' }), /the limit "24:00" is none\. Write "09:30:00"/],
    ['an array of arrays', () => array(array(text())), /PostgreSQL has no such type\. Use json\(z\.array/],
  ]
  for (const [what, make, message] of mistakes) it(`refuses ${what}`, () => assert.throws(make, message))

  it('is in a model that has the name of its table where it has no class', () => {
    const models: AnyModel[] = [Model('nameless', { a: text() })]
    assert.equal((models[0] as unknown as { name: string }).name, 'nameless')
  })
})
