import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe } from 'node:test'
import type { Driver } from 'tenon/database'
import { overridden, type RunningServer, replace, serve } from 'tenon/http'
import { loadRevisions, upgrade } from 'tenon/migrations'
import { createDatabase } from 'tenon/testing'
import { createApp } from '../src/app.ts'
import { driver, migrationsFolder, openDriver } from '../src/database.ts'
import { readSettings } from '../src/settings.ts'

export type DatabaseKind = 'postgres' | 'pglite'
type Environment = Readonly<Record<string, string | undefined>>

/** The Todo service, listening on a port of its own with a database of its own. */
export interface Service {
  readonly kind: DatabaseKind
  readonly url: string
  /** What tokens are signed with. */
  readonly secret: string
  /** The connection that the service uses. */
  readonly driver: Driver
  /** Asks the service's database; every value comes in PostgreSQL's text form. */
  query(sql: string, values?: readonly (string | number)[]): Promise<Record<string, string | null>[]>
  close(): Promise<void>
}

const plenty = '1000000/minute'

/** Makes a database, brings it up to date and serves the application on it. */
export async function startService(kind: DatabaseKind, environment: Environment = {}): Promise<Service> {
  const place = kind === 'postgres' ? await newServerDatabase() : await newFolder()
  const secret = randomBytes(32).toString('hex')
  const settings = readSettings({
    ENVIRONMENT: 'testing',
    JWT_SECRET_KEY: secret,
    RATE_LIMIT_AUTH: plenty,
    RATE_LIMIT_REFRESH: plenty,
    ...place.environment,
    ...environment,
  })
  const opened = await openDriver(settings)
  await upgrade(opened, await loadRevisions(migrationsFolder), 'head')
  // One connection for the service and the tests: the embedded database lets nobody else in.
  const app = overridden(createApp(settings), [replace(driver, () => opened)])
  const server = await serve(app, { host: '127.0.0.1', port: 0 })
  return {
    kind,
    url: server.url,
    secret,
    driver: opened,
    query: (sql, values = []) => query(opened, sql, values),
    close: () => close(server, opened, place.remove),
  }
}

interface Place {
  readonly environment: Environment
  remove(): Promise<void>
}

async function newServerDatabase(): Promise<Place> {
  const { url, drop } = await createDatabase()
  return { environment: { DATABASE_URL: url }, remove: drop }
}

async function newFolder(): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), 'todo-test-'))
  return { environment: { DATA_DIR: folder }, remove: () => rm(folder, { recursive: true, force: true }) }
}

async function query(
  opened: Driver,
  text: string,
  values: readonly (string | number)[],
): Promise<Record<string, string | null>[]> {
  const { columns, rows } = await opened.run({ text, values: values.map(String) })
  return rows.map((row) => Object.fromEntries(columns.map((column, index) => [column, row[index] ?? null])))
}

async function close(server: RunningServer, opened: Driver, remove: () => Promise<void>): Promise<void> {
  await server.close()
  await opened.close()
  await remove()
}

const started = new Map<string, Promise<Service>>()

/**
 * Describes what the service does, once on each database. The services of a test file that have the same settings are
 * one, because the embedded database takes seconds to start: tests make users of their own to keep apart.
 */
export function describeService(name: string, define: (service: Service) => void, environment: Environment = {}): void {
  for (const kind of ['postgres', 'pglite'] as const) {
    describe(`${name} on ${kind}`, () => {
      const key = `${kind} ${JSON.stringify(Object.entries(environment))}`
      const service = deferred(kind)
      before(async () => {
        const starting = started.get(key) ?? startService(kind, environment)
        started.set(key, starting)
        service.fill(await starting)
      })
      define(service.proxy)
    })
  }
}

after(async () => {
  for (const service of started.values()) await (await service).close()
})

/** Tests are defined before the service runs, so they are given one that looks it up. */
function deferred(kind: DatabaseKind): { readonly proxy: Service; fill(service: Service): void } {
  let running: Service | undefined
  const found = (): Service => {
    if (!running) throw new Error('The service is asked before it has started: ask it within a test.')
    return running
  }
  return {
    proxy: {
      kind,
      get url() {
        return found().url
      },
      get secret() {
        return found().secret
      },
      get driver() {
        return found().driver
      },
      query: (sql, values) => found().query(sql, values),
      close: () => found().close(),
    },
    fill: (service) => {
      running = service
    },
  }
}
