import { UsageError } from '../core/errors.ts'
import type { Connection } from '../database/driver.ts'
import { quoted } from '../sql/names.ts'
import { applyHistory } from './apply-history.ts'
import { type DatabaseObjects, differences, readObjects } from './database-objects.ts'
import { type Engine, openEngine } from './engine.ts'
import { RevisionGraph } from './graph.ts'
import { readSnapshot } from './read-snapshot.ts'
import { refusalOf, wordsOf } from './refusal.ts'
import { renderSnapshot } from './render-snapshot.ts'
import { parseRevision, type Revision } from './revision.ts'
import { runSection } from './run-section.ts'
import type { Snapshot } from './snapshot.ts'
import { squashedText, type Way } from './squashed-text.ts'
import { lostContents, readContents, type TableContents } from './table-contents.ts'
import { tableSql } from './table-sql.ts'
import { resolveTarget } from './target.ts'

export interface SquashOptions {
  /** Opens an empty scratch database; the embedded engine unless given. */
  readonly open?: () => Promise<Pick<Engine, 'connection' | 'close'>>
}

export interface Squashed {
  /** The time of the last one, so that it stands where they stood. */
  readonly id: string
  readonly text: string
  /** The files that it takes the place of. */
  readonly replaced: readonly Revision[]
  /** `schema`: made from what they come to. `statements`: their own SQL, one after the other. */
  readonly from: 'schema' | 'statements'
  /** Why their own SQL had to stay. */
  readonly reasons: readonly string[]
}

/**
 * One revision in place of all up to `upTo` (`head`, or a part of an id), proven on scratch databases to come to the same. Throws UsageError where
 * another one stands on the middle of them.
 */
export async function squash(
  revisions: readonly Revision[],
  upTo: string,
  { open = openEngine }: SquashOptions = {},
): Promise<Squashed> {
  const graph = new RevisionGraph(revisions)
  const last = upTo === 'head' ? graph.oneHead('squash') : resolveTarget(graph, upTo)
  const replaced = chooseReplaced(graph, last)
  const id = `${last.id.slice(0, 15)}_squashed`
  const end = await scratch(open, (connection) => applyAll(connection, replaced))
  const toText = (way: Way) => squashedText(id, replaced, way)
  const rendered = toText({ from: 'schema', up: renderSnapshot(end.snapshot), down: dropAll(end.snapshot) })
  const reasons = [...lostInSnapshot(end), ...(await mismatches(open, id, rendered, end))]
  if (reasons.length === 0) return { id, text: rendered, replaced, from: 'schema', reasons }
  const own: string[] = []
  for (const transaction of replaced.every(({ up }) => up.transaction) ? [true, false] : [false]) {
    const text = toText({ from: 'statements', transaction })
    const found = await mismatches(open, id, text, end, true)
    if (found.length === 0) return { id, text, replaced, from: 'statements', reasons }
    own.push(...found)
  }
  throw new UsageError(
    `Cannot squash up to ${last.id}: put together, their own statements come to something else: ${own.join('; ')}. ` +
      'Squash up to an earlier one.',
  )
}

function chooseReplaced(graph: RevisionGraph, last: Revision): readonly Revision[] {
  const within = graph.withAncestors([last.id])
  const replaced = graph.revisions.filter(({ id }) => within.has(id))
  if (replaced.length < 2) {
    throw new UsageError(`Cannot squash up to ${last.id}: there is nothing before it. Name a later one.`)
  }
  for (const { id } of graph.revisions) {
    if (within.has(id)) continue
    const inner = graph.needsOf(id).find((need) => within.has(need) && need !== last.id)
    if (inner === undefined) continue
    throw new UsageError(
      `Cannot squash up to ${last.id}: ${id} comes after ${inner}, which would be gone. ` +
        `Squash up to ${inner}, or join the branches first and squash up to what joins them.`,
    )
  }
  return replaced
}

interface EndState {
  readonly objects: DatabaseObjects
  readonly snapshot: Snapshot
  readonly contents: readonly TableContents[]
}

async function applyAll(connection: Connection, revisions: readonly Revision[]): Promise<EndState> {
  await applyHistory(connection, revisions, 'squash')
  return await readEnd(connection)
}

async function readEnd(connection: Connection): Promise<EndState> {
  return {
    objects: await readObjects(connection),
    snapshot: await readSnapshot(connection),
    contents: await readContents(connection),
  }
}

/** What a rendered schema never has. */
function lostInSnapshot({ snapshot: { hidden }, contents }: EndState): string[] {
  const waiting = [
    ...hidden.tables.map(({ name }) => name),
    ...hidden.columns.map(({ table, name }) => `${table.name}.${name}`),
  ]
  return [
    ...contents.filter(({ rows }) => rows.length > 0).map(({ name }) => `${name} has rows that they write`),
    ...(waiting.length > 0 ? [`${waiting.join(', ')} wait to be purged`] : []),
  ]
}

/** What does not come to the same, up and down. */
async function mismatches(
  open: NonNullable<SquashOptions['open']>,
  id: string,
  text: string,
  end: EndState,
  isOwn = false,
): Promise<string[]> {
  const revision = parseRevision(`${id}.sql`, id, text)
  return await scratch(open, async (connection) => {
    const empty = await readObjects(connection)
    const refusal = await attempt(() => runSection(connection, revision.up))
    if (refusal !== undefined) return [refusal]
    const { objects, contents } = await readEnd(connection)
    const found = [
      ...differences(end.objects, objects),
      ...lostContents(end.contents, contents, 'names'),
      ...lostContents(contents, end.contents, 'names').map((extra) => `the other way round ${extra}`),
    ]
    if (found.length > 0 || revision.irreversible !== undefined) return found
    const failure = await attempt(() => runSection(connection, revision.down))
    if (failure !== undefined) return [`its way down fails: ${failure}`]
    // What their own ways down leave behind is theirs.
    if (isOwn) return []
    return differences(empty, await readObjects(connection)).map((one) => `after its way down ${one}`)
  })
}

function dropAll({ tables, schemas }: Snapshot): string[] {
  return [
    ...(tables.length > 0 ? [`drop table ${tables.map(tableSql).join(', ')}`] : []),
    ...schemas.map((schema) => `drop schema ${quoted(schema)}`),
  ]
}

async function scratch<T>(
  open: NonNullable<SquashOptions['open']>,
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  const engine = await open()
  try {
    return await work(engine.connection)
  } finally {
    await engine.close()
  }
}

async function attempt(work: () => Promise<void>): Promise<string | undefined> {
  const refusal = await refusalOf(work)
  return refusal && wordsOf(refusal)
}
