import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { compiled, type Part, walked } from './json-generated.ts'

const parts: Part[] = [
  { prefix: '{"id":', index: 1, cell: { kind: 'bare' }, none: 'null' },
  { prefix: ',"f0(\'\\"`":', index: 0, cell: { kind: 'text' }, none: 'null' },
  { prefix: ',"flag":', index: 2, cell: { kind: 'boolean' }, none: 'null' },
  { prefix: ',"key":', index: 3, cell: { kind: 'quoted' }, none: (place) => `"none at ${place}"` },
  { prefix: ',"n":', index: 4, cell: { kind: 'written', write: (text, place) => `"${text}@${place}"` }, none: 'null' },
  { prefix: ',"more":', index: 5, related: (value, place) => `[${value},"${place}"]` },
]
const rows = [
  ['"a\n', '1', 't', 'k', 'x', '7'],
  [null, null, null, null, null, null],
]

describe('a generated writer', () => {
  it('writes the same whether the engine compiles it or not', () => {
    const expected = [
      '{"id":1,"f0(\'\\"`":"\\"a\\n","flag":true,"key":"k","n":"x@here","more":[7,"here"]}',
      '{"id":null,"f0(\'\\"`":null,"flag":null,"key":"none at here","n":null,"more":[null,"here"]}',
    ]
    for (const write of [compiled(parts), walked(parts)]) {
      assert.deepEqual(
        rows.map((row) => write(row, row, 'here')),
        expected,
      )
    }
  })
})
