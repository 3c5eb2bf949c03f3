import { quoted } from '../sql/names.ts'
import type { PlannedRevision } from './planned-revision.ts'
import { nameOfTable, type Snapshot } from './snapshot.ts'
import { tableSql } from './table-sql.ts'

export interface PlannedPurge extends PlannedRevision {
  /** What its way down says instead of statements. */
  readonly irreversible: string
}

/** Drops what is hidden, for good. Undefined where nothing is. */
export function planPurge({ hidden: { tables, columns } }: Snapshot): PlannedPurge | undefined {
  if (tables.length === 0 && columns.length === 0) return undefined
  const schemas = [...new Set(tables.flatMap(({ schema }) => schema ?? []))]
  const sql = [
    // At once, since they may refer to each other.
    ...(tables.length > 0 ? [`drop table ${tables.map(tableSql).join(', ')}`] : []),
    ...schemas.map((schema) => `drop schema ${quoted(schema)}`),
    ...columns.map(({ table, name }) => `alter table ${tableSql(table)} drop column ${quoted(name)}`),
  ]
  const gone = [...tables.map(nameOfTable), ...columns.map(({ table, name }) => `${nameOfTable(table)}.${name}`)]
  return {
    up: { transaction: true, statements: sql.map((text) => ({ sql: text, phase: 'contract' })) },
    down: { transaction: true, statements: [] },
    irreversible: `${gone.join(', ')} ${gone.length === 1 ? 'is' : 'are'} dropped for good`,
  }
}
