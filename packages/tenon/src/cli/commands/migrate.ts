import { UsageError } from '../../core/errors.ts'
import type { Driver } from '../../database/driver.ts'
import { findLosses } from '../../migrations/losses.ts'
import { type Direction, silent } from '../../migrations/report.ts'
import type { Revision } from '../../migrations/revision.ts'
import { downgrade, previewDowngrade, previewUpgrade, type RunOptions, upgrade } from '../../migrations/run.ts'
import { downgradeScript, upgradeScript } from '../../migrations/sql-script.ts'
import { previewStamp, stamp } from '../../migrations/stamp.ts'
import { splitStatements } from '../../migrations/statements.ts'
import { pending } from '../../migrations/status.ts'
import { countOf, formatDuration, type Terminal } from '../terminal.ts'
import { reportTo } from './migration-report.ts'
import { conclude, type Place, printJson, readFolder, withDatabase } from './migrations.ts'

export interface MigrateOptions extends Place, Omit<RunOptions, 'report'> {
  readonly target?: string
  /** Does not ask. */
  readonly yes?: boolean
  /** Says what would run, and runs nothing. */
  readonly dryRun?: boolean
  /** Prints the SQL with its lines of the journal, without a database; `target` may be a range, `from:to`. */
  readonly sql?: boolean
  readonly json?: boolean
}

/** `tenon migrate upgrade`: applies what is pending up to the target; asks before data goes where somebody can answer. */
export async function migrateUpgrade(options: MigrateOptions): Promise<void> {
  const { folder, terminal, target = 'head', sql = false, yes = false } = options
  if (sql) return terminal.write(upgradeScript((await readFolder(folder)).revisions, target))
  await withDatabase(folder, async (driver, revisions) => {
    const plan = await previewUpgrade(driver, revisions, target)
    if (options.dryRun) return printPlan(options, driver, plan, 'up')
    const isLosing = plan.some((revision) => findLosses(revision, 'up').length > 0)
    if (isLosing && !yes && terminal.isInteractive && !options.json) {
      describePlan(terminal, plan, 'up')
      if (
        !(await terminal.confirm(`Apply ${countOf(plan.length, 'revision')} to ${driver.place}, and lose that data?`))
      )
        return terminal.write('Nothing was changed.')
    }
    await run(options, driver, revisions, 'up', (given) => upgrade(driver, revisions, target, given))
  })
}

/** `tenon migrate downgrade`: takes revisions back, the latest first; asks before, unless `yes`. */
export async function migrateDowngrade(options: MigrateOptions): Promise<void> {
  const { folder, terminal, target = '-1', sql = false, yes = false } = options
  if (sql) return terminal.write(downgradeScript((await readFolder(folder)).revisions, target))
  await withDatabase(folder, async (driver, revisions) => {
    const plan = await previewDowngrade(driver, revisions, target)
    if (options.dryRun) return printPlan(options, driver, plan, 'down')
    if (plan.length > 0 && !yes) {
      const what = `${countOf(plan.length, 'revision')} of ${driver.place}`
      if (!terminal.isInteractive || options.json) {
        throw new UsageError(`Cannot take back ${what} unasked: what they hold is lost. Add --yes.`)
      }
      describePlan(terminal, plan, 'down')
      if (!(await terminal.confirm(`Take back ${what}, with the data they hold?`)))
        return terminal.write('Nothing was changed.')
    }
    await run(options, driver, revisions, 'down', (given) => downgrade(driver, revisions, target, given))
  })
}

