import type { Figures } from '../measure/rounds.ts'
import { median } from './figures.ts'
import type { CaseResult } from './results.ts'
import { bar, label, toSvg } from './svg.ts'

const width = 960
const gap = 24
const row = 19
const names = 190
const numbers = 88
const panel = (width - 3 * gap) / 2

/** One panel for each case: processor time of a request, the server's and PostgreSQL's, for each contestant. */
export function toPicture(cases: readonly CaseResult[]): string {
  const parts = [
    label({ x: gap, y: 28, text: 'Processor time of one request, µs; less is better', kind: 'title' }),
    ...key(width - gap - 210, 18),
  ]
  let y = 48
  for (let index = 0; index < cases.length; index += 2) {
    const pair = cases.slice(index, index + 2)
    parts.push(...pair.flatMap((one, column) => drawCase(one, gap + column * (panel + gap), y)))
    y += Math.max(...pair.map(({ figures }) => figures.length)) * row + 44
  }
  return toSvg(width, y, 'Processor time of one request, by case and contestant', parts)
}

function key(x: number, y: number): string[] {
  return [
    ...[bar(x, y, 10, 10, 'server-strong'), bar(x + 13, y, 10, 10, 'server')],
    label({ x: x + 30, y: y + 10, text: 'server' }),
    bar(x + 90, y, 10, 10, 'postgres'),
    label({ x: x + 107, y: y + 10, text: 'PostgreSQL' }),
  ]
}

function drawCase({ title, figures }: CaseResult, x: number, y: number): string[] {
  const costs = figures.map((one) => ({ one, server: costOf(one, 'serverCpu'), postgres: costOf(one, 'postgresCpu') }))
  const most = Math.max(...costs.map(({ server, postgres }) => server + postgres))
  const scale = (panel - names - numbers) / most
  const rows = costs.flatMap(({ one, server, postgres }, index) => {
    const isTenon = one.contestant === 'tenon'
    const top = y + 24 + index * row
    const start = x + names
    return [
      label({ x: start - 8, y: top + 12, text: one.title, anchor: 'end', kind: isTenon ? 'strong' : 'small' }),
      bar(start, top + 2, server * scale, 13, isTenon ? 'server-strong' : 'server'),
      bar(start + server * scale, top + 2, postgres * scale, 13, 'postgres'),
      label({
        x: start + (server + postgres) * scale + 6,
        y: top + 12,
        text: `${server.toFixed(0)} + ${postgres.toFixed(0)}`,
        kind: 'small',
      }),
    ]
  })
  return [label({ x, y: y + 14, text: title, kind: 'strong' }), ...rows]
}

function costOf({ turns }: Figures, name: 'serverCpu' | 'postgresCpu'): number {
  return median(turns.map((turn) => turn[name]))
}
