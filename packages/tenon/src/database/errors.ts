import { TenonError } from '../core/errors.ts'

/** What PostgreSQL says of an error beside its text; `state` is the SQLSTATE. */
export interface ServerReport {
  readonly state?: string | undefined
  readonly constraint?: string | undefined
  readonly table?: string | undefined
  readonly column?: string | undefined
}

export interface DatabaseErrorOptions {
  readonly cause?: unknown
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
}

export interface FailedQuery {
  /** `select from Task` */
  readonly what: string
  /** `src/tasks/routes.ts:27:6` */
  readonly place: string | null
  readonly sql: string | null
}

/** An error of the database; its message never reaches a client. */
export class DatabaseError extends TenonError {
  readonly report: ServerReport
  /** What was asked, where in the user's code, and the SQL without its values; on every error of a query. */
  declare readonly query?: FailedQuery

  constructor(code: string, message: string, report: ServerReport, options: DatabaseErrorOptions = {}) {
    super(code, message, options)
    this.report = report
  }
}

/** A constraint refused a row: `kind` tells which sort. */
export class ConstraintError extends DatabaseError {
  readonly kind: 'unique' | 'reference' | 'check' | 'required' | 'exclusion'

  constructor(kind: ConstraintError['kind'], message: string, report: ServerReport, cause: unknown) {
    super('TENON_CONSTRAINT', message, report, { cause, status: 409 })
    this.kind = kind
  }
}

/** No connection could be had in time, or too many wait already. Answered with 503 and Retry-After. */
export class DatabaseUnavailable extends DatabaseError {
  constructor(message: string, options: { cause?: unknown } = {}) {
    super('TENON_DATABASE_UNAVAILABLE', message, {}, { ...options, status: 503, headers: { 'Retry-After': '1' } })
  }
}

/** The server stopped a statement that ran for longer than `statement_timeout`, or that was cancelled. */
export class StatementTimeout extends DatabaseError {
  constructor(message: string, report: ServerReport, cause: unknown) {
    super('TENON_STATEMENT_TIMEOUT', message, report, { cause, status: 503, headers: { 'Retry-After': '1' } })
  }
}

/** Its caller's signal was aborted. `isStopped` tells whether the server has given up the statement. */
export class StatementCancelled extends DatabaseError {
  readonly isStopped: boolean

  constructor(isStopped: boolean, cause: unknown) {
    const message = isStopped
      ? 'Cannot finish the statement: its signal was aborted, and the server has undone it.'
      : 'Cannot wait for the statement: its signal was aborted, and it may still run. Look before repeating it.'
    super('TENON_STATEMENT_CANCELLED', message, {}, { cause, status: 503 })
    this.isStopped = isStopped
  }
}

/** The connection broke while COMMIT was under way: the rows may be stored or not, and only a look can tell. */
export class CommitUnknown extends DatabaseError {
  constructor(cause: unknown) {
    const message =
      'Cannot tell whether the transaction was stored: the connection broke during COMMIT. ' +
      'Look for its rows before repeating it.'
    super('TENON_COMMIT_UNKNOWN', message, {}, { cause })
  }
}

/** A statement for one row met more than one. */
export class TooManyRows extends DatabaseError {
  constructor(model: string) {
    super('TENON_TOO_MANY_ROWS', `Cannot take one ${model}: more than one row matches. Narrow the condition.`, {})
  }
}

/** Gives the error the stack of whoever awaits the statement: ten frames of a driver would hide it. */
export function pointAtCaller(error: unknown, below: (...arguments_: never[]) => unknown): void {
  if (error instanceof TenonError) Error.captureStackTrace(error, below)
}

const constraintKinds: Readonly<Record<string, ConstraintError['kind']>> = {
  '23505': 'unique',
  '23503': 'reference',
  // RESTRICT, from PostgreSQL 18 on.
  '23001': 'reference',
  '23514': 'check',
  '23502': 'required',
  '23P01': 'exclusion',
}

interface DriverError {
  readonly message: string
  readonly code?: string
  readonly constraint?: string
  readonly table?: string
  readonly column?: string
  detail?: string | undefined
  where?: string | undefined
}

/** Turns what a driver threw into one of the errors above; SQLSTATEs are PostgreSQL's (appendix A of its manual). */
export function toDatabaseError(thrown: unknown): TenonError {
  if (thrown instanceof TenonError) return thrown
  const error = thrown as DriverError
  const state = error.code
  const report = { state, constraint: error.constraint, table: error.table, column: error.column }
  if (carriesValues(state)) hideValues(error)
  const kind = constraintKinds[state ?? '']
  if (kind) return new ConstraintError(kind, `Cannot store the row: ${error.message}.`, report, thrown)
  if (state === '57014') return new StatementTimeout(`Cannot finish the statement: ${error.message}.`, report, thrown)
  if (state === '55P03') {
    const message = `Cannot lock the row: ${error.message}.`
    return new DatabaseError('TENON_LOCKED', message, report, {
      cause: thrown,
      status: 503,
      headers: { 'Retry-After': '1' },
    })
  }
  if (isConnectionFailure(state)) {
    return new DatabaseUnavailable(`Cannot reach the database: ${error.message || state}.`, { cause: thrown })
  }
  // An undefined table (42P01) or column (42703): the code is ahead of the database, until the migrations have run.
  if (state === '42P01' || state === '42703') {
    const message = `Cannot run the statement: ${error.message}. See whether migrations are pending.`
    return new DatabaseError('TENON_SCHEMA', message, report, {
      cause: thrown,
      status: 503,
      headers: { 'Retry-After': '5' },
    })
  }
  return new DatabaseError('TENON_DATABASE', `Cannot run the statement: ${error.message}.`, report, { cause: thrown })
}

/** True where a prepared statement no longer fits the tables; prepared anew it runs. */
export function isStalePlan(error: unknown): boolean {
  return error instanceof DatabaseError && error.report.state === '0A000' && error.message.includes('cached plan')
}

/** True where the server does not know a prepared statement, so that it has run nothing. */
export function isUnknownName(error: unknown): boolean {
  return error instanceof DatabaseError && error.report.state === '26000'
}

/** Connection exceptions (class 08), shutdowns and start-up (57P01–57P03), too many connections (53300), and Node's socket errors. */
export function isConnectionFailure(state: string | undefined): boolean {
  return state !== undefined && /^(08...|57P0[1-3]|53300|E[A-Z]+)$/.test(state)
}

/** Errors of class 22 quote the value in their text, those of class 23 the row in their detail. */
function carriesValues(state: string | undefined): boolean {
  return state !== undefined && /^2[23]/.test(state)
}

// A row may hold a password's hash or an address, and an error ends in a log.
function hideValues(error: DriverError): void {
  error.detail = undefined
  error.where = undefined
  if (error.code?.startsWith('22')) Object.assign(error, { message: error.message.replace(/".*"/s, '"…"') })
}
