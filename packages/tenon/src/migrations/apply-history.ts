import { UsageError } from '../core/errors.ts'
import type { Connection } from '../database/driver.ts'
import { DatabaseError } from '../database/errors.ts'
import type { Revision } from './revision.ts'
import { runSection } from './run-section.ts'

/** Runs ways up on a scratch database. Throws UsageError naming the one that does not run; `what` as in "Cannot <what>". */
export async function applyHistory(
  connection: Connection,
  revisions: readonly Revision[],
  what: string,
): Promise<void> {
  for (const { id, up } of revisions) {
    try {
      await runSection(connection, up)
    } catch (error) {
      if (!(error instanceof DatabaseError)) throw error
      const words = ((error.cause as Error | undefined)?.message ?? error.message).replace(/\.$/, '')
      throw new UsageError(`Cannot ${what}: ${id} does not run on an empty database: ${words}. Correct that first.`, {
        cause: error,
      })
    }
  }
}
