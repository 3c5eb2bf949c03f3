import { UsageError } from '../core/errors.ts'
import type { AppliedRevision } from './journal.ts'
import type { Revision } from './revision.ts'

/** Throws UsageError where an applied revision is gone from the folder or was changed since. */
export function verifyApplied(revisions: readonly Revision[], applied: readonly AppliedRevision[]): void {
  const byId = new Map(revisions.map((revision) => [revision.id, revision]))
  for (const { id, checksum } of applied) {
    const revision = byId.get(id)
    if (revision === undefined) {
      throw new UsageError(
        `Cannot go on from ${id}: the database has it, but it is not among the revisions here. ` +
          'Update the code to the version that brought it, or downgrade with that version first.',
      )
    }
    if (revision.checksum !== checksum) {
      throw new UsageError(
        `Cannot go on from ${id}: ${revision.file} was changed after it was applied. ` +
          'Put its text back and write a new revision for the change.',
      )
    }
  }
}
