import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { UsageError } from '../core/errors.ts'
import { parseRevision, type Revision } from './revision.ts'

const namePattern = /^(\d{4})(\d\d)(\d\d)_(\d\d)(\d\d)(\d\d)_[a-z0-9]+(?:_[a-z0-9]+)*$/

/** Reads the folder's `.sql` files in the order in which they run; other files are left alone. Throws UsageError. */
export async function loadRevisions(folder: string): Promise<readonly Revision[]> {
  const names = (await list(folder)).filter((name) => name.endsWith('.sql')).toSorted()
  const revisions = await Promise.all(names.map((name) => load(folder, name)))
  refuseTwins(revisions)
  return revisions
}

async function list(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const reason = code === 'ENOENT' ? 'it does not exist' : code === 'ENOTDIR' ? 'it is a file' : code
    throw new UsageError(
      `Cannot read the migrations folder ${folder}: ${reason}. Create it, or name the right one in tenon.config.ts.`,
      { cause: error },
    )
  }
}

async function load(folder: string, name: string): Promise<Revision> {
  const file = join(folder, name)
  const id = name.slice(0, -'.sql'.length)
  if (!isRevisionId(id)) {
    throw new UsageError(
      `Cannot read the revision ${file}: its name is not of the form YYYYMMDD_HHMMSS_name.sql ` +
        '(lower-case letters, digits and single underscores). Rename it.',
    )
  }
  return parseRevision(file, id, decode(file, await readFile(file)))
}

function isRevisionId(id: string): boolean {
  const match = namePattern.exec(id)
  if (!match) return false
  const [year = 0, month = 0, day = 0, hours = 0, minutes = 0, seconds = 0] = match.slice(1).map(Number)
  const date = new Date(Date.UTC(year, month - 1, day, hours, minutes, seconds))
  return date.toISOString().replace(/[-:]/g, '').replace('T', '_').startsWith(id.slice(0, 15))
}

function decode(file: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    throw new UsageError(`Cannot read the revision ${file}: it is not UTF-8 text. Save it as UTF-8.`, { cause: error })
  }
}

// Two branches of a team may hit on the same second, and then nothing says which comes first.
function refuseTwins(revisions: readonly Revision[]): void {
  for (const [index, revision] of revisions.entries()) {
    const next = revisions[index + 1]
    if (next?.id.slice(0, 15) !== revision.id.slice(0, 15)) continue
    throw new UsageError(
      `Cannot order the revisions ${revision.file} and ${next.file}: both have the time ${next.id.slice(0, 15)}. ` +
        'Rename the one that was not applied yet.',
    )
  }
}
