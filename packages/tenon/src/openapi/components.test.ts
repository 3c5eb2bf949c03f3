import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { z } from 'zod'
import type { Schema } from '../http/schema.ts'
import { shapeNames } from '../model/registries.ts'
import { timestamp } from '../model/times.ts'
import { Components } from './components.ts'
import type { JsonSchema } from './json-schema.ts'

function silent(): Components {
  return new Components((message) => assert.fail(message))
}

/** A schema of some other library. */
function foreign(jsonSchema?: { input: (options: { target: string }) => JsonSchema }): Schema {
  const validate = (value: unknown) => ({ value })
  return { '~standard': { version: 1, vendor: 'other', validate, ...(jsonSchema ? { jsonSchema } : {}) } }
}

describe('Components', () => {
  it('describes the wire form of a codec, with the default and the examples that belong to it', () => {
    const { schema } = timestamp().example('2026-01-01T00:00:00Z')
    const described = silent().describe(z.object({ at: z._default(schema, new Date(0)) }), 'body')
    assert.deepEqual(described, {
      type: 'object',
      properties: {
        at: {
          type: 'string',
          format: 'date-time',
          examples: ['2026-01-01T00:00:00Z'],
          default: '1970-01-01T00:00:00.000Z',
        },
      },
    })
  })

  it('leaves out a default that is another at each time', () => {
    const schema = timestamp().schema.default(() => new Date())
    assert.deepEqual(silent().describe(schema, 'body'), { type: 'string', format: 'date-time' })
  })

  it('keeps a named shape once and refers to it', () => {
    const components = silent()
    const Tag = z.object({ name: z.string().describe('Short.') }).register(shapeNames, { id: 'Tag' })
    const described = components.describe(z.array(Tag), 'answer')
    assert.deepEqual(described, { type: 'array', items: { $ref: '#/components/schemas/Tag' } })
    assert.deepEqual(components.describe(Tag, 'answer'), { $ref: '#/components/schemas/Tag' })
    assert.deepEqual(components.reachableFrom(described), {
      Tag: { type: 'object', properties: { name: { type: 'string', description: 'Short.' } }, required: ['name'] },
    })
  })

  it('names the second of two shapes of one name differently', () => {
    const components = silent()
    const shapes = [z.string(), z.number()].map((value) => z.object({ value }).register(shapeNames, { id: 'Box' }))
    const described = components.describe(z.tuple([shapes[0] as z.ZodObject, shapes[1] as z.ZodObject]), 'answer')
    assert.deepEqual(Object.keys(components.reachableFrom(described)), ['Box', 'Box2'])
    assert.equal(components.wantedName('Box2'), 'Box')
  })

  it('follows models that hold each other', () => {
    const components = silent()
    const User = z.object({
      get tasks() {
        return z.array(Task)
      },
    })
    const Task: z.ZodObject = z.object({
      get user() {
        return User.nullable()
      },
    })
    User.register(shapeNames, { id: 'User' })
    Task.register(shapeNames, { id: 'Task' })
    const described = components.describe(User, 'answer')
    assert.deepEqual(Object.keys(components.reachableFrom(described)), ['Task', 'User'])
  })

  it('gives a name to a nameless shape that holds itself', () => {
    const components = silent()
    const Node = z.object({
      get children() {
        return z.array(Node)
      },
    })
    const described = components.describe(Node, 'answer')
    assert.deepEqual(components.resolve(described).properties?.children, { type: 'array', items: described })
  })

  it('asks other libraries for their JSON Schema', () => {
    const schema = foreign({
      input: ({ target }) => ({ $schema: target, type: 'object', $defs: { Tag: { type: 'null' } } }),
    })
    assert.deepEqual(silent().describe(schema, 'body'), { type: 'object' })
  })

  it('describes as anything what a library cannot say, and names the place', () => {
    const warnings: string[] = []
    const components = new Components((message) => warnings.push(message))
    assert.deepEqual(components.describe(foreign(), 'body of POST /tasks'), {})
    assert.match(warnings.join(), /body of POST \/tasks: its library "other" gives no JSON Schema/)
  })
})
