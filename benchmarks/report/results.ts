import { execFileSync } from 'node:child_process'
import { cpus, loadavg, release, totalmem } from 'node:os'
import type { Measured } from '../extras/scripts.ts'
import type { Figures } from '../measure/rounds.ts'
import type { Pace } from '../options.ts'

export interface CaseResult {
  readonly name: string
  readonly title: string
  readonly figures: readonly Figures[]
}

export interface Machine {
  readonly date: string
  readonly processor: string
  readonly cores: number
  readonly memory: string
  readonly system: string
  readonly node: string
  readonly postgres: string
  readonly revision: string
  /** Work of others before the first round: a figure over 0.3 says that the machine was not quiet. */
  readonly load: number
}

/** Everything that a run has shown; `results/figures.json` is this. */
export interface Results {
  readonly machine: Machine
  readonly pace: Pace
  readonly cases: readonly CaseResult[]
  readonly extras: readonly Measured[]
  /** Who did not take part, or not in one case, and why. */
  readonly remarks: readonly string[]
}

export function describeMachine(postgres: string): Machine {
  const [first] = cpus()
  return {
    date: new Date().toISOString().slice(0, 10),
    processor: first?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    system: `Linux ${release()}`,
    node: process.version,
    postgres,
    revision: revision(),
    load: Math.round((loadavg()[0] ?? 0) * 100) / 100,
  }
}

function revision(): string {
  try {
    return execFileSync('git', ['describe', '--always', '--dirty'], { encoding: 'utf8', stdio: 'pipe' }).trim()
  } catch {
    return 'unknown'
  }
}
