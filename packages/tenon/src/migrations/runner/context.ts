import type { Connection, Driver } from '../../database/driver.ts'
import type { Journal } from '../journal.ts'
import type { StillHeld } from '../lock.ts'
import type { Direction, Report, Step } from '../report.ts'
import type { Revision } from '../revision.ts'
import type { SqlStatement } from '../statements.ts'

/** What the steps of a run have in common. */
export interface Run {
  /** For what must be asked beside the run's own connection. */
  readonly driver: Pick<Driver, 'kind' | 'run'>
  readonly connection: Connection
  readonly journal: Journal
  readonly report: Report
  readonly settings: RunSettings
  readonly stillHeld: StillHeld
}

export interface RunSettings {
  /** Milliseconds that a statement may wait for a lock; others queue behind it meanwhile. */
  readonly lockTimeout: number
  /** Milliseconds over which a step that got no lock is tried again. */
  readonly patience: number
  /** What becomes of a statement outside a transaction that a run before was stopped in. */
  readonly interrupted: 'repeat' | 'skip' | undefined
}

/** A statement of a revision, on its way. */
export interface Place {
  readonly direction: Direction
  readonly revision: Revision
  readonly statement?: SqlStatement
}

export function stepOf(
  { direction, revision }: Place,
  statements: readonly SqlStatement[],
  index: number,
): Step & { readonly id: string } {
  const line = statements[index]?.line ?? revision[direction].line
  return { direction, id: revision.id, statement: index + 1, of: statements.length, line }
}

/** Runs one statement; its error then knows file and line. */
export type Execute = (statement: SqlStatement) => Promise<void>
