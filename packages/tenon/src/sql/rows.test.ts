import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { boolean, describeModel, identity, Model, text, timestamp } from '../model/index.ts'
import { compiledValues, rowReader, walkedValues } from './rows.ts'

class Odd extends Model('odd', {
  id: identity(),
  '"]:}`': text().columnName('quoted'),
  flag: boolean().nullable(),
  at: timestamp().nullable(),
}) {}

const rows = [
  ['7', 'a', 't', '2026-01-31 12:00:00.123456+00'],
  ['8', '', null, null],
]

describe('rowReader', () => {
  it('reads the same whether the engine compiles it or not', () => {
    const model = describeModel(Odd)
    for (const row of rows) {
      const walked = walkedValues(model)([null, ...row], 1)
      assert.deepEqual(compiledValues(model)([null, ...row], 1), walked)
      assert.deepEqual({ ...rowReader(model)(row) }, walked)
    }
    assert.deepEqual(Object.keys(compiledValues(model)(rows[0] ?? [], 0)), ['id', '"]:}`', 'flag', 'at'])
  })
})
