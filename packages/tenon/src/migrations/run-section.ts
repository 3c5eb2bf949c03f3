import type { Connection } from '../database/driver.ts'
import { DatabaseError } from '../database/errors.ts'
import type { PlannedSection } from './planned-revision.ts'
import type { Section } from './revision.ts'
import { splitStatements, withCondition } from './statements.ts'

/** A section of a file, or one that is planned and not written yet. */
export type AnySection = Section | PlannedSection

/** Its statements; of a file's section with their lines. */
export function statementsOf(section: AnySection, file?: string) {
  return 'statements' in section ? section.statements : splitStatements(section, file)
}

// active_sql_transaction
const notInTransaction = '25001'

/** Runs a section on a scratch database, where nobody else is: no locks are waited for, and batches are done at once. */
export async function runSection(connection: Connection, section: AnySection): Promise<void> {
  if (section.transaction) {
    await inTransaction(connection, 'statements' in section ? toText(section) : section.sql)
    return
  }
  for (const { sql, batch } of statementsOf(section)) {
    const text = batch ? withCondition(sql, 'true') : sql
    try {
      await inTransaction(connection, text)
    } catch (error) {
      if (!(error instanceof DatabaseError) || error.report.state !== notInTransaction) throw error
      await connection.script(text)
    }
  }
}

function toText({ statements }: PlannedSection): string {
  return statements.map(({ sql, batch }) => `${batch ? withCondition(sql, 'true') : sql};`).join('\n')
}

async function inTransaction(connection: Connection, sql: string): Promise<void> {
  await connection.script('begin')
  try {
    await connection.script(sql)
    await connection.script('commit')
  } catch (error) {
    await connection.script('rollback')
    throw error
  }
}
