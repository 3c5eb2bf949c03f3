import { UsageError } from '../core/errors.ts'
import type { Connection, Driver } from '../database/driver.ts'
import { DatabaseError } from '../database/errors.ts'
import { isPooledHost, toDirectHost } from '../database/pooled-host.ts'
import { type AppliedRevision, Journal, readJournal } from './journal.ts'
import { underLease } from './lease.ts'
import { exclusively, pooledError, type StillHeld } from './lock.ts'
import { createProgress, type Progress, readProgress } from './progress.ts'
import { adoptReplacing, withReplacing } from './replacing.ts'
import { type Direction, type Report, silent } from './report.ts'
import type { Revision } from './revision.ts'
import type { Run, RunSettings } from './runner/context.ts'
import { refuseUnrunnable } from './runner/refusals.ts'
import { runStepwise } from './runner/stepwise.ts'
import { runWhole } from './runner/whole.ts'
import { planDowngrade, planUpgrade } from './target.ts'
import { verifyApplied } from './verify.ts'

export interface RunOptions extends Partial<RunSettings> {
  /** Hears what happens. */
  readonly report?: Report
  /** What keeps two runs apart: a lock of the session, or, where a pooler takes that away, a row that expires. */
  readonly lock?: 'session' | 'lease'
}

/** Applies what is pending up to `target`: `head`, `heads`, `+N`, or a revision. Resolves to what it applied. */
export function upgrade(
  driver: Driver,
  revisions: readonly Revision[],
  target = 'head',
  options: RunOptions = {},
): Promise<readonly Revision[]> {
  return migrate(driver, revisions, 'up', options, (applied, half) => {
    const plan = planUpgrade(revisions, applied, target)
    if (half === undefined) return plan
    const first = plan.filter(({ id }) => id === half.id)
    if (first.length === 0) throw halfDone(half)
    return [...first, ...plan.filter(({ id }) => id !== half.id)]
  })
}

/** Takes back what was applied after `target`: `base`, `-N`, or a revision, which stays. Resolves to what it took back. */
export function downgrade(
  driver: Driver,
  revisions: readonly Revision[],
  target: string,
  options: RunOptions = {},
): Promise<readonly Revision[]> {
  return migrate(driver, revisions, 'down', options, (applied, half) => {
    const plan = planDowngrade(revisions, withHalf(applied, half), target)
    if (half && plan.length > 0 && plan[0]?.id !== half.id) throw halfDone(half)
    refuseIrreversible(plan)
    return plan
  })
}

/** What such an upgrade would apply, without doing it. */
export async function previewUpgrade(
  driver: Pick<Driver, 'run'>,
  revisions: readonly Revision[],
  target = 'head',
): Promise<readonly Revision[]> {
  const plan = planUpgrade(revisions, withReplacing(revisions, await readJournal(driver)), target)
  refuseUnrunnable(plan, 'up')
  return plan
}

/** What such a downgrade would take back, without doing it. */
export async function previewDowngrade(
  driver: Pick<Driver, 'run'>,
  revisions: readonly Revision[],
  target: string,
): Promise<readonly Revision[]> {
  const applied = withReplacing(revisions, await readJournal(driver))
  const plan = planDowngrade(revisions, withHalf(applied, await readProgress(driver)), target)
  refuseUnrunnable(plan, 'down')
  refuseIrreversible(plan)
  return plan
}

/** Runs the work alone, on a connection of its own, with the journal at hand. Throws UsageError behind a pooler. */
export async function withJournal<T>(
  driver: Driver,
  { report = silent, lock = 'session' }: RunOptions,
  work: (connection: Connection, journal: Journal, stillHeld: StillHeld) => Promise<T>,
): Promise<T> {
  const isLease = lock === 'lease' && driver.kind === 'postgres'
  if (!isLease) refusePooled(driver)
  const task = async (connection: Connection) => {
    const inside = async (stillHeld: StillHeld) => {
      const journal = await Journal.open(connection)
      await connection.script(createProgress(journal))
      return await work(connection, journal, stillHeld)
    }
    if (isLease) return await underLease(driver, connection, report, inside)
    await connection.script(withoutLimits)
    return await exclusively(connection, report, inside)
  }
  try {
    return await driver.session(task, { pooled: isLease })
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.code !== 'TENON_POOLED') throw error
    throw pooledError(`${driver.place} lends a server connection for each transaction`)
  }
}

