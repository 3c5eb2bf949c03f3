import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { boolean, describeModel, identity, integer, Model, oneOf, text, timestamp } from '../model/index.ts'
import { countStatement, type Selection, selectStatement } from './statements.ts'
import { allOf, anyOf, not } from './where.ts'
import { insertStatement, updateStatement } from './writes.ts'

/** A model that no statement has been kept for. */
function newModel() {
  class Thing extends Model('things', {
    id: identity(),
    name: text(),
    level: oneOf('low', 'high').default('low'),
    count: integer().default(0),
    done: boolean().default(false),
    at: timestamp().nullable(),
  }) {}
  return describeModel(Thing)
}

const conditions: object[] = [
  {},
  { name: 'a' },
  { name: 'b' },
  { name: 'a', count: 1 },
  { count: 1, name: 'a' },
  { name: null },
  { count: 1.5 },
  { count: 2 ** 40 },
  { count: { gt: 1 } },
  { count: { gte: 1 } },
  { count: { gte: 1, lt: 2 } },
  { count: { lt: 2 ** 40 } },
  { level: { gt: 'low' } },
  { level: { equals: 'low' } },
  { name: { contains: '%' } },
  { name: { contains: '%', ignoreCase: true } },
  { name: { startsWith: 'a' } },
  { name: { equals: 'a' } },
  { name: { equals: 'a', ignoreCase: true } },
  { name: { in: ['a'] } },
  { at: new Date(5) },
  { at: { lte: new Date(6) } },
  anyOf({ name: 'a' }, { count: 1 }),
  anyOf({ name: 'a' }, anyOf({ count: 1 }, { done: true })),
  anyOf({ name: 'a' }, { count: 2 ** 40 }),
  allOf({ name: 'a' }, { count: 1 }),
  not({ name: 'a' }),
  anyOf(),
]

const selections: Partial<Selection>[] = [
  { order: [['name', 'asc']] },
  { order: [['name', 'desc']] },
  { order: [['level', 'desc']], limit: 1 },
  { limit: 2 },
  { offset: 2 },
  { limit: 1, offset: 2 },
  { members: [{ name: 'id', of: 'id' }] },
  { members: [{ name: 'id', of: 'count' }] },
  { distinct: true, limit: 3 },
]

describe('a plain key', () => {
  it('stands for the text that its statement has anyway', () => {
    const shared = newModel()
    for (const round of [1, 2, 3]) {
      for (const where of conditions) {
        for (const make of [
          (model: typeof shared) => selectStatement({ model, where: [where] }),
          (model: typeof shared) => selectStatement({ model, where: [where, { done: true }], limit: round }),
          (model: typeof shared) => countStatement({ model, where: [where] }),
          (model: typeof shared) => updateStatement({ model, where: [where] }, { name: `${round}` }),
        ]) {
          assert.deepEqual(make(shared), make(newModel()))
        }
      }
      for (const selection of selections) {
        const make = (model: typeof shared) => selectStatement({ model, where: [], ...selection })
        assert.deepEqual(make(shared), make(newModel()))
      }
      for (const values of [{ name: `${round}` }, { name: 'b', count: round }, { name: 'c', at: null }]) {
        assert.deepEqual(insertStatement(shared, [values]), insertStatement(newModel(), [values]))
      }
    }
  })

  it('is refused where the whole statement would be', () => {
    const model = newModel()
    selectStatement({ model, where: [], limit: 1 })
    for (const limit of [-1, 1.5, Number.NaN]) {
      assert.throws(() => selectStatement({ model, where: [], limit }), /no number of rows/)
    }
    for (const where of [{ nope: 1 }, { name: undefined }, { name: 1 }]) {
      assert.throws(() => selectStatement({ model, where: [where] }), /^TenonError|UsageError/)
    }
  })
})
