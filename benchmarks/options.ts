import { parseArgs } from 'node:util'
import { type Case, cases } from './cases.ts'
import { base, type Contestant, contestants } from './contestants.ts'
import { extras } from './extras.ts'

/** How long everything takes; seconds. */
export interface Pace {
  readonly rounds: number
  readonly warmUp: number
  /** The warm-up goes on until so many requests are answered, or for three times its length. */
  readonly warmRequests: number
  /** A turn at full load, and one on a fixed schedule. */
  readonly turn: number
  readonly timing: number
  /** The schedule's rate, as a part of what the base can do at most, or the contestant where that is less. */
  readonly fraction: number
}

const paces = {
  full: { rounds: 5, warmUp: 3, warmRequests: 5000, turn: 2, timing: 2, fraction: 0.5 },
  quick: { rounds: 2, warmUp: 1.5, warmRequests: 300, turn: 0.4, timing: 0.4, fraction: 0.5 },
} as const satisfies Record<string, Pace>

/** What `--quick` looks at: the cases that have a target. */
const quickCases = ['one', 'list', 'thousand', 'insert']

export interface Options {
  readonly work: 'compare' | 'scaling' | 'profile' | 'pauses'
  readonly contestants: readonly Contestant[]
  readonly cases: readonly Case[]
  /** What is measured beside the requests: `driver`, `statements`, … */
  readonly extras: readonly string[]
  readonly pace: Pace
  readonly json: boolean
  /** Everything is measured, at full length: only then do the figures replace those in results/. */
  readonly isWhole: boolean
}

export const usage = `npm run bench                     compares everything; half an hour
npm run bench -- scaling          how Tenon's list grows with rows, connections and processes
npm run bench -- profile          where the processor time of Tenon's list goes
npm run bench -- pauses           the longest wait while a revision runs on a table in use

  --quick                short turns, ${quickCases.join(', ')}: under three minutes
  --only <contestants>   ${contestants.map(({ name }) => name).join(', ')}; the base always takes part
  --cases <cases>        ${[...cases.map(({ name }) => name), ...extras].join(', ')}
  --json                 prints the raw figures in the place of the tables`

export class WrongUsage extends Error {}

export function readOptions(given: readonly string[]): Options {
  const { values, positionals } = parse(given)
  const work = positionals[0] ?? 'compare'
  if (work !== 'compare' && work !== 'scaling' && work !== 'profile' && work !== 'pauses') throw new WrongUsage(usage)
  const only = namesIn(
    values.only,
    contestants.map(({ name }) => name),
  )
  const asked = namesIn(values.cases, [...cases.map(({ name }) => name), ...extras])
  const usual = values.quick ? quickCases : undefined
  const isWanted = (name: string) => (asked ?? usual)?.includes(name) ?? true
  return {
    work,
    contestants: contestants.filter(({ name }) => name === base || (only?.includes(name) ?? true)),
    cases: cases.filter(({ name }) => isWanted(name)),
    extras: extras.filter(isWanted),
    pace: values.quick ? paces.quick : paces.full,
    json: values.json,
    isWhole: !values.quick && !only && !asked,
  }
}

function parse(given: readonly string[]) {
  try {
    return parseArgs({
      args: [...given],
      allowPositionals: true,
      options: {
        quick: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        only: { type: 'string', multiple: true },
        cases: { type: 'string', multiple: true },
      },
    })
  } catch (error) {
    throw new WrongUsage(`${(error as Error).message}\n\n${usage}`)
  }
}

function namesIn(given: readonly string[] | undefined, known: readonly string[]): string[] | undefined {
  const names = given?.flatMap((one) => one.split(/[\s,]+/)).filter(Boolean)
  const unknown = names?.find((name) => !known.includes(name))
  if (unknown) throw new WrongUsage(`Cannot measure ${unknown}: there is no such name.\n\n${usage}`)
  return names
}
