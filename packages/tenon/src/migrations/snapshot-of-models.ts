import type { Connection } from '../database/driver.ts'
import type { AnyModel } from '../model/infer.ts'
import { createTableStatements } from '../sql/ddl.ts'
import { readSnapshot } from './read-snapshot.ts'
import type { Snapshot } from './snapshot.ts'
import { tableSql } from './table-sql.ts'

/**
 * What the models come to in PostgreSQL's own words: their tables are made in place of those that are there, read and
 * rolled back. Extensions, types and functions that revisions brought are in reach.
 */
export async function snapshotOfModels(connection: Connection, models: readonly AnyModel[]): Promise<Snapshot> {
  await connection.script('begin')
  try {
    const { tables } = await readSnapshot(connection)
    // The sequence of a serial column would go with its table, and a model's default may name it.
    const sequences = tables.flatMap(({ columns }) => columns.flatMap(({ sequence }) => sequence ?? []))
    for (const sequence of sequences) await connection.script(`alter sequence ${sequence} owned by none`)
    if (tables.length > 0) await connection.script(`drop table ${tables.map(tableSql).join(', ')} cascade`)
    for (const statement of createTableStatements(models)) await connection.script(statement)
    const { schemas, tables: made } = await readSnapshot(connection)
    return { schemas, tables: made, hidden: { tables: [], columns: [], relations: [] } }
  } finally {
    await connection.script('rollback')
  }
}
