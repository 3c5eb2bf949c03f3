import type { ErrorClassOf } from '../core/query.ts'
import { ConstraintError } from './errors.ts'

/** The errors that a statement ends in where a unique constraint or a foreign key refuses a row. */
export interface Refusals<U, R> {
  readonly unique?: ErrorClassOf<U>
  readonly reference?: ErrorClassOf<R>
}

/** For `catch`: throws the error that stands for the refusal, or what was thrown. */
export function refused(refusals: Refusals<unknown, unknown>): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof ConstraintError)) throw error
    const named =
      error.kind === 'unique' ? refusals.unique : error.kind === 'reference' ? refusals.reference : undefined
    throw named ? new named() : error
  }
}
