import { join } from 'node:path'
import { Database, type Driver, openPglite, openPostgres } from 'tenon/database'
import { dependency } from 'tenon/http'
import { loadRevisions, type Revision, standing, upgrade } from 'tenon/migrations'
import { appSettings, type Settings } from './settings.ts'

export const migrationsFolder = join(import.meta.dirname, '../migrations')

/** The database that the settings name: PostgreSQL by its URL, or the embedded one in the data folder. */
export async function openDriver({ databaseUrl, dataFolder, pool }: Settings): Promise<Driver> {
  if (databaseUrl === null) return openPglite({ folder: join(dataFolder, 'pglite'), template: true })
  return openPostgres({ url: databaseUrl, ...pool })
}

export const revisions = dependency({}, () => loadRevisions(migrationsFolder), { scope: 'app' })

/** The embedded database is this process's own, so it is brought up to date here; PostgreSQL is left to `tenon migrate`. */
export const driver = dependency(
  { settings: appSettings, revisions },
  async function* ({ settings, revisions }) {
    const opened = await openDriver(settings)
    try {
      if (settings.databaseUrl === null) await bringUpToDate(opened, revisions)
      yield opened
    } finally {
      await opened.close()
    }
  },
  { scope: 'app' },
)

/** One that is ahead of the code, after a step back in the history, is served as it is: main warns. */
async function bringUpToDate(opened: Driver, revisions: readonly Revision[]) {
  const { pending } = await standing(opened, revisions)
  if (pending.length > 0) await upgrade(opened, revisions)
}

export const database = dependency({ driver }, ({ driver }) => new Database(driver), { scope: 'app' })
