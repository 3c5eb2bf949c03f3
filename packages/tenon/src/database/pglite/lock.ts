import type { DatabaseSync } from 'node:sqlite'

export interface FileLock {
  release(): void
}

/**
 * Locks the file for this process; undefined where another holds it. The operating system lets go of it when the
 * process dies, however it dies. SQLite is what Node brings along to lock a file with; nothing is ever stored in it.
 */
export function lockFile(path: string): FileLock | undefined {
  const database = openQuietly(path)
  try {
    database.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    database.close()
    if (isBusy(error)) return undefined
    throw error
  }
  return { release: () => database.close() }
}

// SQLITE_BUSY, https://www.sqlite.org/rescode.html
function isBusy(error: unknown): boolean {
  return (error as { errcode?: number }).errcode === 5
}

/** node:sqlite says on first use that it is experimental; that alone is kept quiet. */
function openQuietly(path: string): DatabaseSync {
  const emitWarning = process.emitWarning
  process.emitWarning = () => {}
  try {
    return new (process.getBuiltinModule('node:sqlite').DatabaseSync)(path)
  } finally {
    process.emitWarning = emitWarning
  }
}
