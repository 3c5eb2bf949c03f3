import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { uuidV7 } from './uuid-v7.ts'

describe('uuidV7', () => {
  it('makes UUIDs of version 7 that sort as they were made', () => {
    const made = Array.from({ length: 10_000 }, () => uuidV7.make())
    assert.deepEqual(made, made.toSorted())
    assert.equal(new Set(made).size, made.length)
    for (const id of made.slice(0, 10))
      assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    assert.ok(Math.abs(Number.parseInt(made[0]?.replaceAll('-', '').slice(0, 12) ?? '', 16) - Date.now()) < 10_000)
  })
})
