import { createHash } from 'node:crypto'
import { UsageError } from '../../core/errors.ts'
import { clearProgress, type Progress, writeProgress } from '../progress.ts'
import { type SqlStatement, splitStatements } from '../statements.ts'
import { inTransaction } from './attempt.ts'
import { runBatches } from './batches.ts'
import { type Place, type Run, stepOf } from './context.ts'
import { isAlreadySo, needsNoTransaction } from './errors.ts'
import { formOf } from './form.ts'
import { runOutside } from './outside.ts'
import { execute } from './whole.ts'

/**
 * A section statement by statement, each in a transaction of its own together with its line of progress, so that a run
 * which was stopped anywhere goes on from there. `half`: what a run before has left, perhaps on the other way.
 */
export async function runStepwise(run: Run, place: Place, half: Progress | undefined): Promise<void> {
  const { connection, journal } = run
  const { revision, direction } = place
  const statements = splitStatements(revision[direction], revision.file)
  const isSame = half?.direction === direction
  let progress = isSame ? await resume(run, place, statements, half) : await begin(run, place, statements, half)
  while (progress.statements < statements.length) {
    await run.stillHeld()
    progress = await runNext(run, place, statements, progress)
  }
  await inTransaction(run, place, async () => {
    await clearProgress(connection, journal.schema, revision.id)
    if (direction === 'up') await journal.record(revision, progress.milliseconds)
  })
}

/** From here on the revision is neither applied nor not: on the way down its line leaves the journal at once. */
async function begin(
  run: Run,
  place: Place,
  statements: readonly SqlStatement[],
  half: Progress | undefined,
): Promise<Progress> {
  const { direction, revision } = place
  const progress = {
    id: revision.id,
    direction,
    turned: half !== undefined,
    statements: 0,
    checksum: checksumOf(statements, 0),
    begun: false,
    key: null,
    rows: 0,
    milliseconds: 0,
  }
  if (half) run.report({ kind: 'resumed', ...stepOf(place, statements, 0), turned: true })
  await inTransaction(run, place, async () => {
    if (direction === 'down') await run.journal.forget(revision.id)
    await writeProgress(run.connection, run.journal.schema, progress)
  })
  return progress
}

async function resume(
  run: Run,
  place: Place,
  statements: readonly SqlStatement[],
  progress: Progress,
): Promise<Progress> {
  const isInMiddle = progress.begun || progress.key !== null
  const covered = progress.statements + (isInMiddle ? 1 : 0)
  if (covered > statements.length || checksumOf(statements, covered) !== progress.checksum) {
    const { direction, revision } = place
    throw new UsageError(
      `Cannot go on with ${revision.file}: the first ${covered} statements of its section "-- migrate:${direction}" ` +
        'were run as they stood then, and they were changed since. Put their text back; those after them may change.',
    )
  }
  run.report({ kind: 'resumed', turned: progress.turned, ...stepOf(place, statements, progress.statements) })
  // What was set for the session went with it.
  for (const statement of statements.slice(0, progress.statements)) {
    if (formOf(statement.sql).kind === 'setting') await execute(run, { ...place, statement })
  }
  return progress
}

async function runNext(
  run: Run,
  place: Place,
  statements: readonly SqlStatement[],
  progress: Progress,
): Promise<Progress> {
  const index = progress.statements
  const statement = statements[index] as SqlStatement
  const step = stepOf(place, statements, index)
  const started = performance.now()
  const covered = { ...progress, checksum: checksumOf(statements, index + 1) }
  const done = (at: Progress): Progress => {
    const milliseconds = at.milliseconds + performance.now() - started
    return { ...covered, statements: index + 1, begun: false, key: null, rows: 0, milliseconds }
  }
  const here = { ...place, statement }
  const end = await runOne(run, here, step, { progress, covered, done })
  run.report({ kind: 'statement', milliseconds: performance.now() - started, ...step })
  return end
}

interface Course {
  /** As it is written down. */
  readonly progress: Progress
  /** With the checksum of the statement too, for when it is begun. */
  readonly covered: Progress
  done(at: Progress): Progress
}

async function runOne(
  run: Run,
  place: Place & { readonly statement: SqlStatement },
  step: ReturnType<typeof stepOf>,
  { progress, covered, done }: Course,
): Promise<Progress> {
  const { statement } = place
  const write = (next: Progress) => writeProgress(run.connection, run.journal.schema, next)
  const finish = async () => {
    const next = done(progress)
    await inTransaction(run, place, () => write(next))
    return next
  }
  try {
    if (statement.batch) {
      return await runBatches(
        run,
        { ...place, statement: { ...statement, batch: statement.batch } },
        step,
        covered,
        done,
      )
    }
    const { kind } = formOf(statement.sql)
    const isTransactional = kind === 'plain' || kind === 'setting'
    if (!progress.begun && isTransactional) return await runInside(run, place, progress, done)
  } catch (error) {
    if (progress.turned && isAlreadySo(error)) {
      run.report({ kind: 'skipped', reason: (error as Error).message, ...step })
      return await finish()
    }
    if (!needsNoTransaction(error) || statement.batch) throw error
  }
  await runOutside(run, place, step, progress, { ...covered, begun: true })
  return await finish()
}

async function runInside(
  run: Run,
  place: Place & { readonly statement: SqlStatement },
  progress: Progress,
  done: Course['done'],
): Promise<Progress> {
  return await inTransaction(run, place, async () => {
    await execute(run, place)
    const next = done(progress)
    await writeProgress(run.connection, run.journal.schema, next)
    return next
  })
}

function checksumOf(statements: readonly SqlStatement[], count: number): string {
  const hash = createHash('sha256')
  for (const { sql, batch } of statements.slice(0, count)) hash.update(JSON.stringify([sql, batch?.table, batch?.key]))
  return hash.digest('hex')
}
