import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  opendirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
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
  /** There is no database in it yet. */
  readonly isNew: boolean
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
  const isNew = !existsSync(join(database, 'PG_VERSION'))
  if (isNew) writeFileSync(unfinished, '')
  return {
    database,
    isNew,
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
  let entries: string[]
  try {
    makeFolder(folder)
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK)
    entries = readdirSync(folder)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST' || code === 'ENOTDIR') throw fail('it is a file. Set DATA_DIR to a folder.', error)
    throw fail(`it cannot be written (${code}). Give this user the right to, or set DATA_DIR to another folder.`, error)
  }
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

/** Makes a folder and those above it. Node's own recursive way never ends below /proc, where nothing can be made. */
export function makeFolder(folder: string) {
  if (existsSync(folder)) {
    // Throws ENOTDIR where it is a file.
    opendirSync(folder).closeSync()
    return
  }
  if (dirname(folder) !== folder) makeFolder(dirname(folder))
  mkdirSync(folder)
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
  const { message, name, errno } = reason as { message?: string; name?: string; errno?: number }
  return (message || [name, errno].filter(Boolean).join(' ') || 'no reason given').split('\n')[0] ?? ''
}
