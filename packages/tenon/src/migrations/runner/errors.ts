import { TenonError, UsageError } from '../../core/errors.ts'
import { DatabaseError, DatabaseUnavailable } from '../../database/errors.ts'
import type { Place } from './context.ts'

/** A revision's SQL failed. The message says where, and what of the revision was kept; those before it were. */
export class RevisionError extends TenonError {
  readonly place: Place

  constructor(place: Place, error: TenonError, reason = reasonOf(error)) {
    const { direction, revision, statement } = place
    const line = lineOf(place, error)
    const where = line === undefined ? revision.file : `${revision.file}:${line}`
    const verb = direction === 'up' ? 'apply' : 'take back'
    super('TENON_REVISION', `Cannot ${verb} ${where}: ${reason} ${kept(place, error)}${cure(place, error)}`, {
      cause: error,
    })
    this.place = statement === undefined ? { direction, revision } : place
  }
}

/** Errors of the database get their place; what says what to do already stays as it is. */
export function placed(place: Place, error: unknown): unknown {
  const isPlaced = error instanceof RevisionError || error instanceof UsageError || !(error instanceof TenonError)
  return isPlaced ? error : new RevisionError(place, error)
}

/** The SQLSTATE of an error of the database, also where a revision's error stands around it. */
export function stateOf(error: unknown): string | undefined {
  const inner = error instanceof RevisionError ? error.cause : error
  return inner instanceof DatabaseError ? inner.report.state : undefined
}

/** lock_not_available and deadlock_detected: whoever lets go of everything may try again. */
export function isLockProblem(error: unknown): boolean {
  return ['55P03', '40P01'].includes(stateOf(error) ?? '')
}

/** active_sql_transaction and invalid_transaction_termination: it cannot run inside a transaction. */
export function needsNoTransaction(error: unknown): boolean {
  return ['25001', '2D000'].includes(stateOf(error) ?? '')
}

// What a statement makes is there (42P07 table or index, 42701 column, 42710 object, 42723 function, 42P06 schema),
// or what it changes or drops is not (42P01 table, 42703 column, 42704 object, 42883 function, 3F000 schema).
const alreadySo = new Set(['42P07', '42701', '42710', '42723', '42P06', '42P01', '42703', '42704', '42883', '3F000'])

/** True where a statement found nothing to take back, because what it takes back had not been done. */
export function isAlreadySo(error: unknown): boolean {
  return alreadySo.has(stateOf(error) ?? '')
}

/** The server's own words, with a full stop. */
export function reasonOf(error: TenonError): string {
  const { message } = (error.cause ?? {}) as { message?: string }
  return `${(message || error.message).replace(/\.$/, '')}.`
}

/** The server counts an error's position in characters of the text that it was sent. */
function lineOf({ statement }: Place, error: TenonError): number | undefined {
  if (statement === undefined) return undefined
  const { position } = (error.cause ?? {}) as { position?: string }
  if (position === undefined) return statement.line
  const before = Array.from(statement.sql).slice(0, Number(position) - 1)
  return statement.line + before.filter((character) => character === '\n').length
}

function kept({ direction, revision, statement }: Place, error: TenonError): string {
  const isLost = error instanceof DatabaseUnavailable
  if (isLost && statement === undefined) return 'Whether the last of it was kept is not known; the journal knows. '
  if (revision[direction].transaction) return 'Nothing of it was kept. '
  return 'What stands before it was kept. '
}

function cure({ direction, revision }: Place, error: TenonError): string {
  if (error instanceof DatabaseUnavailable) return 'Run again.'
  if (isLockProblem(error)) return 'End what holds the lock, or run again later.'
  const isWhole = revision[direction].transaction
  if (isWhole && needsNoTransaction(error)) return `Write "-- migrate:${direction} transaction:false" above it.`
  if (isWhole) return 'Correct it and run again.'
  return 'Correct it and run again to go on, or go the other way to take it back.'
}
