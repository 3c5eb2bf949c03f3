import { applyHistory } from './apply-history.ts'
import { openEngine } from './engine.ts'
import { RevisionGraph } from './graph.ts'
import { type PlannedPurge, planPurge } from './purge.ts'
import { readSnapshot } from './read-snapshot.ts'
import type { Revision } from './revision.ts'
import { type RevisionTrace, traceRevision } from './trace-revision.ts'

export interface Purge {
  readonly planned: PlannedPurge
  readonly traces: RevisionTrace
}

/** The revision that drops for good what the revisions hid, traced; null where nothing is hidden. Writes nothing. */
export async function purgeHidden(revisions: readonly Revision[]): Promise<Purge | null> {
  const history = new RevisionGraph(revisions).revisions
  await using engine = await openEngine()
  await applyHistory(engine.connection, history, 'look for what is hidden')
  const planned = planPurge(await readSnapshot(engine.connection))
  if (!planned) return null
  await using another = await openEngine()
  return { planned, traces: await traceRevision({ engine: another, history, revision: planned }) }
}
