import { accessSync, constants, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { UsageError } from '../../core/errors.ts'
import { lockFile } from './lock.ts'

// <folder>/database is PostgreSQL's own; what stands beside it is ours.
const databaseName = 'database'
const lockName = 'database.lock'
const processName = 'database.pid'
const unfinishedName = 'database.unfinished'

/** A folder that this process alone may use until it lets go of it or dies. */
export interface DatabaseFolder {
  /** What PGlite is pointed at. */
  readonly database: string
  /** The database stands; what is found at the next start is kept. */
  complete(): void
  release(): void
  /** What to throw when the database does not start. */
  unusable(reason: unknown): UsageError
}

/** Makes the folder where there is none and locks it. Throws UsageError. */
export function openFolder(folder: string): DatabaseFolder {
  const fail = (reason: string, cause?: unknown) =>
    new UsageError(`Cannot open the database folder ${folder}: ${reason}`, { cause })
  prepare(folder, fail)
  const lock = lockFile(join(folder, lockName))
  if (lock === undefined) throw fail(`${userOf(folder)} uses it. Stop that process, or set DATA_DIR to another folder.`)
  const database = join(folder, databaseName)
  const unfinished = join(folder, unfinishedName)
  writeFileSync(join(folder, processName), String(process.pid))
  // A first start that was killed leaves half a database, and nobody's data.
  if (existsSync(unfinished)) rmSync(database, { recursive: true, force: true })
  if (!existsSync(join(database, 'PG_VERSION'))) writeFileSync(unfinished, '')
  return {
    database,
    complete: () => rmSync(unfinished, { force: true }),
    release: () => {
      rmSync(join(folder, processName), { force: true })
      lock.release()
    },
    unusable: (reason) =>
      fail(
        `its database${versionOf(database)} does not start (${firstLine(reason)}). Move the folder away, or put back a copy of it.`,
        reason,
      ),
  }
}

type Fail = (reason: string, cause?: unknown) => UsageError

function prepare(folder: string, fail: Fail): void {
  try {
    mkdirSync(folder, { recursive: true })
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST' || code === 'ENOTDIR') throw fail('it is a file. Set DATA_DIR to a folder.', error)
    throw fail(`it cannot be written (${code}). Give this user the right to, or set DATA_DIR to another folder.`, error)
  }
  const entries = readdirSync(folder)
  const isOurs = entries.includes(lockName)
  const isForeign = entries.some((entry) => !entry.startsWith('.'))
  if (!isOurs && isForeign) {
    throw fail('it holds other files and no database. Set DATA_DIR to a new or an empty folder.')
  }
  if (existsSync(join(folder, databaseName)) && !existsSync(join(folder, databaseName, 'PG_VERSION'))) {
    if (existsSync(join(folder, unfinishedName))) return
    throw fail('its database is not one of PostgreSQL. Move the folder away, or set DATA_DIR to another one.')
  }
}

function userOf(folder: string): string {
  try {
    return `process ${readFileSync(join(folder, processName), 'utf8')}`
  } catch {
    return 'another process'
  }
}

function versionOf(database: string): string {
  try {
    return ` of PostgreSQL ${readFileSync(join(database, 'PG_VERSION'), 'utf8').trim()}`
  } catch {
    return ''
  }
}

function firstLine(reason: unknown): string {
  return String(reason instanceof Error ? reason.message : reason).split('\n')[0] ?? ''
}
