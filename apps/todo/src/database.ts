import { join } from 'node:path'
import { Database, type Driver, openPglite, openPostgres } from 'tenon/database'
import { dependency } from 'tenon/http'
import { loadRevisions, upgrade } from 'tenon/migrations'
import { appSettings, type Settings } from './settings.ts'

export const migrationsFolder = join(import.meta.dirname, '../migrations')

/** The database that the settings name: PostgreSQL by its URL, or the embedded one in the data folder. */
export async function openDriver({ databaseUrl, dataFolder, pool }: Settings): Promise<Driver> {
  if (databaseUrl === null) return openPglite({ folder: join(dataFolder, 'pglite') })
  return openPostgres({ url: databaseUrl, ...pool })
}

export const revisions = dependency({}, () => loadRevisions(migrationsFolder), { scope: 'app' })

/** The embedded database is this process's own, so it is brought up to date here; PostgreSQL is left to `tenon migrate`. */
export const driver = dependency(
  { settings: appSettings, revisions },
  async function* ({ settings, revisions }) {
    const opened = await openDriver(settings)
    try {
      if (settings.databaseUrl === null) await upgrade(opened, revisions)
      yield opened
    } finally {
      await opened.close()
    }
  },
  { scope: 'app' },
)

export const database = dependency({ driver }, ({ driver }) => new Database(driver), { scope: 'app' })
