import type { Driver } from '../database/driver.ts'
import { RevisionGraph } from './graph.ts'
import { type AppliedRevision, readJournal } from './journal.ts'
import { clearProgress, readProgress } from './progress.ts'
import type { Revision } from './revision.ts'
import { type RunOptions, withJournal } from './run.ts'
import { resolveTarget } from './target.ts'

/** What a stamp writes: which lines come, go, and get the file's checksum as it is now. */
export interface StampPlan {
  readonly added: readonly Revision[]
  readonly removed: readonly string[]
  readonly corrected: readonly Revision[]
}

/**
 * Makes the journal say that the database stands at `target` (`head`, `heads`, `base`, a revision), and runs nothing:
 * for a database that was brought there by hand. What another branch has brought stays.
 */
export async function stamp(
  driver: Driver,
  revisions: readonly Revision[],
  target: string,
  options: RunOptions = {},
): Promise<StampPlan> {
  return await withJournal(driver, options, async (connection, journal) => {
    const plan = planStamp(revisions, await readJournal(connection), target)
    const half = await readProgress(connection, journal.schema)
    await connection.script('begin')
    try {
      for (const id of plan.removed) await journal.forget(id)
      for (const revision of plan.corrected) await journal.correctChecksum(revision)
      for (const revision of plan.added) await journal.record(revision, 0, true)
      if (half) await clearProgress(connection, journal.schema, half.id)
      await connection.script('commit')
    } catch (error) {
      await connection.script('rollback').catch(() => {})
      throw error
    }
    return plan
  })
}

/** What such a stamp would write, without doing it. */
export async function previewStamp(
  driver: Pick<Driver, 'run'>,
  revisions: readonly Revision[],
  target: string,
): Promise<StampPlan> {
  return planStamp(revisions, await readJournal(driver), target)
}

function planStamp(revisions: readonly Revision[], applied: readonly AppliedRevision[], target: string): StampPlan {
  const graph = new RevisionGraph(revisions)
  const known = new Map(applied.map((entry) => [entry.id, entry.checksum]))
  const to = targetsOf(graph, target)
  const wanted = graph.withAncestors(to)
  const above = graph.withDescendants(to)
  // What there is no file for has no place among the others, and would stop every further run.
  const isRemoved = (id: string) => !wanted.has(id) && (target === 'base' || above.has(id) || !graph.find(id))
  const inOrder = graph.revisions.filter(({ id }) => wanted.has(id))
  return {
    added: inOrder.filter(({ id }) => !known.has(id)),
    removed: [...known.keys()].filter(isRemoved),
    corrected: inOrder.filter(({ id, checksum }) => known.has(id) && known.get(id) !== checksum),
  }
}

function targetsOf(graph: RevisionGraph, target: string): readonly string[] {
  if (target === 'base') return []
  if (target === 'heads') return graph.heads.map(({ id }) => id)
  return [target === 'head' ? graph.oneHead('stamp').id : resolveTarget(graph, target).id]
}
