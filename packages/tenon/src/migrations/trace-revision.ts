import { DatabaseError } from '../database/errors.ts'
import type { Engine } from './engine.ts'
import type { PlannedStatement } from './planned-revision.ts'
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
  const up = await traceSection(engine, statementsOf(revision.up))
  const isOver = up.problem !== undefined || revision.irreversible !== undefined
  const down = isOver ? { traces: [], problem: undefined } : await traceSection(engine, statementsOf(revision.down))
  return { up: up.traces, down: down.traces, problems: [up.problem, down.problem].filter((one) => one !== undefined) }
}

/** Each statement by itself; it ends with the first that cannot be run so. */
export async function traceSection(
  { connection }: Pick<Engine, 'connection'>,
  statements: readonly Pick<PlannedStatement, 'sql' | 'batch'>[],
) {
  const traces: (StatementTrace | undefined)[] = []
  for (const statement of statements) {
    try {
      traces.push(...(await traceStatements(connection, [statement])))
    } catch (error) {
      if (!(error instanceof DatabaseError)) throw error
      const problem = ((error.cause as Error | undefined)?.message ?? error.message).replace(/\.$/, '')
      return { traces, problem: `statement ${traces.length + 1} cannot be traced by itself: ${problem}` }
    }
  }
  return { traces, problem: undefined }
}
