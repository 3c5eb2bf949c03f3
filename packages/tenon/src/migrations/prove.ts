import type { Connection } from '../database/driver.ts'
import { type DatabaseObjects, differences, readObjects } from './database-objects.ts'
import { findDifferences } from './differences.ts'
import type { Engine } from './engine.ts'
import { makeFittingRows } from './fitting-rows.ts'
import { readSnapshot } from './read-snapshot.ts'
import { isAboutRows, refusalOf, wordsOf } from './refusal.ts'
import { type AnySection, runSection } from './run-section.ts'
import { type SeededTable, seedRows } from './seed/seed.ts'
import type { Snapshot } from './snapshot.ts'
import { lostContents, readContents, type TableContents } from './table-contents.ts'

/** A file's revision, or one that is planned and not written yet. */
export interface ProvableRevision {
  readonly up: AnySection
  readonly down: AnySection
  readonly irreversible?: string | undefined
}

export interface ProofOptions {
  /** An empty scratch database; what is in it afterwards is of no use. */
  readonly engine: Pick<Engine, 'connection'>
  /** What comes before, in the order in which it runs. */
  readonly history: readonly { readonly id: string; readonly up: AnySection }[]
  readonly revision: ProvableRevision
  /** What the models come to; the way up must end there. */
  readonly target?: Snapshot | undefined
  /** Patterns of what others look after. */
  readonly unmanaged?: readonly string[] | undefined
  /** Of the choice of rows: the same for the same rows. */
  readonly seed?: number | undefined
}

export type ProofStepName = 'history' | 'rows' | 'up' | 'models' | 'down' | 'before' | 'again'

export interface ProofStep {
  readonly name: ProofStepName
  readonly holds: boolean
}

export interface Proof {
  /** True where there is no problem. Losses that are named do not count against it. */
  readonly proven: boolean
  /** In the order in which they were taken; a step that cannot be taken ends them. */
  readonly steps: readonly ProofStep[]
  /** What of the rows is not there after up and down; for an irreversible revision after up. */
  readonly losses: readonly string[]
  /** Rows that were there when it ran. */
  readonly seeded: readonly SeededTable[]
  /** What does not hold. */
  readonly problems: readonly string[]
  /** What the proof does not cover, and what may go wrong later. */
  readonly warnings: readonly string[]
}

/**
 * History, rows, up, equal to the models, down, equal to before, rows there, up again: on a scratch database, with
 * rows that are made from the catalog. Resolves whatever comes out.
 */
export async function prove(options: ProofOptions): Promise<Proof> {
  const run = new ProofRun(options)
  await run.all()
  const { steps, losses, seeded, problems, warnings } = run
  return { proven: problems.length === 0, steps, losses, seeded, problems, warnings }
}

