import { join } from 'node:path'
import { UsageError } from '../../core/errors.ts'
import type { Driver } from '../../database/driver.ts'
import { loadRevisions } from '../../migrations/load-revisions.ts'
import type { MigrationEvent, Report } from '../../migrations/report.ts'
import type { Revision } from '../../migrations/revision.ts'
import { downgrade, previewDowngrade, upgrade } from '../../migrations/run.ts'
import { current, type HistoryEntry, history, pending } from '../../migrations/status.ts'
import { loadConfig } from '../config.ts'
import { countOf, formatDuration, type Terminal } from '../terminal.ts'

interface Place {
  /** The application's folder, where tenon.config.ts is. */
  readonly folder: string
  readonly terminal: Terminal
}

/** `tenon migrate upgrade`: applies what is pending up to the target. */
export async function migrateUpgrade({
  folder,
  terminal,
  target = 'head',
}: Place & { target?: string }): Promise<void> {
  await withDatabase(folder, async (driver, revisions) => {
    const started = performance.now()
    const applied = await upgrade(driver, revisions, target, { report: reporter(terminal) })
    const what = applied.length === 0 ? 'Nothing to apply' : `${countOf(applied.length, 'revision')} applied`
    await conclude(terminal, driver, revisions, `${what} in ${formatDuration(performance.now() - started)}`)
  })
}

/** `tenon migrate downgrade`: takes revisions back, the latest first; asks before, unless `yes`. */
export async function migrateDowngrade(options: Place & { target?: string; yes?: boolean }): Promise<void> {
  const { folder, terminal, target = '-1', yes = false } = options
  await withDatabase(folder, async (driver, revisions) => {
    const plan = await previewDowngrade(driver, revisions, target)
    if (plan.length > 0 && !yes && !(await agree(terminal, driver, plan))) {
      terminal.write('Nothing was changed.')
      return
    }
    const started = performance.now()
    const undone = await downgrade(driver, revisions, target, { report: reporter(terminal) })
    const what = undone.length === 0 ? 'Nothing to take back' : `${countOf(undone.length, 'revision')} taken back`
    await conclude(terminal, driver, revisions, `${what} in ${formatDuration(performance.now() - started)}`)
  })
}

/** `tenon migrate current`: where the database stands. */
export async function migrateCurrent({ folder, terminal, json = false }: Place & { json?: boolean }): Promise<void> {
  await withDatabase(folder, async (driver, revisions) => {
    const state = await current(driver, revisions)
    if (json) return terminal.write(JSON.stringify({ place: driver.place, ...state }, null, 2))
    const { current: last } = state
    terminal.write(last ? `${terminal.paint('bold', last.id)}, applied ${whenAndWho(last)}` : 'No revision is applied.')
    terminal.write(`${driver.place}: ${describePending(state.pending)}`)
  })
}

/** `tenon migrate history`: every revision, the oldest first. */
export async function migrateHistory({ folder, terminal, json = false }: Place & { json?: boolean }): Promise<void> {
  await withDatabase(folder, async (driver, revisions) => {
    const entries = await history(driver, revisions)
    if (json) return terminal.write(JSON.stringify(entries, null, 2))
    if (entries.length === 0) terminal.write('There are no revisions.')
    for (const entry of entries) terminal.write(describeEntry(terminal, entry))
  })
}

async function withDatabase(
  folder: string,
  work: (driver: Driver, revisions: readonly Revision[]) => Promise<void>,
): Promise<void> {
  const config = await loadConfig(folder)
  const revisions = await loadRevisions(join(folder, config.migrations))
  const driver = await config.open()
  try {
    await work(driver, revisions)
  } finally {
    await driver.close()
  }
}

function reporter(terminal: Terminal): Report {
  return (event: MigrationEvent) => {
    if (event.kind === 'waiting') {
      const holder = event.holder === undefined ? '' : ` (server process ${event.holder})`
      terminal.write(terminal.paint('yellow', `Waiting for another run${holder} to finish …`))
    } else if (event.kind === 'finished') {
      const arrow = event.direction === 'up' ? '↑' : '↓'
      const duration = terminal.paint('dim', formatDuration(event.milliseconds))
      terminal.write(`${terminal.paint('green', arrow)} ${event.id}  ${duration}`)
    }
  }
}

async function conclude(
  terminal: Terminal,
  driver: Driver,
  revisions: readonly Revision[],
  what: string,
): Promise<void> {
  terminal.write(`${what}. ${driver.place}: ${describePending(await pending(driver, revisions))}`)
}

function describePending(ids: readonly string[]): string {
  const [next] = ids
  if (next === undefined) return 'at the head, nothing is pending.'
  return `${countOf(ids.length, 'revision')} pending, next ${next}. Run ${spelled('migrate upgrade')}.`
}

/** A command as it is typed here: behind `npm run` where it was called so. */
function spelled(command: string): string {
  return process.env.npm_lifecycle_event === 'tenon' ? `npm run tenon -- ${command}` : `tenon ${command}`
}

async function agree(terminal: Terminal, driver: Driver, plan: readonly Revision[]): Promise<boolean> {
  const what = `${countOf(plan.length, 'revision')} of ${driver.place}`
  if (!terminal.isInteractive) {
    throw new UsageError(`Cannot take back ${what} unasked: what they hold is lost. Add --yes.`)
  }
  for (const { id } of plan) terminal.write(`${terminal.paint('red', '↓')} ${id}`)
  return await terminal.confirm(`Take back ${what}, with the data they hold?`)
}

function describeEntry(terminal: Terminal, { id, state, applied }: HistoryEntry): string {
  const style = state === 'applied' ? 'green' : state === 'pending' ? 'yellow' : 'red'
  const rest = applied ? `  ${terminal.paint('dim', whenAndWho(applied))}` : ''
  return `${terminal.paint(style, state.padEnd(7))}  ${id}${rest}`
}

function whenAndWho(applied: NonNullable<HistoryEntry['applied']>): string {
  const time = applied.appliedAt.toISOString().slice(0, 19).replace('T', ' ')
  return `${time} UTC by ${applied.appliedBy} in ${formatDuration(applied.milliseconds)}`
}
