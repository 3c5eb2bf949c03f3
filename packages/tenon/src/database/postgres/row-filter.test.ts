import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { RowFilter } from './row-filter.ts'

function message(code: string, body: Buffer): Buffer {
  const head = Buffer.alloc(5)
  head.write(code)
  head.writeUInt32BE(body.length + 4, 1)
  return Buffer.concat([head, body])
}

const row = (text: string) =>
  message('D', Buffer.concat([Buffer.from([0, 1, 0, 0, 0, text.length]), Buffer.from(text)]))

/** What two statements might be answered; the rows of the first are taken as bytes. */
const messages = [
  message('1', Buffer.alloc(0)),
  message('2', Buffer.alloc(0)),
  row('a'),
  row('bb'),
  message('N', Buffer.alloc(40, 'x')),
  row('ccc'),
  message('C', Buffer.from('SELECT 3\0')),
  message('Z', Buffer.from('I')),
  row('left'),
  message('Z', Buffer.from('I')),
]

/** Feeds the answer in pieces and tells, in order, what went where. */
function seen(sizes: (left: number) => number): string {
  const told: string[] = []
  let passed = Buffer.alloc(0)
  let isTaking = true
  const settle = () => {
    for (;;) {
      const end = passed.length < 5 ? Number.POSITIVE_INFINITY : 1 + passed.readUInt32BE(1)
      if (end > passed.length) return
      const code = passed.toString('latin1', 0, 1)
      told.push(code === 'D' ? `D ${passed.toString('latin1', 11, end)}` : code)
      if (code === 'Z') isTaking = false
      passed = passed.subarray(end)
    }
  }
  const take = (bytes: Buffer, start: number) => {
    if (isTaking) told.push(`taken ${bytes.toString('latin1', start + 6, start + 6 + bytes.readInt32BE(start + 2))}`)
    return isTaking
  }
  const filter = new RowFilter(take, (chunk) => {
    passed = Buffer.concat([passed, chunk])
    settle()
  })
  const answer = Buffer.concat(messages)
  for (let at = 0; at < answer.length; ) {
    const end = Math.min(answer.length, at + sizes(answer.length - at))
    filter.push(Buffer.from(answer.subarray(at, end)))
    at = end
  }
  assert.equal(passed.length, 0)
  return told.join(', ')
}

describe('RowFilter', () => {
  it('takes rows in their turn, however the bytes arrive', () => {
    const expected = '1, 2, taken a, taken bb, N, taken ccc, C, Z, D left, Z'
    assert.equal(
      seen((left) => left),
      expected,
    )
    for (let size = 1; size < 60; size++)
      assert.equal(
        seen(() => size),
        expected,
        `in pieces of ${size}`,
      )
    for (let first = 1; first < 110; first++) {
      let isFirst = true
      const sizes = (left: number) => {
        const size = isFirst ? first : left
        isFirst = false
        return size
      }
      assert.equal(seen(sizes), expected, `cut at ${first}`)
    }
  })
})
