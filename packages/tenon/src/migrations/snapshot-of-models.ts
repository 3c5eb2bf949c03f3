import { UsageError } from '../core/errors.ts'
import type { Connection } from '../database/driver.ts'
import { DatabaseError } from '../database/errors.ts'
import type { AnyModel } from '../model/infer.ts'
import { createTableStatements } from '../sql/ddl.ts'
import { readSnapshot } from './read-snapshot.ts'
import { renderSnapshot } from './render-snapshot.ts'
import { emptySnapshot, findTable, type Snapshot, type TableName } from './snapshot.ts'
import { tableSql } from './table-sql.ts'
import { withoutUnmanaged } from './unmanaged.ts'

/**
 * What the models come to in PostgreSQL's own words. What revisions brought beside their tables is in reach, and so are
 * the tables of which the patterns say that others look after them.
 */
export function snapshotOfModels(
  engine: Connection,
  models: readonly AnyModel[],
  unmanaged: readonly string[] = [],
): Promise<Snapshot> {
  return snapshotOf(engine, createTableStatements(models), unmanaged)
}

/**
 * A schema from a server in the words of the engine, so that two versions of PostgreSQL do not differ in how they write
 * an expression. What its types and defaults need must be there.
 */
export async function normalizeSnapshot(engine: Connection, snapshot: Snapshot): Promise<Snapshot> {
  const { schemas, tables } = await snapshotOf(engine, renderSnapshot(snapshot), [])
  // An index that was broken off cannot be made; it is none the less what is there.
  const isBroken = (table: TableName, name: string) =>
    findTable(snapshot, table)?.indexes.some((index) => index.name === name && !index.valid) ?? false
  const marked = tables.map((table) => ({
    ...table,
    indexes: table.indexes.map((index) => (isBroken(table, index.name) ? { ...index, valid: false } : index)),
  }))
  return { schemas, tables: marked, hidden: snapshot.hidden }
}

/** Tables are made in place of those that are there, read and rolled back. */
async function snapshotOf(
  engine: Connection,
  statements: readonly string[],
  unmanaged: readonly string[],
): Promise<Snapshot> {
  await engine.script('begin')
  try {
    const { tables } = withoutUnmanaged(await readSnapshot(engine), unmanaged)
    // The sequence of a serial column would go with its table, and a default may name it.
    const sequences = tables.flatMap(({ columns }) => columns.flatMap(({ sequence }) => sequence ?? []))
    for (const sequence of sequences) await engine.script(`alter sequence ${sequence} owned by none`)
    if (tables.length > 0) await engine.script(`drop table ${tables.map(tableSql).join(', ')} cascade`)
    for (const statement of statements) await make(engine, statement)
    return { ...(await readSnapshot(engine)), hidden: emptySnapshot.hidden }
  } finally {
    await engine.script('rollback')
  }
}

async function make(engine: Connection, statement: string): Promise<void> {
  try {
    await engine.script(statement)
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error
    throw new UsageError(
      `Cannot make a table to compare with: ${error.message} ` +
        `An extension, a type or a function that it needs must come by a revision before. It was:\n${statement}`,
      { cause: error },
    )
  }
}
