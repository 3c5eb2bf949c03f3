import type { DatabaseError } from '../database/errors.ts'
import type { Engine } from './engine.ts'
import { makeFittingRows } from './fitting-rows.ts'
import type { PlannedStatement } from './planned-revision.ts'
import { isAboutRows, refusalOf, wordsOf } from './refusal.ts'
import { type AnySection, runSection, statementsOf } from './run-section.ts'
import { seedRows } from './seed/seed.ts'
import { type StatementTrace, traceStatements } from './trace.ts'

export interface RevisionTrace {
  /** A place for each statement; undefined from the one on that could not be run by itself. */
  readonly up: readonly (StatementTrace | undefined)[]
  readonly down: readonly (StatementTrace | undefined)[]
  /** Why it ends early. */
  readonly problems: readonly string[]
}

export interface TraceOptions {
  /** An empty scratch database; what is in it afterwards is of no use. */
  readonly engine: Pick<Engine, 'connection'>
  /** What comes before, in the order in which it runs. */
  readonly history: readonly { readonly up: AnySection }[]
  readonly revision: {
    readonly up: AnySection
    readonly down: AnySection
    readonly irreversible?: string | undefined
  }
}

/** Runs the history, makes rows, and traces each statement of the way up and then of the way down. */
export async function traceRevision({ engine, history, revision }: TraceOptions): Promise<RevisionTrace> {
  const { connection } = engine
  for (const { up } of history) await runSection(connection, up)
  await seedRows(connection)
  const first = await traceSection(engine, statementsOf(revision.up))
  // Rows that a narrower rule refuses would end it early.
  const isMade =
    first.refusal &&
    isAboutRows(first.refusal) &&
    !(await refusalOf(() => makeFittingRows(connection, history, revision)))
  const up = isMade ? await traceSection(engine, statementsOf(revision.up)) : first
  const isOver = up.problem !== undefined || revision.irreversible !== undefined
  const down = isOver ? { traces: [], problem: undefined } : await traceSection(engine, statementsOf(revision.down))
  return { up: up.traces, down: down.traces, problems: [up.problem, down.problem].filter((one) => one !== undefined) }
}

export interface SectionTrace {
  readonly traces: readonly StatementTrace[]
  /** Why it ends before the last statement. */
  readonly problem: string | undefined
  readonly refusal: DatabaseError | undefined
}

/** Each statement by itself; it ends with the first that cannot be run so. */
export async function traceSection(
  { connection }: Pick<Engine, 'connection'>,
  statements: readonly Pick<PlannedStatement, 'sql' | 'batch'>[],
): Promise<SectionTrace> {
  const traces: StatementTrace[] = []
  for (const statement of statements) {
    const refusal = await refusalOf(async () => traces.push(...(await traceStatements(connection, [statement]))))
    if (!refusal) continue
    const problem = `statement ${traces.length + 1} cannot be traced by itself: ${wordsOf(refusal)}`
    return { traces, problem, refusal }
  }
  return { traces, problem: undefined, refusal: undefined }
}
