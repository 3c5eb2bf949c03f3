import { UsageError } from '../core/errors.ts'
import type { Connection } from '../database/driver.ts'
import { type AppliedRevision, type Journal, readJournal } from './journal.ts'
import type { Revision } from './revision.ts'

interface JournalLine {
  readonly id: string
  readonly checksum: string
}

/**
 * The journal as it reads once squashed revisions have taken the place of those that they replace: a database that has
 * the last of them has them all, since each needs the one before it.
 */
export function withReplacing<Line extends JournalLine>(
  revisions: readonly Revision[],
  applied: readonly Line[],
): readonly Line[] {
  return revisions.reduce((lines: readonly Line[], { id, checksum, replaces }) => {
    const last = replaces.at(-1)
    if (!lines.some((line) => line.id === last)) return lines
    const kept = lines.filter((line) => line.id === last || !replaces.includes(line.id))
    return kept.map((line) => (line.id === last ? { ...line, id, checksum } : line))
  }, applied)
}

/** Writes that into the journal, and reads it. Throws UsageError where a database has only some of what is replaced. */
export async function adoptReplacing(
  connection: Connection,
  journal: Journal,
  revisions: readonly Revision[],
): Promise<readonly AppliedRevision[]> {
  const applied = await readJournal(connection)
  const ids = new Set(applied.map(({ id }) => id))
  for (const revision of revisions) {
    const present = revision.replaces.filter((id) => ids.has(id))
    const last = revision.replaces.at(-1)
    if (present.length === 0 || last === undefined) continue
    if (!ids.has(last)) throw partlyReplaced(revision, present.at(-1) ?? '', last)
    await connection.script('begin')
    try {
      await journal.replace(
        last,
        present.filter((id) => id !== last),
        revision,
      )
      await connection.script('commit')
    } catch (error) {
      await connection.script('rollback').catch(() => {})
      throw error
    }
  }
  return withReplacing(revisions, applied)
}

function partlyReplaced({ id }: Revision, present: string, last: string): UsageError {
  return new UsageError(
    `Cannot go on from ${present}: ${id} replaces it and those up to ${last}, which this database has not got. ` +
      `Upgrade to ${last} with the version of the code that still has it, then run this again.`,
  )
}
