import type { ErrorClassOf } from '../core/query.ts'
import { ConstraintError } from './errors.ts'

/** The errors that a statement ends in where a constraint refuses a row, one for each sort of constraint. */
export interface Refusals<U, R, C = never, X = never> {
  readonly unique?: ErrorClassOf<U>
  readonly reference?: ErrorClassOf<R>
  readonly check?: ErrorClassOf<C>
  /** EXCLUDE, as of times that must not overlap. */
  readonly exclusion?: ErrorClassOf<X>
}

/** For `catch`: throws the error that stands for the refusal, or what was thrown. */
export function refused(refusals: Refusals<unknown, unknown, unknown, unknown>): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof ConstraintError)) throw error
    const named = error.kind === 'required' ? undefined : refusals[error.kind]
    throw named ? new named() : error
  }
}
