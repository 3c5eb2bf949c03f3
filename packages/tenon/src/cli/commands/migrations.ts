import { join } from 'node:path'
import { UsageError } from '../../core/errors.ts'
import type { Driver } from '../../database/driver.ts'
import type { AppliedRevision } from '../../migrations/journal.ts'
import { loadRevisions } from '../../migrations/load-revisions.ts'
import type { Revision } from '../../migrations/revision.ts'
import { heads, pending } from '../../migrations/status.ts'
import type { AnyModel } from '../../model/infer.ts'
import { type Config, loadConfig } from '../config.ts'
import { countOf, formatDuration, type Terminal } from '../terminal.ts'

/** Where a command of migrations works. */
export interface Place {
  /** The application's folder, where tenon.config.ts is. */
  readonly folder: string
  readonly terminal: Terminal
}

/** The folder of the revisions, and those in it. */
export async function readFolder(
  folder: string,
): Promise<{ readonly migrations: string; readonly revisions: readonly Revision[] }> {
  const { migrations } = await loadConfig(folder)
  const path = join(folder, migrations)
  return { migrations: path, revisions: await loadRevisions(path) }
}

export async function withDatabase(
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

/** Throws UsageError where the configuration names no models. */
export function modelsOf({ models }: Config, what: string): readonly AnyModel[] {
  if (models && models.length > 0) return models
  throw new UsageError(
    `Cannot ${what}: tenon.config.ts names none. Add models: [User, Task] to it, or write revisions by hand (--empty).`,
  )
}

export function printJson(terminal: Terminal, value: unknown): void {
  terminal.write(JSON.stringify(value, null, 2))
}

/** `3 revisions applied in 58 ms. postgres://…: at the head, nothing is pending.` */
export async function conclude(
  terminal: Terminal,
  driver: Driver,
  revisions: readonly Revision[],
  what: string,
): Promise<void> {
  terminal.write(`${what}. ${driver.place}: ${describePending(revisions, await pending(driver, revisions))}`)
}

export function describePending(revisions: readonly Revision[], ids: readonly string[]): string {
  const [next] = ids
  if (next === undefined) return 'at the head, nothing is pending.'
  const command = heads(revisions).length > 1 ? 'migrate upgrade heads' : 'migrate upgrade'
  return `${countOf(ids.length, 'revision')} pending, next ${next}. Run ${spelled(command)}.`
}

/** A command as it is typed here: behind `npm run` where it was called so. */
export function spelled(command: string): string {
  return process.env.npm_lifecycle_event === 'tenon' ? `npm run tenon -- ${command}` : `tenon ${command}`
}

export function whenAndWho({ appliedAt, appliedBy, role, milliseconds, stamped }: AppliedRevision): string {
  const time = appliedAt.toISOString().slice(0, 19).replace('T', ' ')
  const who = role === null ? appliedBy : `${appliedBy} as ${role}`
  return `${time} UTC by ${who} ${stamped ? 'without running it' : `in ${formatDuration(milliseconds)}`}`
}
