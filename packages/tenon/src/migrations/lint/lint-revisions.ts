import type { Connection } from '../../database/driver.ts'
import { type Engine, openEngine } from '../engine.ts'
import { RevisionGraph } from '../graph.ts'
import { refusalOf, wordsOf } from '../refusal.ts'
import type { Revision } from '../revision.ts'
import { runSection } from '../run-section.ts'
import { seedRows } from '../seed/seed.ts'
import { splitStatements } from '../statements.ts'
import type { StatementTrace } from '../trace.ts'
import { traceSection } from '../trace-revision.ts'
import { type Finding, lint } from './lint.ts'

export interface LintRevisionsOptions {
  /** Those to be looked at; the heads unless given. */
  readonly only?: readonly Revision[] | undefined
  /** Opens an empty scratch database; the embedded engine unless given. */
  readonly open?: () => Promise<Pick<Engine, 'connection' | 'close'>>
}

export interface LintOutcome {
  readonly linted: readonly Revision[]
  readonly findings: readonly Finding[]
  /** What could not be measured, so that the syntax alone decided. */
  readonly notMeasured: readonly string[]
}

/** Holds the ways up of revisions against the rules; what came before them runs on a scratch database, with rows. */
export async function lintRevisions(
  revisions: readonly Revision[],
  { only, open = openEngine }: LintRevisionsOptions = {},
): Promise<LintOutcome> {
  const graph = new RevisionGraph(revisions)
  const chosen = new Set((only ?? graph.heads).map(({ id }) => id))
  const linted = graph.revisions.filter(({ id }) => chosen.has(id))
  const { traces, notMeasured } = await measure(graph, linted, open)
  const findings: Finding[] = []
  for (const { id, file, up: section } of linted) {
    findings.push(...(await lint(splitStatements(section, file), traces.get(id) ?? [], { file, section })))
  }
  return { linted, findings, notMeasured }
}

type Traces = ReadonlyMap<string, readonly (StatementTrace | undefined)[]>

async function measure(
  graph: RevisionGraph,
  linted: readonly Revision[],
  open: NonNullable<LintRevisionsOptions['open']>,
): Promise<{ traces: Traces; notMeasured: readonly string[] }> {
  const traces = new Map<string, readonly (StatementTrace | undefined)[]>()
  const notMeasured: string[] = []
  const needed = graph.withAncestors(linted.map(({ id }) => id))
  const history = graph.revisions.filter(({ id }) => needed.has(id))
  let engine = await open()
  try {
    for (const [index, revision] of history.entries()) {
      if (!linted.includes(revision)) {
        if (!(await isApplied(engine.connection, revision, notMeasured))) break
        continue
      }
      await seedRows(engine.connection)
      const traced = await traceSection(engine, splitStatements(revision.up, revision.file))
      traces.set(revision.id, traced.traces)
      if (traced.problem === undefined) continue
      notMeasured.push(`${revision.id}: ${traced.problem}`)
      // What ran by itself is there in part: begin anew for those after it.
      await engine.close()
      engine = await open()
      if (!(await areApplied(engine.connection, history.slice(0, index + 1), notMeasured))) break
    }
  } finally {
    await engine.close()
  }
  return { traces, notMeasured }
}

async function areApplied(connection: Connection, revisions: readonly Revision[], notMeasured: string[]) {
  for (const revision of revisions) if (!(await isApplied(connection, revision, notMeasured))) return false
  return true
}

async function isApplied(connection: Connection, { id, up }: Revision, notMeasured: string[]): Promise<boolean> {
  const refusal = await refusalOf(() => runSection(connection, up))
  if (refusal) notMeasured.push(`${id} and what comes after it: ${wordsOf(refusal)}`)
  return !refusal
}
