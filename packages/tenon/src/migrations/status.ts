import type { Driver } from '../database/driver.ts'
import { RevisionGraph } from './graph.ts'
import { type AppliedRevision, readChecksums, readJournal } from './journal.ts'
import { type Progress, readProgress } from './progress.ts'
import { withReplacing } from './replacing.ts'
import type { Revision } from './revision.ts'

type Reader = Pick<Driver, 'run'>

/** Where a database stands. */
export interface CurrentState {
  /** The latest of the applied revisions; null where none is. */
  readonly current: AppliedRevision | null
  /** The applied ones on which no other applied one stands: more than one where branches are. */
  readonly heads: readonly string[]
  /** The last of the revisions there are; null where there are none, or several. */
  readonly head: string | null
  readonly pending: readonly string[]
  /** Applied, but not among the revisions here: the database is ahead of the code. */
  readonly unknown: readonly string[]
  /** Applied, but the file differs from what was. */
  readonly changed: readonly string[]
  /** The revision that was left in the middle. */
  readonly unfinished: Progress | null
}

/** How code and database stand to each other. */
export type Standing = Pick<CurrentState, 'pending' | 'unknown' | 'changed'>

/**
 * One line of the history. `changed`: the file differs from what was applied. `missing`: applied, but there is no file.
 * `unfinished`: a run was stopped in the middle of it.
 */
export interface HistoryEntry {
  readonly id: string
  readonly state: 'applied' | 'pending' | 'changed' | 'missing' | 'unfinished'
  readonly parents: readonly string[]
  readonly dependsOn: readonly string[]
  readonly applied: AppliedRevision | null
}

/** The ids that the database lacks, by one query: cheap enough to ask on every health check. */
export async function pending(driver: Reader, revisions: readonly Revision[]): Promise<readonly string[]> {
  return (await standing(driver, revisions)).pending
}

/** As `pending`, and what the database has that is not here or is otherwise here; by one query too. */
export async function standing(driver: Reader, revisions: readonly Revision[]): Promise<Standing> {
  const found = [...(await readChecksums(driver))].map(([id, checksum]) => ({ id, checksum }))
  return compare(new RevisionGraph(revisions), checksumsOf(withReplacing(revisions, found)))
}

export async function current(driver: Reader, revisions: readonly Revision[]): Promise<CurrentState> {
  const graph = new RevisionGraph(revisions)
  const applied = withReplacing(revisions, await readJournal(driver))
  const { heads } = graph
  return {
    current: applied.at(-1) ?? null,
    heads: appliedHeads(graph, applied),
    head: heads.length === 1 ? (heads[0]?.id ?? null) : null,
    ...compare(graph, checksumsOf(applied)),
    unfinished: (await readProgress(driver)) ?? null,
  }
}

/** Every revision that is here or in the database, in the order in which they run. */
export async function history(driver: Reader, revisions: readonly Revision[]): Promise<readonly HistoryEntry[]> {
  const graph = new RevisionGraph(revisions)
  const journal = withReplacing(revisions, await readJournal(driver))
  const applied = new Map(journal.map((entry) => [entry.id, entry]))
  const half = await readProgress(driver)
  const missing = [...applied.keys()].filter((id) => !graph.find(id))
  return place(
    graph.revisions.map(({ id }) => id),
    missing,
  ).map((id) => {
    const revision = graph.find(id)
    const entry = applied.get(id)
    return {
      id,
      state: half?.id === id ? 'unfinished' : stateOf(revision, entry),
      parents: graph.parentsOf(id),
      dependsOn: revision?.dependsOn ?? [],
      applied: entry ?? null,
    }
  })
}

function checksumsOf(applied: readonly { readonly id: string; readonly checksum: string }[]) {
  return new Map(applied.map(({ id, checksum }) => [id, checksum]))
}

function compare(graph: RevisionGraph, applied: ReadonlyMap<string, string>): Standing {
  const here = graph.revisions
  const changed = here.filter(({ id, checksum }) => applied.has(id) && applied.get(id) !== checksum)
  return {
    pending: here.map(({ id }) => id).filter((id) => !applied.has(id)),
    unknown: [...applied.keys()].filter((id) => !graph.find(id)),
    changed: changed.map(({ id }) => id),
  }
}

function appliedHeads(graph: RevisionGraph, applied: readonly AppliedRevision[]): readonly string[] {
  const ids = new Set(applied.map(({ id }) => id))
  return [...ids].filter((id) => !graph.childrenOf(id).some((child) => ids.has(child)))
}

/** What is not here has its place by its time alone. */
function place(sorted: readonly string[], missing: readonly string[]): readonly string[] {
  const result = [...sorted]
  for (const id of missing.toSorted()) {
    const index = result.findIndex((other) => other > id)
    result.splice(index < 0 ? result.length : index, 0, id)
  }
  return result
}

function stateOf(revision: Revision | undefined, applied: AppliedRevision | undefined): HistoryEntry['state'] {
  if (applied === undefined) return 'pending'
  if (revision === undefined) return 'missing'
  return revision.checksum === applied.checksum ? 'applied' : 'changed'
}

/** The revisions that nothing goes out from: more than one where two were written side by side. */
export function heads(revisions: readonly Revision[]): readonly Revision[] {
  return new RevisionGraph(revisions).heads
}

/** Where the way parts, and into what. */
export function branches(
  revisions: readonly Revision[],
): readonly { readonly id: string; readonly children: readonly string[] }[] {
  const graph = new RevisionGraph(revisions)
  return graph.branchPoints.map(({ id }) => ({ id, children: graph.childrenOf(id) }))
}
