import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { likenessOf } from './compare.ts'

describe('likenessOf', () => {
  const wanted = ['{"id":1,"due_date":"2026-01-01T00:00:00.500Z"}']

  it('tells the same bytes from the same JSON', () => {
    assert.equal(likenessOf(wanted, wanted, false), 'bytes')
    assert.equal(likenessOf(['{"due_date":"2026-01-01T01:00:00.5+01:00", "id":1}'], wanted, false), 'JSON')
  })

  it('refuses another value, another type, and what is missing or added', () => {
    for (const found of [
      '{"id":2,"due_date":"2026-01-01T00:00:00.500Z"}',
      '{"id":"1","due_date":"2026-01-01T00:00:00.500Z"}',
      '{"id":1,"due_date":"2026-01-01T00:00:00Z"}',
      '{"id":1}',
      '{"id":1,"due_date":"2026-01-01T00:00:00.500Z","more":null}',
    ]) {
      assert.throws(() => likenessOf([found], wanted, false), /Answer 0 differs/, found)
    }
  })

  it('leaves out of a write what the clock of the database has set', () => {
    const [one, other] = [
      '{"id":1,"created_at":"2026-01-01T00:00:00Z"}',
      '{"id":1,"created_at":"2026-01-02T00:00:00Z"}',
    ]
    assert.equal(likenessOf([one], [other], true), 'bytes')
    assert.throws(() => likenessOf([one], [other], false), /differs/)
  })
})