// A role or a database may have limits of its own, and what is made concurrently must not meet one in the middle.
const withoutLimits = 'set statement_timeout = 0; set lock_timeout = 0'

type Plan = (applied: readonly AppliedRevision[], half: Progress | undefined) => readonly Revision[]

function migrate(
  driver: Driver,
  revisions: readonly Revision[],
  direction: Direction,
  options: RunOptions,
  plan: Plan,
): Promise<readonly Revision[]> {
  const { report = silent, lockTimeout = 2_000, patience = 120_000, interrupted, lock } = options
  return withJournal(driver, options, async (connection, journal, stillHeld) => {
    const applied = await adoptReplacing(connection, journal, revisions)
    const half = await readProgress(connection, journal.schema)
    verifyApplied(revisions, applied)
    if (half && !revisions.some(({ id }) => id === half.id)) throw halfUnknown(half)
    const steps = plan(applied, half)
    refuseUnrunnable(steps, direction)
    const settings = { lockTimeout, patience, interrupted }
    const run = { driver, connection, journal, report, settings, stillHeld }
    for (const revision of steps) {
      await stillHeld()
      await step(run, revision, direction, half?.id === revision.id ? half : undefined)
      // What a revision has set for the session is not for the next; behind a pooler it may be anybody's.
      if (lock !== 'lease') await connection.script(`reset all; ${withoutLimits}`)
    }
    return steps
  })
}

async function step(run: Run, revision: Revision, direction: Direction, half: Progress | undefined): Promise<void> {
  const { report } = run
  report({ kind: 'started', direction, id: revision.id })
  const started = performance.now()
  const isStepwise = !revision[direction].transaction || half?.direction === direction
  await (isStepwise ? runStepwise : runWhole)(run, { direction, revision }, half)
  report({ kind: 'finished', direction, id: revision.id, milliseconds: performance.now() - started })
}

/** What is half there counts as the latest that was applied. */
function withHalf(applied: readonly AppliedRevision[], half: Progress | undefined): readonly { readonly id: string }[] {
  return half ? [...applied, { id: half.id }] : applied
}

function halfDone({ id, direction }: Progress): UsageError {
  const what = direction === 'up' ? 'applied' : 'taken back'
  return new UsageError(
    `Cannot go past ${id}: it is half ${what}. Finish it by tenon migrate upgrade ${id}, ` +
      'or take it back by tenon migrate downgrade -1.',
  )
}

function halfUnknown({ id, direction }: Progress): UsageError {
  const what = direction === 'up' ? 'applied' : 'taken back'
  return new UsageError(
    `Cannot go on: the database has ${id} half ${what}, and it is not among the revisions here. ` +
      'Update the code to the version that brought it.',
  )
}

function refusePooled(driver: Driver): void {
  if (driver.kind !== 'postgres') return
  const { hostname } = new URL(driver.place)
  if (!isPooledHost(hostname)) return
  throw new UsageError(
    `Cannot migrate through the pooled host ${hostname}: its pooler gives each statement another session, ` +
      `so the lock that keeps two runs apart would hold nobody. Use ${toDirectHost(hostname)} in DATABASE_URL.`,
  )
}

function refuseIrreversible(plan: readonly Revision[]): void {
  const stuck = plan.find(({ irreversible }) => irreversible !== undefined)
  if (!stuck) return
  throw new UsageError(
    `Cannot take back ${stuck.id}: its author marked it irreversible (${stuck.irreversible}). ` +
      'Write a new revision, or restore a copy of the database.',
  )
}
