import { relative } from 'node:path'
import { type RunningServer, serve, TenonError } from 'tenon/http'
import { standing } from 'tenon/migrations'
import { createApp } from './app.ts'
import { database, driver, revisions } from './database.ts'
import { processSettings, type Settings } from './settings.ts'

try {
  const settings = processSettings()
  const server = await serve(createApp(settings), settings)
  stopOnSignals(server)
  await describe(server, settings)
} catch (error) {
  if (!(error instanceof TenonError)) throw error
  console.error(error.message)
  process.exit(1)
}

async function describe(server: RunningServer, settings: Settings) {
  const opened = await server.value(driver)
  const place = settings.databaseUrl === null ? `PGlite in ${shortened(settings.dataFolder)}` : opened.place
  const lines = [
    `Todo API    ${server.url}/api/v1`,
    `Docs        ${server.url}/docs and ${server.url}/redoc`,
    `Database    ${place}`,
    'Stop        Ctrl-C',
  ]
  // At once, so that whoever reads along sees all of it or nothing.
  console.log(lines.join('\n'))
  await warnOfDatabase(server, settings)
}

function shortened(folder: string): string {
  const near = relative(process.cwd(), folder)
  return near.startsWith('..') ? folder : near
}

async function warnOfDatabase(server: RunningServer, { databaseUrl, instances }: Settings) {
  try {
    const { pending, unknown, changed } = await standing(await server.value(driver), await server.value(revisions))
    if (pending.length > 0) {
      console.warn(`Warning: migrations are pending: ${pending.join(', ')}. Run: npm run tenon -- migrate upgrade`)
    }
    if (unknown.length > 0) {
      console.warn(`Warning: the database is ahead of this code: it has ${unknown.join(', ')}. Deploy the newer code.`)
    }
    if (changed.length > 0) {
      console.warn(`Warning: migrations were changed after they were applied: ${changed.join(', ')}. Put them back.`)
    }
    if (databaseUrl === null) return
    const sizes = await (await server.value(database)).warnOfPoolSize(instances)
    if (sizes !== null) console.warn(`Warning: ${sizes}`)
  } catch (error) {
    console.warn(`Warning: ${(error as Error).message}`)
  }
}

/** A second signal changes nothing: stopping has its own deadline. */
function stopOnSignals(server: RunningServer) {
  const stop = async () => {
    await server.close()
    process.exit(0)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop)
}
