import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { mergeTwins } from './merge.ts'

const wanted = (name: string) => name.replace(/\d$/, '')

describe('mergeTwins', () => {
  it('keeps one of the schemas that wanted the same name and say the same', () => {
    const merged = mergeTwins(
      {
        paths: { '/': [{ $ref: '#/components/schemas/Page' }, { $ref: '#/components/schemas/Page2' }] },
        schemas: {
          Item: { type: 'string' },
          Item2: { type: 'string' },
          Page: { type: 'array', items: { $ref: '#/components/schemas/Item' } },
          Page2: { type: 'array', items: { $ref: '#/components/schemas/Item2' } },
        },
      },
      wanted,
    )
    assert.deepEqual(Object.keys(merged.schemas), ['Item', 'Page'])
    assert.deepEqual(merged.paths, {
      '/': [{ $ref: '#/components/schemas/Page' }, { $ref: '#/components/schemas/Page' }],
    })
  })

  it('keeps those that differ', () => {
    const part = { paths: {}, schemas: { Item: { type: 'string' }, Item2: { type: 'number' } } }
    assert.equal(mergeTwins(part, wanted), part)
  })
})