/** `tenon migrate stamp`: writes the journal as if the database had been brought to the target, and runs nothing. */
export async function migrateStamp(options: MigrateOptions & { readonly target: string }): Promise<void> {
  const { folder, terminal, target, json = false, yes = false, dryRun = false } = options
  await withDatabase(folder, async (driver, revisions) => {
    const plan = await previewStamp(driver, revisions, target)
    const summary = {
      place: driver.place,
      added: plan.added.map(({ id }) => id),
      removed: plan.removed,
      corrected: plan.corrected.map(({ id }) => id),
    }
    if (!json) {
      for (const id of summary.added) terminal.write(`${terminal.paint('green', '+')} ${id}`)
      for (const id of summary.removed) terminal.write(`${terminal.paint('red', '-')} ${id}`)
      for (const id of summary.corrected)
        terminal.write(`${terminal.paint('yellow', '~')} ${id}  the file as it is now`)
    }
    const count = summary.added.length + summary.removed.length + summary.corrected.length
    if (dryRun) return json ? printJson(terminal, summary) : terminal.write('Nothing was changed.')
    if (count > 0 && !yes && !(await agreeToStamp(options, driver, count)))
      return terminal.write('Nothing was changed.')
    await stamp(driver, revisions, target, toRunOptions(options))
    if (json) return printJson(terminal, summary)
    await conclude(terminal, driver, revisions, `${countOf(count, 'line')} of the journal written, nothing was run`)
  })
}

async function agreeToStamp({ terminal, json = false }: MigrateOptions, driver: Driver, count: number) {
  const what = `${countOf(count, 'line')} of the journal of ${driver.place}`
  if (terminal.isInteractive && !json) return await terminal.confirm(`Write ${what} without running anything?`)
  throw new UsageError(`Cannot write ${what} unasked: later runs rely on it. Add --yes.`)
}

async function run(
  options: MigrateOptions,
  driver: Driver,
  revisions: readonly Revision[],
  direction: Direction,
  work: (given: RunOptions) => Promise<readonly Revision[]>,
): Promise<void> {
  const { terminal, json = false } = options
  const started = performance.now()
  const done = await work(toRunOptions(options))
  const milliseconds = performance.now() - started
  if (json) {
    const missing = await pending(driver, revisions)
    return printJson(terminal, {
      place: driver.place,
      [direction === 'up' ? 'applied' : 'takenBack']: done.map(({ id }) => id),
      milliseconds: Math.round(milliseconds),
      pending: missing,
    })
  }
  const verb = direction === 'up' ? 'apply' : 'take back'
  const verbed = direction === 'up' ? 'applied' : 'taken back'
  const what = done.length === 0 ? `Nothing to ${verb}` : `${countOf(done.length, 'revision')} ${verbed}`
  await conclude(terminal, driver, revisions, `${what} in ${formatDuration(milliseconds)}`)
}

function toRunOptions({ terminal, json, lock, lockTimeout, patience, interrupted }: MigrateOptions): RunOptions {
  return {
    report: json ? silent : reportTo(terminal),
    ...(lock !== undefined && { lock }),
    ...(lockTimeout !== undefined && { lockTimeout }),
    ...(patience !== undefined && { patience }),
    ...(interrupted !== undefined && { interrupted }),
  }
}

function printPlan(
  { terminal, json = false }: MigrateOptions,
  driver: Driver,
  plan: readonly Revision[],
  direction: Direction,
): void {
  if (json) {
    const steps = plan.map((revision) => ({
      id: revision.id,
      direction,
      transaction: revision[direction].transaction,
      statements: splitStatements(revision[direction], revision.file),
      losses: findLosses(revision, direction),
    }))
    printJson(terminal, { place: driver.place, plan: steps })
    return
  }
  describePlan(terminal, plan, direction)
  const verb = direction === 'up' ? 'apply' : 'take back'
  terminal.write(`${countOf(plan.length, 'revision')} to ${verb} in ${driver.place}. Nothing was changed.`)
}

function describePlan(terminal: Terminal, plan: readonly Revision[], direction: Direction): void {
  const arrow = direction === 'up' ? terminal.paint('green', '↑') : terminal.paint('red', '↓')
  for (const revision of plan) {
    terminal.write(`${arrow} ${revision.id}`)
    for (const { sql, line } of findLosses(revision, direction)) {
      const text = sql.replace(/\s+/g, ' ')
      const shown = text.length > 90 ? `${text.slice(0, 89)}…` : text
      terminal.write(`  ${terminal.paint('red', 'loses data')}  line ${line}: ${shown}`)
    }
  }
}
