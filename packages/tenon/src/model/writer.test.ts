import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { z } from 'zod'
import { timestamp } from './times.ts'
import { compileWriter } from './writer.ts'

const write = (schema: z.ZodType, value: unknown) => compileWriter(schema)(value, 'answer')

describe('compileWriter', () => {
  const texts = [
    '',
    'plain',
    '"',
    '\\',
    '\n\t\u0000\u001f',
    '\u2028',
    '\u{1f600}',
    '\ud800',
    'é',
    '</script>',
    '\u007f',
  ]
  for (const text of texts) {
    it(`writes ${JSON.stringify(text)} as JSON.stringify does`, () => {
      assert.equal(write(z.string(), text), JSON.stringify(text))
    })
  }

  it('writes what is declared and nothing else', () => {
    const schema = z.object({
      a: z.int(),
      'b c': z.boolean().nullable(),
      d: z.string().optional(),
      e: z.array(z.enum(['x'])),
    })
    const value = { e: ['x', 'x'], secret: 1, 'b c': null, a: -0.5 }
    assert.equal(write(schema, value), '{"a":-0.5,"b c":null,"e":["x","x"]}')
  })

  it('writes dates in UTC, from codecs and plain', () => {
    const at = new Date('2026-01-31T12:00:00.001Z')
    assert.equal(write(timestamp().schema, at), '"2026-01-31T12:00:00.001Z"')
    assert.equal(write(timestamp().nullable().schema, null), 'null')
    assert.equal(write(z.date(), at), '"2026-01-31T12:00:00.001Z"')
  })

  it('goes the long way through Zod for what it has no writer for', () => {
    const schema = z.union([z.object({ n: timestamp().schema }), z.record(z.string(), z.number())])
    assert.equal(write(schema, { n: new Date(0) }), '{"n":"1970-01-01T00:00:00.000Z"}')
    assert.equal(write(schema, { x: 1 }), '{"x":1}')
  })

  it('follows shapes that contain themselves', () => {
    const Node = z.object({
      name: z.string(),
      get children() {
        return z.array(Node)
      },
    })
    assert.equal(
      write(Node, { name: 'a', children: [{ name: 'b', children: [] }] }),
      '{"name":"a","children":[{"name":"b","children":[]}]}',
    )
  })

  const misfits: [schema: z.ZodType, value: unknown, message: RegExp][] = [
    [z.object({ a: z.string() }), {}, /answer\.a is missing, and its schema wants a text/],
    [z.object({ a: z.string() }), { a: null }, /answer\.a is null/],
    [z.string(), 7, /answer is of type number/],
    [z.number(), Number.NaN, /answer is of type number, and its schema wants a number/],
    [z.date(), new Date(Number.NaN), /wants a Date/],
    [z.array(z.string()), {}, /wants a list/],
  ]
  for (const [schema, value, message] of misfits) {
    it(`refuses ${JSON.stringify(value)} where ${message.source}`, () => {
      assert.throws(() => write(schema, value), message)
    })
  }
})
