import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { refreshed } from './quotes.ts'

describe('the documentation', () => {
  for (const [file, { now, wanted }] of refreshed()) {
    it(`quotes in ${file} what the files hold (refresh with: npm run fix)`, () => {
      assert.equal(now, wanted)
    })
  }
})
