import type { AnyModel } from '../model/infer.ts'
import { type Engine, openEngine } from './engine.ts'
import { RevisionGraph } from './graph.ts'
import { type Proof, prove } from './prove.ts'
import { refusalOf } from './refusal.ts'
import type { Revision } from './revision.ts'
import { runSection } from './run-section.ts'
import type { Snapshot } from './snapshot.ts'
import { snapshotOfModels } from './snapshot-of-models.ts'

export interface ProveRevisionOptions {
  /** What the last of all revisions must come to; asked of the one head alone. */
  readonly models?: readonly AnyModel[] | undefined
  /** Patterns of what others look after. */
  readonly unmanaged?: readonly string[] | undefined
  /** Opens an empty scratch database; the embedded engine unless given. */
  readonly open?: () => Promise<Pick<Engine, 'connection' | 'close'>>
}

/** Proves a revision's file, also one that was written by hand, on what comes before it. */
export async function proveRevision(
  revisions: readonly Revision[],
  revision: Revision,
  { models = [], unmanaged = [], open = openEngine }: ProveRevisionOptions = {},
): Promise<Proof> {
  const graph = new RevisionGraph(revisions)
  const needed = graph.withAncestors([revision.id])
  const history = graph.revisions.filter(({ id }) => needed.has(id) && id !== revision.id)
  const isLast = graph.heads.length === 1 && graph.heads[0]?.id === revision.id
  const target =
    isLast && models.length > 0 ? await targetOf([...history, revision], models, unmanaged, open) : undefined
  const engine = await open()
  try {
    return await prove({ engine, history, revision, target, unmanaged })
  } finally {
    await engine.close()
  }
}

/** On what the revisions come to, so that types and functions are there; undefined where they fail, which is proven next. */
async function targetOf(
  revisions: readonly Revision[],
  models: readonly AnyModel[],
  unmanaged: readonly string[],
  open: NonNullable<ProveRevisionOptions['open']>,
): Promise<Snapshot | undefined> {
  const engine = await open()
  try {
    const refusal = await refusalOf(async () => {
      for (const { up } of revisions) await runSection(engine.connection, up)
    })
    return refusal ? undefined : await snapshotOfModels(engine.connection, models, unmanaged)
  } finally {
    await engine.close()
  }
}
