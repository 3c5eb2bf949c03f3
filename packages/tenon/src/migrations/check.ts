import type { Driver } from '../database/driver.ts'
import type { AnyModel } from '../model/infer.ts'
import { applyHistory } from './apply-history.ts'
import { compareWithDatabase, compareWithModels } from './differences.ts'
import { openEngine } from './engine.ts'
import { RevisionGraph } from './graph.ts'
import { readChecksums } from './journal.ts'
import { readProgress } from './progress.ts'
import { readSnapshot } from './read-snapshot.ts'
import { withReplacing } from './replacing.ts'
import type { Revision } from './revision.ts'
import { standing } from './status.ts'

export interface CheckOptions {
  /** Patterns of what somebody else looks after. */
  readonly unmanaged?: readonly string[] | undefined
}

/** Both empty where all is well. */
export interface Checked {
  /** What is wrong beside the schema, each with what to do. */
  readonly problems: readonly string[]
  /** In what the two schemas differ. */
  readonly differences: readonly string[]
}

/** In what the models differ from what the revisions come to, and whether there is one head. */
export async function checkModels(
  revisions: readonly Revision[],
  models: readonly AnyModel[],
  { unmanaged = [] }: CheckOptions = {},
): Promise<Checked> {
  const graph = new RevisionGraph(revisions)
  await using engine = await openEngine()
  await applyHistory(engine.connection, graph.revisions, 'check the models')
  const { lines } = await compareWithModels(engine.connection, models, { unmanaged })
  return { problems: headProblems(graph), differences: lines }
}

/** What is wrong between the files and the database's journal, each with what to do; what is pending is not. */
export async function checkJournal(
  driver: Pick<Driver, 'run'>,
  revisions: readonly Revision[],
): Promise<readonly string[]> {
  const { unknown, changed } = await standing(driver, revisions)
  return [
    ...unknown.map((id) => `${id} is applied, but not among the revisions here: bring its file.`),
    ...changed.map((id) => `${id} was changed after it was applied: put its text back.`),
  ]
}

/** In what a database differs from what its applied revisions come to: what somebody changed by hand. */
export async function findDrift(
  driver: Pick<Driver, 'run'>,
  revisions: readonly Revision[],
  { unmanaged = [] }: CheckOptions = {},
): Promise<Checked> {
  const problems = [...(await checkJournal(driver, revisions)), ...(await halfProblems(driver))]
  if (problems.length > 0) return { problems, differences: [] }
  const found = [...(await readChecksums(driver))].map(([id, checksum]) => ({ id, checksum }))
  const applied = new Set(withReplacing(revisions, found).map(({ id }) => id))
  await using engine = await openEngine()
  const history = new RevisionGraph(revisions).revisions.filter(({ id }) => applied.has(id))
  await applyHistory(engine.connection, history, 'look for drift')
  const { lines } = await compareWithDatabase(engine.connection, await readSnapshot(driver), { unmanaged })
  return { problems, differences: lines }
}

function headProblems({ heads }: RevisionGraph): readonly string[] {
  if (heads.length < 2) return []
  const names = heads.map(({ id }) => id).join(', ')
  return [`there are ${heads.length} heads, ${names}: join them by tenon migrate merge.`]
}

/** What is there of a half-applied one is nobody's change by hand. */
async function halfProblems(driver: Pick<Driver, 'run'>): Promise<readonly string[]> {
  const half = await readProgress(driver)
  if (!half) return []
  const what = half.direction === 'up' ? 'applied' : 'taken back'
  return [`${half.id} is half ${what}: finish it by tenon migrate upgrade, or take it back by tenon migrate downgrade.`]
}
