import type { Measured } from '../extras/scripts.ts'
import type { Figures, Timing, Turn } from '../measure/rounds.ts'
import { median, ratioOf, type Spread, spreadOf } from './figures.ts'
import type { CaseResult, Machine, Results } from './results.ts'
import { judge } from './targets.ts'

/** The results as Markdown. */
export function toMarkdown(results: Results): string {
  const { machine, pace, cases, extras, remarks } = results
  const parts = [
    '# Results',
    machineLine(machine),
    `${pace.rounds} interleaved rounds of ${pace.turn} s at full load and ${pace.timing} s on a schedule, after ${pace.warmUp} s of warm-up. Medians; in brackets the least and the most of the rounds. Ratios are taken round by round. [How to read this](../README.md).`,
    ...verdicts(cases),
    ...cases.map(caseTable),
    ...extras.map(extraTable),
    ...(remarks.length > 0 ? ['## Left out', remarks.map((one) => `- ${one}`).join('\n')] : []),
  ]
  return `${parts.join('\n\n')}\n`
}

export function machineLine({
  date,
  processor,
  cores,
  memory,
  system,
  node,
  postgres,
  revision,
  load,
}: Machine): string {
  const where = `${date}, ${processor}, ${cores} cores, ${memory}, ${system}, Node ${node}, PostgreSQL ${postgres}`
  return `${where}, revision ${revision}. Load before the first round: ${load}.`
}

function verdicts(cases: readonly CaseResult[]): string[] {
  const found = judge(cases)
  if (found.length === 0) return []
  const rows = found.map(({ what, wanted, found, isMet }) => [what, wanted, found.toFixed(2), isMet ? 'met' : 'missed'])
  return ['## Targets of Tenon', toTable(['', 'wanted', 'found', ''], rows)]
}

const head = ['', 'server CPU', 'to base', 'PostgreSQL CPU', 'to base', 'requests/s', 'to base']
const timingHead = ['p50', 'p99', 'worst', 'at', 'errors', 'answers']

function caseTable({ title, figures }: CaseResult): string {
  const base = figures.find(({ contestant }) => contestant === 'base')
  const rows = figures.map((one) => [one.title, ...turnCells(one, base), ...timingCells(one)])
  return `## ${title}\n\n${toTable([...head, ...timingHead], rows)}`
}

function turnCells(one: Figures, base: Figures | undefined): string[] {
  const valuesOf = (figures: Figures, name: keyof Turn) => figures.turns.map((turn) => turn[name])
  const cell = (name: keyof Turn, unit: string) => {
    const ratio = base ? inBrackets(ratioOf(valuesOf(one, name), valuesOf(base, name)), 2) : '–'
    return [`${median(valuesOf(one, name)).toFixed(0)}${unit}`, one === base ? '1' : ratio]
  }
  return [...cell('serverCpu', ' µs'), ...cell('postgresCpu', ' µs'), ...cell('rate', '')]
}

function timingCells({ turns, timings, likeness }: Figures): string[] {
  const of = (name: keyof Timing) => median(timings.map((timing) => timing[name]))
  const errors = [...turns, ...timings].reduce((sum, { errors }) => sum + errors, 0)
  const times = (['p50', 'p99', 'worst'] as const).map((name) => `${of(name).toFixed(2)} ms`)
  return [...times, `${of('rate').toFixed(0)}/s`, String(errors), likeness ? `same ${likeness}` : '–']
}

function extraTable({ title, units, base, rows }: Measured): string {
  const names = Object.keys(units)
  const valuesOf = (row: Measured['rows'][number] | undefined, name: string) =>
    (row?.rounds ?? []).map((round) => round[name] ?? Number.NaN)
  const reference = rows.find((row) => row.title === base)
  const cells = rows.map((row) => [
    row.title,
    ...names.flatMap((name) => [
      inBrackets(spreadOf(valuesOf(row, name)), 1),
      ...(reference ? [ratioOf(valuesOf(row, name), valuesOf(reference, name)).median.toFixed(2)] : []),
    ]),
  ])
  const columns = names.flatMap((name) => [units[name] ?? name, ...(reference ? ['to base'] : [])])
  return `## ${title}\n\n${toTable(['', ...columns], cells)}`
}

function inBrackets({ median, least, most }: Spread, digits: number): string {
  const middle = median.toFixed(digits)
  return least === most ? middle : `${middle} (${least.toFixed(digits)}–${most.toFixed(digits)})`
}

export function toTable(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const rule = columns.map((_, index) => (index === 0 ? '---' : '--:'))
  return [line(columns), line(rule), ...rows.map(line)].join('\n')
}
