import { UsageError } from '../../core/errors.ts'
import { type Progress, writeProgress } from '../progress.ts'
import type { Step } from '../report.ts'
import type { SqlStatement } from '../statements.ts'
import { persistently } from './attempt.ts'
import type { Place, Run } from './context.ts'
import { placed } from './errors.ts'
import { type Form, formOf } from './form.ts'
import { isDropped, prepareCreation, prepareReindex } from './indexes.ts'
import { execute } from './whole.ts'

interface Outside {
  readonly run: Run
  readonly place: Place & { readonly statement: SqlStatement }
  readonly step: Step
  readonly form: Form
}

// How often it is looked whether somebody holds it up, in milliseconds.
const lookEvery = 2_000

/**
 * Runs a statement that cannot stand in a transaction. That it was begun is written before, so that the next run knows
 * where this one was stopped; what may be repeated is, and the rest is asked for.
 * No lock_timeout here: one that strikes in the middle leaves an INVALID index, and CONCURRENTLY holds up nobody.
 */
export async function runOutside(
  run: Run,
  place: Place & { readonly statement: SqlStatement },
  step: Step,
  progress: Progress,
  begun: Progress,
): Promise<void> {
  const form = formOf(place.statement.sql)
  const outside = { run, place, step, form }
  if (progress.begun && !isKnownToRepeat(form) && !mayRepeat(outside)) return
  if (!progress.begun) await writeProgress(run.connection, run.journal.schema, begun)
  try {
    await persistently(run, place, lookEvery, async () => {
      if (!(await isDone(outside, progress))) await execute(run, place)
    })
  } catch (error) {
    await tidy(outside, progress)
    throw placed(place, error)
  }
}

/** Its repairs find out how far it came. */
function isKnownToRepeat(form: Form): boolean {
  return form.kind === 'createIndex' || form.kind === 'dropIndex' || form.kind === 'reindex'
}

/** False where it is to be skipped. Throws UsageError where nobody has said. */
function mayRepeat({ run, place, step, form }: Outside): boolean {
  if ((form.kind === 'alone' && form.repeatable) || run.settings.interrupted === 'repeat') return true
  if (run.settings.interrupted === 'skip') {
    run.report({ kind: 'skipped', reason: 'a run before was stopped in it, and it is said to be done', ...step })
    return false
  }
  const { revision, statement } = place
  throw new UsageError(
    `Cannot go on with ${revision.file}:${statement.line}: a run before was stopped in this statement, which runs outside ` +
      'a transaction, and whether it was finished is not known. Look, then run again with --interrupted=repeat or ' +
      '--interrupted=skip.',
  )
}

async function isDone({ run, place, step, form }: Outside, progress: Progress): Promise<boolean> {
  const repaired = (what: string) => run.report({ kind: 'repaired', what, ...step })
  const skipped = (reason: string) => run.report({ kind: 'skipped', reason, ...step })
  if (form.kind === 'createIndex') {
    const isThere = await prepareCreation(run, form, `${place.revision.file}:${place.statement.line}`, repaired)
    if (isThere) skipped('the index is there, with the same definition')
    return isThere
  }
  if (form.kind === 'reindex') await prepareReindex(run, form, repaired)
  if (form.kind !== 'dropIndex' || !(progress.begun || progress.turned || form.ifExists)) return false
  const isGone = await isDropped(run, form)
  if (isGone) skipped('the index is not there')
  return isGone
}

/**
 * After an error from the server, the statement is known not to be done. A procedure may have committed a part, so what
 * is not known to be whole stays marked as begun. All of this in vain where the connection has gone.
 */
async function tidy({ run, place, step, form }: Outside, progress: Progress): Promise<void> {
  if (form.kind === 'plain') return
  const done = (what: string) => run.report({ kind: 'repaired', what, ...step })
  try {
    if (form.kind === 'createIndex') await prepareCreation(run, form, place.revision.file, done)
    await writeProgress(run.connection, run.journal.schema, { ...progress, begun: false })
  } catch {
    // The next run finds what is left.
  }
}
