import type { Machine } from './results.ts'
import { curve, label, toSvg } from './svg.ts'
import { machineLine, toTable } from './table.ts'

/** The list on a table of so many tasks; milliseconds from the time at which a request was due. */
export interface Rows {
  readonly tasks: number
  readonly p50: number
  readonly p99: number
  readonly errors: number
  readonly plans: string
}

/** The list at full load, by processes and connections; milliseconds from sending. */
export interface Growth {
  readonly workers: number
  readonly connections: number
  readonly rate: number
  readonly serverCpu: number
  readonly p50: number
  readonly p99: number
  readonly errors: number
}

export function toScalingMarkdown(machine: Machine, rate: number, rows: readonly Rows[], growth: readonly Growth[]) {
  const rowCells = rows.map(({ tasks, p50, p99, errors }) => [
    tasks.toLocaleString('en'),
    `${p50.toFixed(2)} ms`,
    `${p99.toFixed(2)} ms`,
    String(errors),
  ])
  const growthCells = growth.map(({ workers, connections, rate, serverCpu, p50, p99, errors }) => [
    `${workers}`,
    `${connections}`,
    rate.toFixed(0),
    `${serverCpu.toFixed(0)} µs`,
    `${p50.toFixed(2)} ms`,
    `${p99.toFixed(2)} ms`,
    `${errors}`,
  ])
  const parts = [
    '# Scaling of the list of 20 with total',
    machineLine(machine),
    `## Rows\n\nA user has 100 tasks, whatever the size of the table. ${rate} requests per second on a schedule.`,
    toTable(['tasks', 'p50', 'p99', 'errors'], rowCells),
    '## Connections and processes\n\nAt full load; latencies count from sending, so they are those of a queue as long as there are connections.',
    toTable(['processes', 'connections', 'requests/s', 'server CPU', 'p50', 'p99', 'errors'], growthCells),
    ...rows.map(({ tasks, plans }) => `## Plans at ${tasks.toLocaleString('en')} tasks\n\n\`\`\`\n${plans}\n\`\`\``),
  ]
  return `${parts.join('\n\n')}\n`
}

const panel = 300
const height = 250

interface Series {
  readonly name: string
  readonly points: readonly (readonly [x: number, y: number])[]
}

export function toScalingPicture(rows: readonly Rows[], growth: readonly Growth[]): string {
  const byWorkers = [...Map.groupBy(growth, ({ workers }) => workers)]
  const series = (value: (one: Growth) => number): Series[] =>
    byWorkers.map(([workers, found]) => ({
      name: workers === 1 ? '1 process' : `${workers} processes`,
      points: found.map((one) => [one.connections, value(one)] as const),
    }))
  const latency = (name: 'p50' | 'p99'): Series => ({
    name,
    points: rows.map((one) => [one.tasks, one[name]] as const),
  })
  const panels = [
    draw(0, 'Latency by rows, ms', [latency('p50'), latency('p99')]),
    draw(
      1,
      'Requests per second by connections',
      series(({ rate }) => rate),
    ),
    draw(
      2,
      'p99 by connections at full load, ms',
      series(({ p99 }) => p99),
    ),
  ]
  return toSvg(3 * panel + 60, height, 'How the list of 20 with total scales', panels.flat())
}

/** A panel with a logarithmic axis of x, and one of y from zero. */
function draw(index: number, title: string, series: readonly Series[]): string[] {
  const left = 24 + index * (panel + 10) + 36
  const [top, bottom, width] = [52, height - 34, panel - 60]
  const xs = [...new Set(series.flatMap(({ points }) => points.map(([x]) => x)))]
  const [first, last] = [Math.log(Math.min(...xs)), Math.log(Math.max(...xs))]
  const most = Math.max(...series.flatMap(({ points }) => points.map(([, y]) => y)))
  const toX = (x: number) => left + ((Math.log(x) - first) / (last - first || 1)) * width
  const toY = (y: number) => bottom - (y / most) * (bottom - top)
  const shown = xs.length > 4 ? xs.filter((_, at) => at % 2 === 0) : xs
  return [
    label({ x: left - 36, y: 20, text: title, kind: 'strong' }),
    ...series.map(({ name }, at) => label({ x: left + at * 80, y: 38, text: name, kind: 'small' })),
    ...series.map((_, at) =>
      curve(
        [
          [left + at * 80 - 14, 34],
          [left + at * 80 - 4, 34],
        ],
        `curve curve-${at}`,
      ),
    ),
    curve(
      [
        [left, top],
        [left, bottom],
        [left + width, bottom],
      ],
      'line',
    ),
    label({ x: left - 6, y: top + 4, text: short(most), anchor: 'end', kind: 'small' }),
    label({ x: left - 6, y: bottom, text: '0', anchor: 'end', kind: 'small' }),
    ...shown.map((x) => label({ x: toX(x), y: bottom + 16, text: short(x), anchor: 'middle', kind: 'small' })),
    ...series.map(({ points }, at) =>
      curve(
        points.map(([x, y]) => [toX(x), toY(y)]),
        `curve curve-${at}`,
      ),
    ),
  ]
}

function short(value: number): string {
  if (value >= 1e6) return `${value / 1e6} M`
  if (value >= 10_000) return `${value / 1000} k`
  return value < 10 ? String(Math.round(value * 10) / 10) : String(Math.round(value))
}
