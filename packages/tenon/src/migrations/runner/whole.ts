import { UsageError } from '../../core/errors.ts'
import { clearProgress, type Progress } from '../progress.ts'
import { splitStatements } from '../statements.ts'
import { inTransaction } from './attempt.ts'
import { type Place, type Run, stepOf } from './context.ts'
import { isAlreadySo, placed } from './errors.ts'

/**
 * A section and its line in the journal in one transaction: all of it or nothing. `half`: what a run the other way had
 * done before it was stopped; then what this section takes back may not be there.
 */
export async function runWhole(run: Run, place: Place, half: Progress | undefined): Promise<void> {
  const { connection, journal } = run
  const { revision, direction } = place
  const statements = splitStatements(revision[direction], revision.file)
  const started = performance.now()
  await inTransaction(run, place, async () => {
    const transaction = await transactionId(run)
    for (const [index, statement] of statements.entries()) {
      if (half === undefined) await execute(run, { ...place, statement })
      else await tryStatement(run, { ...place, statement }, () => stepOf(place, statements, index))
    }
    if ((await transactionId(run)) !== transaction) throw endedItself(place)
    if (half) await clearProgress(connection, journal.schema, revision.id)
    if (direction === 'up') await journal.record(revision, performance.now() - started)
    else await journal.forget(revision.id)
  })
}

/** Throws RevisionError with file and line. */
export async function execute(
  run: Run,
  place: Place & { readonly statement: { readonly sql: string } },
): Promise<void> {
  try {
    await run.connection.script(place.statement.sql)
  } catch (error) {
    throw placed(place, error)
  }
}

async function tryStatement(
  run: Run,
  place: Place & { readonly statement: { readonly sql: string } },
  step: () => ReturnType<typeof stepOf>,
): Promise<void> {
  await run.connection.script('savepoint tenon')
  try {
    await execute(run, place)
    await run.connection.script('release savepoint tenon')
  } catch (error) {
    if (!isAlreadySo(error)) throw error
    await run.connection.script('rollback to savepoint tenon')
    run.report({ kind: 'skipped', reason: (error as Error).message, ...step() })
  }
}

async function transactionId({ connection }: Run): Promise<string | null | undefined> {
  return (await connection.run({ text: 'select pg_current_xact_id()', values: [] })).rows[0]?.[0]
}

/** Statements are looked at before, so this is a procedure's doing. */
function endedItself({ revision, direction }: Place): UsageError {
  return new UsageError(
    `Cannot finish ${revision.file}: its section "-- migrate:${direction}" ends the transaction that it runs in, ` +
      'so a part of it was kept and is not in the journal. Take COMMIT and ROLLBACK out, and look at what was kept.',
  )
}
