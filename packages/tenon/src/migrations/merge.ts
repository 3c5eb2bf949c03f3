import { TenonError, UsageError } from '../core/errors.ts'
import type { Driver } from '../database/driver.ts'
import { openPglite } from '../database/pglite/open-pglite.ts'
import { readObjectLines } from './database-objects.ts'
import { RevisionGraph } from './graph.ts'
import type { Revision } from './revision.ts'
import { upgrade } from './run.ts'

/** What a database holds, as lines that can be compared. */
export type ReadCatalog = (driver: Driver) => Promise<readonly string[]>

export interface MergeOptions {
  /** An empty scratch database; the embedded one unless given. */
  readonly open?: () => Promise<Driver>
  readonly read?: ReadCatalog
}

/**
 * Throws UsageError where two heads do not come to the same whichever is applied first, as databases will have them:
 * both orders are run on scratch databases, and what comes out is compared.
 */
export async function assertCommuting(
  revisions: readonly Revision[],
  heads: readonly [string, string],
  { open = () => openPglite(), read = readObjectLines }: MergeOptions = {},
): Promise<void> {
  const [one, other] = heads
  // One after the other: an engine takes some hundred megabytes.
  const first = await tryOrder(revisions, [one, other], open, read)
  const second = await tryOrder(revisions, [other, one], open, read)
  const differing = [
    ...first.filter((line) => !second.includes(line)).map((line) => `only with ${one} first: ${line}`),
    ...second.filter((line) => !first.includes(line)).map((line) => `only with ${other} first: ${line}`),
  ]
  if (differing.length === 0) return
  throw notCommuting(heads, `the order makes a difference:\n${differing.map((line) => `  ${line}`).join('\n')}\n`)
}

/** The two heads that a merge joins. Throws UsageError where there is only one, or more than two and none named. */
export function headsToMerge(revisions: readonly Revision[], named: readonly Revision[] = []): [string, string] {
  const { heads } = new RevisionGraph(revisions)
  const stranger = named.find((revision) => !heads.includes(revision))
  if (stranger) throw new UsageError(`Cannot merge ${stranger.id}: it is not a head. ${listHeads(heads)}`)
  const [one, other, more] = named.length > 0 ? named : heads
  if (one && other && !more && one !== other) return [one.id, other.id]
  if (heads.length < 2) throw new UsageError(`Cannot merge: there is nothing to join. ${listHeads(heads)}`)
  throw new UsageError(`Cannot merge: it joins two heads at a time. ${listHeads(heads)} Name two of them.`)
}

async function tryOrder(
  revisions: readonly Revision[],
  heads: readonly [string, string],
  open: () => Promise<Driver>,
  read: ReadCatalog,
): Promise<readonly string[]> {
  const driver = await open()
  try {
    for (const head of heads) await upgrade(driver, revisions, head)
    return await read(driver)
  } catch (error) {
    if (!(error instanceof TenonError) || error.code !== 'TENON_REVISION') throw error
    throw notCommuting(heads, `with ${heads[0]} first, the other fails. ${error.message} `, error)
  } finally {
    await driver.close()
  }
}

function notCommuting([one, other]: readonly [string, string], reason: string, cause?: unknown): UsageError {
  return new UsageError(
    `Cannot merge ${one} and ${other}: ${reason}` +
      'Rewrite the one that no database has yet, so that it comes after the other.',
    { cause },
  )
}

function listHeads(heads: readonly Revision[]): string {
  return `Heads: ${heads.map(({ id }) => id).join(', ') || 'none'}.`
}
