import type { Driver } from 'tenon/database'
import { loadRevisions, type MigrationEvent, pending, upgrade } from 'tenon/migrations'

/** Brings a database up to date from code; answers the ids of what it applied. */
export async function bringUpToDate(driver: Driver, folder: string, report: (event: MigrationEvent) => void) {
  const revisions = await loadRevisions(folder)
  const missing = await pending(driver, revisions)
  if (missing.length === 0) return []
  const applied = await upgrade(driver, revisions, 'head', { report })
  return applied.map(({ id }) => id)
}
