import { TenonError } from '../core/errors.ts'

/** What PostgreSQL says of an error beside its text; `state` is the SQLSTATE. */
export interface ServerReport {
  readonly state?: string | undefined
  readonly constraint?: string | undefined
  readonly table?: string | undefined
  readonly column?: string | undefined
}

/** An error of the database; its message never reaches a client. */
export class DatabaseError extends TenonError {
  readonly report: ServerReport

  constructor(code: string, message: string, report: ServerReport, options: { cause?: unknown; status?: number; headers?: Record<string, string> } = {}) {
    super(code, message, options)
    this.report = report
  }
}

/** A constraint refused a row: `kind` tells which sort. */
export class ConstraintError extends DatabaseError {
  readonly kind: 'unique' | 'reference' | 'check' | 'required'

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

const constraintKinds: Readonly<Record<string, ConstraintError['kind']>> = {
  '23505': 'unique',
  '23503': 'reference',
  '23514': 'check',
  '23502': 'required',
}

interface DriverError {
  readonly message: string
  readonly code?: string
  readonly constraint?: string
  readonly table?: string
  readonly column?: string
}

/** Turns what a driver threw into one of the errors above; SQLSTATEs are PostgreSQL's (appendix A of its manual). */
export function toDatabaseError(thrown: unknown): TenonError {
  if (thrown instanceof TenonError) return thrown
  const error = thrown as DriverError
  const state = error.code
  const report = { state, constraint: error.constraint, table: error.table, column: error.column }
  const kind = constraintKinds[state ?? '']
  if (kind) return new ConstraintError(kind, `Cannot store the row: ${error.message}.`, report, thrown)
  if (isConnectionFailure(state)) {
    return new DatabaseUnavailable(`Cannot reach the database: ${error.message || state}.`, { cause: thrown })
  }
  return new DatabaseError('TENON_DATABASE', `Cannot run the statement: ${error.message}.`, report, { cause: thrown })
}

/** Connection exceptions (class 08), shutdowns and start-up (57P01–57P03), too many connections (53300), and Node's socket errors. */
function isConnectionFailure(state: string | undefined): boolean {
  return state !== undefined && /^(08...|57P0[1-3]|53300|E[A-Z]+)$/.test(state)
}
