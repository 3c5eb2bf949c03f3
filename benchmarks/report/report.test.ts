import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Figures } from '../measure/rounds.ts'
import { toFrames } from '../profile.ts'
import { median, ratioOf } from './figures.ts'
import { toPicture } from './picture.ts'
import type { CaseResult, Results } from './results.ts'
import { toMarkdown } from './table.ts'
import { judge } from './targets.ts'

function figuresOf(contestant: string, cpu: readonly number[], rate: number): Figures {
  const turns = cpu.map((serverCpu) => ({ rate, serverCpu, postgresCpu: 50, errors: 0 }))
  const timings = [{ rate: rate / 2, p50: 1, p99: 2, worst: 3, lag: 0.1, errors: 1 }]
  return { contestant, title: contestant, likeness: 'bytes', turns, timings }
}

// The machine was half as fast in the second round, for both.
const list: CaseResult = {
  name: 'list',
  title: 'list of 20 with total',
  figures: [figuresOf('tenon', [30, 60, 31], 3000), figuresOf('base', [100, 200, 100], 1000)],
}

describe('ratioOf', () => {
  it('compares round by round', () => {
    assert.deepEqual(ratioOf([30, 60, 31], [100, 200, 100]), { median: 0.3, least: 0.3, most: 0.31 })
    assert.equal(median([1, 2, 3, 10]), 2.5)
  })
})

describe('judge', () => {
  it('says which targets are met, of those whose two sides were measured', () => {
    const found = judge([list]).map(({ what, wanted, found, isMet }) => [what, wanted, found, isMet])
    assert.deepEqual(found, [
      ['server CPU per request, list of 20 with total, to base', '≤ 0.38', 0.3, true],
      ['requests per second, list of 20 with total, to base', '≥ 2.00', 3, true],
      ['PostgreSQL CPU per request, list of 20 with total, to base', '≤ 1.03', 1, true],
    ])
    const slower = { ...list, figures: [figuresOf('tenon', [39, 39], 1900), figuresOf('base', [100, 100], 1000)] }
    assert.deepEqual(
      judge([slower]).map(({ isMet }) => isMet),
      [false, false, true],
    )
  })
})

describe('toMarkdown', () => {
  it('shows medians, ratios with their spread, and errors', () => {
    const machine = { date: '2026-01-01', processor: 'x', cores: 2, memory: '4 GiB', system: 'Linux', load: 0.1 }
    const results: Results = {
      machine: { ...machine, node: 'v24', postgres: '18', revision: 'abc' },
      pace: { rounds: 3, warmUp: 1, warmRequests: 1, turn: 1, timing: 1, fraction: 0.5 },
      cases: [list],
      extras: [
        { name: 'x', title: 'Driver', base: 'pg', units: { cpu: 'µs' }, rows: [{ title: 'pg', rounds: [{ cpu: 5 }] }] },
      ],
      remarks: ['nobody'],
    }
    const text = toMarkdown(results)
    assert.match(text, /\| tenon \| 31 µs \| 0\.30 \(0\.30–0\.31\) \| 50 µs \| 1\.00 \| 3000 \| 3\.00 \| 1\.00 ms \|/)
    assert.match(text, /\| 1500\/s \| 1 \| same bytes \|/)
    assert.match(text, /\| pg \| 5\.0 \| 1\.00 \|/)
    assert.match(text, /## Left out\n\n- nobody/)
  })
})

describe('toPicture', () => {
  it('draws a bar for each contestant, as long as it costs', () => {
    const picture = toPicture([list])
    const widths = [...picture.matchAll(/<rect class="(server[a-z-]*)" x="\d+" y="\d+" width="([\d.]+)" height="13"/g)]
    assert.deepEqual(
      widths.map(([, kind]) => kind),
      ['server-strong', 'server'],
    )
    const [tenon, base] = widths.map(([, , width]) => Number(width))
    assert.ok(Math.abs((tenon ?? 0) / (base ?? 1) - 0.31) < 0.01)
    assert.match(picture, /^<svg xmlns="http:\/\/www.w3.org\/2000\/svg"[\s\S]*<\/svg>\n$/)
  })
})

describe('toFrames', () => {
  it('adds up the time of each function, and leaves out the time in which nothing ran', () => {
    const frame = (id: number, functionName: string, url = '', lineNumber = 0) => {
      return { id, callFrame: { functionName, url, lineNumber } }
    }
    const write = frame(2, 'write', 'file:///home/packages/tenon/src/model/writer.ts', 9)
    const profile = {
      nodes: [frame(1, '(idle)'), write, { ...write, id: 3 }, frame(4, '')],
      samples: [1, 2, 3, 4, 2],
      timeDeltas: [1000, 10, 20, 5, 30],
    }
    assert.deepEqual(toFrames(profile), [
      { place: '`write` model/writer.ts:10', time: 60 },
      { place: '`(anonymous)`', time: 5 },
    ])
  })
})
