import { randomBytes } from 'node:crypto'
import { Client } from 'pg'
import { UsageError } from '../core/errors.ts'

export interface TestDatabase {
  readonly url: string
  /** Ends its sessions and removes it. */
  drop(): Promise<void>
}

/** The PostgreSQL server that `npm test` starts or TEST_DATABASE_URL names. Throws UsageError where there is none. */
export function serverUrl(): string {
  const url = process.env.TEST_DATABASE_URL
  if (url) return url
  throw new UsageError('Cannot reach a test database: TEST_DATABASE_URL is not set. Run the tests through `npm test`.')
}

/** Makes an empty database with a name of its own on that server, so that test files do not see each other. */
export async function createDatabase(): Promise<TestDatabase> {
  const name = `test_${randomBytes(8).toString('hex')}`
  await onServer(`CREATE DATABASE ${name}`)
  const url = new URL(serverUrl())
  url.pathname = `/${name}`
  return { url: url.href, drop: () => onServer(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) }
}

async function onServer(sql: string): Promise<void> {
  const client = new Client({ connectionString: serverUrl() })
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}
