import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { exampleOf } from './example.ts'
import type { JsonSchema } from './json-schema.ts'

const node: JsonSchema = {
  type: 'object',
  properties: {
    parent: { anyOf: [{ $ref: 'node' }, { type: 'null' }] },
    children: { type: 'array', items: { $ref: 'node' } },
  },
}
const resolve = (schema: JsonSchema) => (schema.$ref === 'node' ? node : schema)
const example = (schema: JsonSchema) => exampleOf(schema, resolve)

describe('exampleOf', () => {
  it('takes the example, the default or the first choice that the schema has', () => {
    assert.equal(example({ type: 'string', examples: ['milk', 'bread'], default: 'x' }), 'milk')
    assert.equal(example({ type: 'string', enum: ['low', 'high'], default: 'high' }), 'high')
    assert.equal(example({ type: ['string', 'null'], enum: ['low', null], default: null }), 'low')
    assert.equal(example({ const: 'bearer' }), 'bearer')
  })

  it('makes texts by format, name and length', () => {
    const { at, due_date, code, short } = example({
      type: 'object',
      properties: {
        at: { type: 'string', format: 'date-time' },
        due_date: { type: 'string' },
        code: { type: 'string', minLength: 6 },
        short: { type: 'string', maxLength: 2 },
      },
    }) as Record<string, string>
    assert.equal(new Date(at ?? '').toISOString().slice(0, 4), '2026')
    assert.deepEqual([due_date, code, short], ['Due date', 'Code..', 'Sh'])
  })

  it('leaves out a text whose pattern it cannot fulfil', () => {
    assert.deepEqual(example({ type: 'object', properties: { color: { type: 'string', pattern: '^#\\d+$' } } }), {})
  })

  it('keeps numbers within their limits', () => {
    assert.equal(example({ type: 'integer' }), 1)
    assert.equal(example({ type: 'integer', minimum: 5, maximum: 9 }), 5)
    assert.equal(example({ type: 'integer', maximum: -2 }), -2)
    assert.equal(example({ type: 'number', exclusiveMinimum: 10, multipleOf: 4 }), 16)
  })

  it('makes lists as long as they must be', () => {
    assert.deepEqual(example({ type: 'array', items: { type: 'boolean' }, minItems: 2 }), [true, true])
  })

  it('takes the first choice that is something, and joins the parts of a whole', () => {
    assert.equal(example({ anyOf: [{ type: 'null' }, { type: 'integer' }] }), 1)
    const parts = ['one', 'two'].map((name) => ({ type: 'object', properties: { [name]: { type: 'boolean' } } }))
    assert.deepEqual(example({ allOf: parts }), { one: true, two: true })
  })

  it('ends where a schema holds itself', () => {
    assert.deepEqual(example({ $ref: 'node' }), { parent: null, children: [] })
  })
})
