import type { Figures, Turn } from '../measure/rounds.ts'
import { median, ratioOf } from './figures.ts'
import type { CaseResult } from './results.ts'

/** What Tenon set out to reach, as a ratio to another contestant. */
interface Target {
  readonly measure: 'serverCpu' | 'postgresCpu' | 'rate'
  readonly case: string
  readonly to: string
  readonly wanted: number
}

const measures = {
  serverCpu: 'server CPU per request',
  postgresCpu: 'PostgreSQL CPU per request',
  rate: 'requests per second',
} as const

const targets: readonly Target[] = [
  { measure: 'serverCpu', case: 'one', to: 'base', wanted: 0.5 },
  { measure: 'serverCpu', case: 'list', to: 'base', wanted: 0.38 },
  { measure: 'serverCpu', case: 'insert', to: 'base', wanted: 0.62 },
  { measure: 'serverCpu', case: 'thousand', to: 'base', wanted: 0.5 },
  { measure: 'rate', case: 'list', to: 'base', wanted: 2 },
  { measure: 'rate', case: 'list', to: 'hono-drizzle-zod', wanted: 4 },
  { measure: 'rate', case: 'list', to: 'fastapi-sqlmodel', wanted: 8 },
  ...['one', 'list', 'tags', 'search', 'thousand', 'insert', 'update'].map(
    // No more than the base's; two servers that do the same differ by up to three percent from run to run.
    (name): Target => ({ measure: 'postgresCpu', case: name, to: 'base', wanted: 1.03 }),
  ),
]

export interface Verdict {
  readonly what: string
  readonly wanted: string
  readonly found: number
  readonly isMet: boolean
}

/** The targets of which both sides were measured. */
export function judge(cases: readonly CaseResult[]): Verdict[] {
  return targets.flatMap(({ measure, case: name, to, wanted }) => {
    const found = cases.find((one) => one.name === name)
    const [tenon, other] = ['tenon', to].map((who) => found?.figures.find(({ contestant }) => contestant === who))
    if (!found || !tenon || !other) return []
    const ratio = Math.round(median(ratiosOf(measure, tenon, other)) * 100) / 100
    const isMost = measure !== 'rate'
    return {
      what: `${measures[measure]}, ${found.title}, to ${other.title}`,
      wanted: `${isMost ? '≤' : '≥'} ${wanted.toFixed(2)}`,
      found: ratio,
      isMet: isMost ? ratio <= wanted : ratio >= wanted,
    }
  })
}

function ratiosOf(measure: keyof Turn, one: Figures, other: Figures): number[] {
  const valuesOf = (figures: Figures) => figures.turns.map((turn) => turn[measure])
  const { least, median, most } = ratioOf(valuesOf(one), valuesOf(other))
  return [least, median, most]
}
