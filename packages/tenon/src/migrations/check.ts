import type { Driver } from '../database/driver.ts'
import type { AnyModel } from '../model/infer.ts'
import { compareWithDatabase, compareWithModels } from './differences.ts'
import { openEngine } from './engine.ts'
import { RevisionGraph } from './graph.ts'
import { readJournal } from './journal.ts'
import { readSnapshot } from './read-snapshot.ts'
import type { Revision } from './revision.ts'
import { runSection } from './run-section.ts'
import { standing } from './status.ts'

export interface CheckOptions {
  /** Patterns of what somebody else looks after. */
  readonly unmanaged?: readonly string[] | undefined
}

/** In what the models differ from what the revisions come to, and what else stops a release; empty where nothing does. */
export async function checkModels(
  revisions: readonly Revision[],
  models: readonly AnyModel[],
  { unmanaged = [] }: CheckOptions = {},
): Promise<readonly string[]> {
  const graph = new RevisionGraph(revisions)
  const heads = graph.heads.length > 1 ? [`there are ${graph.heads.length} heads: ${listOf(graph.heads)}`] : []
  await using engine = await openEngine()
  for (const { up } of graph.revisions) await runSection(engine.connection, up)
  const { lines } = await compareWithModels(engine.connection, models, { unmanaged })
  return [...heads, ...lines]
}

/** In what the files differ from what the database's journal says of them; what is pending is no difference. */
export async function checkJournal(
  driver: Pick<Driver, 'run'>,
  revisions: readonly Revision[],
): Promise<readonly string[]> {
  const { unknown, changed } = await standing(driver, revisions)
  return [
    ...unknown.map((id) => `${id} is applied, but not among the revisions here`),
    ...changed.map((id) => `${id} was changed after it was applied`),
  ]
}

/** In what a database differs from what its applied revisions come to: what somebody changed by hand. */
export async function findDrift(
  driver: Pick<Driver, 'run'>,
  revisions: readonly Revision[],
  { unmanaged = [] }: CheckOptions = {},
): Promise<readonly string[]> {
  const problems = await checkJournal(driver, revisions)
  if (problems.length > 0) return problems
  const applied = new Set((await readJournal(driver)).map(({ id }) => id))
  await using engine = await openEngine()
  for (const { id, up } of new RevisionGraph(revisions).revisions) {
    if (applied.has(id)) await runSection(engine.connection, up)
  }
  const { lines } = await compareWithDatabase(engine.connection, await readSnapshot(driver), { unmanaged })
  return lines
}

function listOf(revisions: readonly Revision[]): string {
  return revisions.map(({ id }) => id).join(', ')
}
