import type { Driver } from '../database/driver.ts'
import { type AppliedRevision, readAppliedIds, readJournal } from './journal.ts'
import type { Revision } from './revision.ts'

/** Where a database stands. */
export interface CurrentState {
  /** The latest of the applied revisions; null where none is. */
  readonly current: AppliedRevision | null
  /** The last of the revisions there are; null where there are none. */
  readonly head: string | null
  readonly pending: readonly string[]
}

/** One line of the history. `changed`: the file differs from what was applied. `missing`: applied, but there is no file. */
export interface HistoryEntry {
  readonly id: string
  readonly state: 'applied' | 'pending' | 'changed' | 'missing'
  readonly applied: AppliedRevision | null
}

/** The ids that the database lacks, by one query: cheap enough to ask on every health check. */
export async function pending(driver: Pick<Driver, 'run'>, revisions: readonly Revision[]): Promise<readonly string[]> {
  const applied = await readAppliedIds(driver)
  return revisions.map(({ id }) => id).filter((id) => !applied.has(id))
}

export async function current(driver: Pick<Driver, 'run'>, revisions: readonly Revision[]): Promise<CurrentState> {
  const applied = await readJournal(driver)
  const done = new Set(applied.map(({ id }) => id))
  return {
    current: applied.at(-1) ?? null,
    head: revisions.at(-1)?.id ?? null,
    pending: revisions.map(({ id }) => id).filter((id) => !done.has(id)),
  }
}

/** Every revision that is here or in the database, in the order in which they run. */
export async function history(
  driver: Pick<Driver, 'run'>,
  revisions: readonly Revision[],
): Promise<readonly HistoryEntry[]> {
  const applied = new Map((await readJournal(driver)).map((entry) => [entry.id, entry]))
  const here = new Map(revisions.map((revision) => [revision.id, revision]))
  const ids = [...new Set([...applied.keys(), ...here.keys()])].toSorted()
  return ids.map((id) => describe(id, here.get(id), applied.get(id)))
}

function describe(id: string, revision: Revision | undefined, applied: AppliedRevision | undefined): HistoryEntry {
  if (applied === undefined) return { id, state: 'pending', applied: null }
  if (revision === undefined) return { id, state: 'missing', applied }
  return { id, state: revision.checksum === applied.checksum ? 'applied' : 'changed', applied }
}
