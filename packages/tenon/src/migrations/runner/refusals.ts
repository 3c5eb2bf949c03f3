import { UsageError } from '../../core/errors.ts'
import type { Direction } from '../report.ts'
import type { Revision } from '../revision.ts'
import { type SqlStatement, splitStatements } from '../statements.ts'
import { formOf } from './form.ts'

/** Reads all that is going to run before any of it does. Throws UsageError with file and line. */
export function refuseUnrunnable(plan: readonly Revision[], direction: Direction): void {
  for (const revision of plan) {
    const section = revision[direction]
    for (const statement of splitStatements(section, revision.file)) {
      const problem = problemOf(statement, direction, section.transaction)
      if (problem) throw new UsageError(`Cannot run ${revision.file}:${statement.line}: ${problem}`)
    }
  }
}

function problemOf({ sql, batch }: SqlStatement, direction: Direction, transaction: boolean): string | undefined {
  const form = formOf(sql)
  if (form.kind === 'control') {
    return 'it ends the transaction that it runs in, which the journal is written in too. Take it out.'
  }
  if (transaction && form.kind !== 'plain' && form.kind !== 'setting') {
    const what = form.kind === 'alone' ? 'it' : 'CONCURRENTLY'
    return `${what} cannot run in a transaction. Write "-- migrate:${direction} transaction:false" above the section.`
  }
  if (form.kind === 'createIndex' && form.name === undefined) {
    return 'the index has no name, so that nobody could find it again after a run that is stopped. Name it.'
  }
  if (batch && form.kind !== 'plain') return 'it cannot run in batches. Take "-- migrate:batch" away.'
  return undefined
}
