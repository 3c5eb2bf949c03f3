import assert from 'node:assert/strict'
import { Writable } from 'node:stream'
import { describe, it } from 'node:test'
import { Outbox } from './outbox.ts'

/** What a server reads in a Bind message: the statement's name and the values. */
function readBind(message: Buffer): { statement: string; values: (string | null)[]; end: number } {
  assert.equal(message[0], 66)
  let at = 5
  const text = () => {
    const from = at
    at = message.indexOf(0, from) + 1
    return message.toString('utf8', from, at - 1)
  }
  const whole = () => {
    at += 2
    return message.readInt16BE(at - 2)
  }
  assert.equal(text(), '', 'the portal')
  const statement = text()
  assert.equal(whole(), 0, 'formats of values')
  const values = Array.from({ length: whole() }, () => {
    const length = message.readInt32BE(at)
    at += 4 + Math.max(0, length)
    return length < 0 ? null : message.toString('utf8', at - length, at)
  })
  assert.equal(whole(), 0, 'formats of results')
  assert.equal(at, message.readInt32BE(1) + 1, 'its length')
  return { statement, values, end: at }
}

function written(isGathering: boolean) {
  const pieces: Buffer[] = []
  const stream = new Writable({
    write: (piece: Buffer, _, done) => {
      pieces.push(piece)
      done()
    },
  })
  return { pieces, outbox: new Outbox(() => stream, isGathering) }
}

describe('Outbox', () => {
  const lists: Record<string, (string | null)[]> = {
    'no values': [],
    'texts and nulls': ['1', null, '', 'Zahnarzt: Prüfung 🎉', null],
    'a long text': ['x'.repeat(999), 'ü'.repeat(1_000), '🎉'.repeat(50_000), 'behind'],
    'many values': Array.from({ length: 5_000 }, (_, index) => `value ${index}`),
  }
  for (const [name, values] of Object.entries(lists)) {
    it(`binds ${name}`, () => {
      const { pieces, outbox } = written(false)
      for (let count = 0; count < 2; count++) {
        outbox.bind('named', values)
        outbox.add(Buffer.from('behind'))
        outbox.send()
      }
      assert.equal(pieces.length, 2)
      for (const piece of pieces) {
        const { end, ...found } = readBind(piece)
        assert.deepEqual(found, { statement: 'named', values })
        assert.equal(piece.toString('latin1', end), 'behind')
      }
    })
  }

  it('sends together what one turn of the event loop has gathered, in its order', async () => {
    const { pieces, outbox } = written(true)
    for (const message of ['one', 'two', 'three']) {
      outbox.add(Buffer.from(message))
      outbox.send()
    }
    assert.deepEqual(pieces, [])
    await new Promise(setImmediate)
    outbox.add(Buffer.from('four'))
    outbox.send()
    await new Promise(setImmediate)
    assert.deepEqual(pieces.map(String), ['onetwothree', 'four'])
  })
})