/** For people: a line for each thing. */
export function describeProof({ proven, steps, losses, seeded, problems, warnings }: Proof): string[] {
  const rows = seeded.reduce((sum, table) => sum + table.rows, 0)
  const taken = steps.map(({ name, holds }) => (holds ? said[name] : `${said[name]}: no`)).join(', ')
  return [
    `${proven ? 'Proven' : 'Not proven'} with ${counted(rows, 'row')} in ${counted(seeded.length, 'table')}: ${taken}.`,
    ...problems.map((problem) => `Problem: ${problem}.`),
    ...losses.map((loss) => `Lost: ${loss}.`),
    ...warnings.map((warning) => `Note: ${warning}.`),
  ]
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

const said: Readonly<Record<ProofStepName, string>> = {
  history: 'history applied',
  rows: 'rows made',
  up: 'up',
  models: 'equal to the models',
  down: 'down',
  before: 'equal to before',
  again: 'up again',
}

class ProofRun {
  readonly steps: ProofStep[] = []
  readonly losses: string[] = []
  readonly problems: string[] = []
  readonly warnings: string[] = []
  seeded: readonly SeededTable[] = []
  readonly #options: ProofOptions
  readonly #connection: Connection

  constructor(options: ProofOptions) {
    this.#options = options
    this.#connection = options.engine.connection
  }

  async all(): Promise<void> {
    const { history, revision, target } = this.#options
    for (const { id, up } of history) if (!(await this.#runs('history', up, `${id} fails on an empty database`))) return
    this.#took('history', [])
    await this.#seed()
    const start = await this.#goUp()
    if (!start) return
    if (target) await this.#compare(target)
    if (revision.irreversible !== undefined) {
      this.losses.push(...lostContents(start.contents, await readContents(this.#connection), 'numbers'))
      this.warnings.push(`it cannot be taken back: ${revision.irreversible}`)
      return
    }
    const after = await readObjects(this.#connection)
    if (!(await this.#runs('down', revision.down, 'down fails'))) return
    this.#took('down', [])
    this.losses.push(...lostContents(start.contents, await readContents(this.#connection), 'names'))
    this.#took(
      'before',
      differences(start.objects, await readObjects(this.#connection)).map((one) => `after down ${one}`),
    )
    await this.#again(after)
  }

  async #seed(): Promise<void> {
    const { seeded, problems } = await seedRows(this.#connection, { seed: this.#options.seed ?? 1 })
    this.seeded = seeded.filter(({ rows }) => rows > 0)
    this.warnings.push(...problems.map((problem) => problem.replace(/\.$/, '').replace(/^No/, 'no')))
    this.#took('rows', [])
  }

  /** What was there before. Rows that a narrower rule refuses are named, and others are made that it does not refuse. */
  async #goUp(): Promise<Start | undefined> {
    const { revision } = this.#options
    const start = await this.#look()
    const refusal = await refusalOf(() => runSection(this.#connection, revision.up))
    if (!refusal) this.#took('up', [])
    if (!refusal) return start
    const fitting = isAboutRows(refusal) ? await this.#lookAtFittingRows() : undefined
    if (fitting && !(await refusalOf(() => runSection(this.#connection, revision.up)))) {
      this.warnings.push(`up fails where rows do not fit: ${wordsOf(refusal)}`)
      this.#took('up', [])
      return fitting
    }
    this.#took('up', [`up fails: ${wordsOf(refusal)}`])
    return undefined
  }

  async #lookAtFittingRows(): Promise<Start | undefined> {
    const { history, revision, seed } = this.#options
    if (await refusalOf(() => makeFittingRows(this.#connection, history, revision, seed))) return undefined
    const start = await this.#look()
    const counts = start.contents.map(({ name, rows }) => ({ table: name, rows: rows.length }))
    this.seeded = counts.filter(({ rows }) => rows > 0)
    return start
  }

  async #look(): Promise<Start> {
    return { objects: await readObjects(this.#connection), contents: await readContents(this.#connection) }
  }

  async #compare(target: Snapshot): Promise<void> {
    const { unmanaged = [] } = this.#options
    const { lines } = findDifferences(await readSnapshot(this.#connection), target, { unmanaged })
    this.#took(
      'models',
      lines.map((line) => `after up the models differ: ${line}`),
    )
  }

  async #again(after: DatabaseObjects): Promise<void> {
    const { revision } = this.#options
    if (!(await this.#runs('again', revision.up, 'up fails the second time'))) return
    const found = differences(after, await readObjects(this.#connection))
    this.#took(
      'again',
      found.map((one) => `after the second up ${one}`),
    )
    // Rows of the new version may not fit into the old schema: that is so of the change, not of how it is written.
    await seedRows(this.#connection, { seed: (this.#options.seed ?? 1) + 1 })
    const refusal = await refusalOf(() => runSection(this.#connection, revision.down))
    if (refusal) this.warnings.push(`down may fail once the new version has written rows: ${wordsOf(refusal)}`)
  }

  async #runs(name: ProofStepName, section: AnySection, problem: string): Promise<boolean> {
    const refusal = await refusalOf(() => runSection(this.#connection, section))
    if (refusal) this.#took(name, [`${problem}: ${wordsOf(refusal)}`])
    return !refusal
  }

  #took(name: ProofStepName, problems: readonly string[]): void {
    this.steps.push({ name, holds: problems.length === 0 })
    this.problems.push(...problems)
  }
}

interface Start {
  readonly objects: DatabaseObjects
  readonly contents: readonly TableContents[]
}
