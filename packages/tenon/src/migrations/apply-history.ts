import { UsageError } from '../core/errors.ts'
import type { Connection } from '../database/driver.ts'
import { refusalOf, wordsOf } from './refusal.ts'
import { type AnySection, runSection } from './run-section.ts'

/** Runs ways up on a scratch database. Throws UsageError naming the one that does not run; `what` as in "Cannot <what>". */
export async function applyHistory(
  connection: Connection,
  revisions: readonly { readonly id: string; readonly up: AnySection }[],
  what: string,
): Promise<void> {
  for (const { id, up } of revisions) {
    const refusal = await refusalOf(() => runSection(connection, up))
    if (refusal === undefined) continue
    const words = wordsOf(refusal)
    throw new UsageError(`Cannot ${what}: ${id} does not run on an empty database: ${words}. Correct that first.`, {
      cause: refusal,
    })
  }
}
