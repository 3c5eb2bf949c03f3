import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { nearest } from './nearest.ts'

describe('nearest', () => {
  const words = ['upgrade', 'downgrade', 'current', 'history']

  it('finds what a slip of the fingers meant', () => {
    for (const slip of ['upgrde', 'upgarde', 'upgradee', 'upgrada', 'ugprade'])
      assert.equal(nearest(slip, words), 'upgrade')
    assert.equal(nearest('dwongrade', words), 'downgrade')
  })

  it('does not guess where nothing is near', () => {
    assert.equal(nearest('serve', words), undefined)
    assert.equal(nearest('', words), undefined)
    assert.equal(nearest('upgrade', []), undefined)
  })
})
