import { randomBytes } from 'node:crypto'
import { startPostgres } from '../../scripts/postgres-server.ts'
import type { Contestant } from '../contestants.ts'
import { onDriver } from '../data/seed.ts'
import { cpuOf, parentOf } from './cpu.ts'
import { python } from './install.ts'
import { type Server, startServer } from './server.ts'

/** A PostgreSQL of its own, as the tests use it. */
export interface Postgres extends AsyncDisposable {
  /** The URL of a new, empty database on it. */
  createDatabase(): Promise<string>
  /** Milliseconds of CPU of the server and all its processes since it began. */
  cpu(): number
  readonly version: string
}

export async function openPostgresServer(): Promise<Postgres> {
  if (process.platform !== 'linux') {
    throw new Error('Cannot measure here: the processor time of other processes is read from /proc. Run it on Linux.')
  }
  const { url, stop } = await startPostgres()
  try {
    const [first, version] = await introduce(url)
    const createDatabase = () => createDatabaseOn(url)
    return { createDatabase, cpu: () => cpuOf(first), version, [Symbol.asyncDispose]: stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** The server's first process, of which those that serve connections are children, and its version. */
function introduce(url: string): Promise<[number, string]> {
  return onDriver(url, (driver) =>
    driver.session(async (connection) => {
      const text = "select pg_backend_pid(), current_setting('server_version')"
      const [[backend, version] = []] = (await connection.run({ text, values: [] })).rows
      return [parentOf(Number(backend)), version ?? '']
    }),
  )
}

async function createDatabaseOn(server: string): Promise<string> {
  const name = `bench_${randomBytes(4).toString('hex')}`
  await onDriver(server, (driver) => driver.session((connection) => connection.script(`create database ${name}`)))
  const url = new URL(server)
  url.pathname = `/${name}`
  return url.href
}

/** Starts a contestant on a database. */
export function startContestant(contestant: Contestant, url: string): Promise<Server> {
  return startServer({
    file: contestant.needs === 'python' ? python : process.execPath,
    given: contestant.command,
    folder: contestant.folder,
    environment: { DATABASE_URL: url, ...contestant.environment },
    readyPath: '/tasks/1',
  })
}
