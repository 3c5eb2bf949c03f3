import type { Connection } from '../database/driver.ts'
import type { AnyModel } from '../model/infer.ts'
import { type DiffOptions, diff } from './diff.ts'
import { describeOperation } from './operations/describe.ts'
import type { Operation } from './operations/operation.ts'
import { readSnapshot } from './read-snapshot.ts'
import type { Snapshot } from './snapshot.ts'
import { normalizeSnapshot, snapshotOfModels } from './snapshot-of-models.ts'

/** In what two schemas differ: the steps from one to the other, and a line for each. Empty where they are equal. */
export interface Differences {
  readonly operations: readonly Operation[]
  readonly lines: readonly string[]
}

export function findDifferences(from: Snapshot, to: Snapshot, options: DiffOptions = {}): Differences {
  const operations = diff(from, to, options)
  return { operations, lines: operations.map(describeOperation) }
}

/** In what the models differ from what the revisions have made on the engine. */
export async function compareWithModels(
  engine: Connection,
  models: readonly AnyModel[],
  options: DiffOptions = {},
): Promise<Differences> {
  return findDifferences(await readSnapshot(engine), await snapshotOfModels(engine, models, options.unmanaged), options)
}

/**
 * In what a database differs from what the revisions have made on the engine. Both are read back once more first:
 * PostgreSQL writes some expressions otherwise when it reads its own writing.
 */
export async function compareWithDatabase(
  engine: Connection,
  database: Snapshot,
  options: DiffOptions = {},
): Promise<Differences> {
  const expected = await normalizeSnapshot(engine, await readSnapshot(engine))
  return findDifferences(expected, await normalizeSnapshot(engine, database), options)
}
