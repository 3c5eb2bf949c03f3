import { nameOf, quoted } from '../../sql/names.ts'
import type { ChangeIndex, CreateIndex, DropIndex, RenameIndex, TableReference } from '../operations/operation.ts'
import type { TableName } from '../snapshot.ts'
import { indexSql, tableSql } from '../table-sql.ts'
import { contract, expand, type SafeStatement } from './statement.ts'

// PostgreSQL makes no index of a partitioned table concurrently.
const plainly = { alone: true, note: 'stops writes while it runs: a partitioned table has no other way' }
const concurrently = { alone: true }

export function createIndex({ table, index }: CreateIndex): SafeStatement[] {
  if (table.partitioned) return [expand(indexSql(table, index), plainly)]
  const make = index.unique ? contract : expand
  return [make(indexSql(table, index, 'concurrently '), concurrently)]
}

export function dropIndex({ table, index }: DropIndex): SafeStatement[] {
  if (table.partitioned) return [contract(`drop index ${nameIn(table, index.name)}`, plainly)]
  return [contract(`drop index concurrently ${nameIn(table, index.name)}`, concurrently)]
}

/** The new one stands before the old one goes. */
export function changeIndex({ table, from, to }: ChangeIndex): SafeStatement[] {
  // One that is not valid is not worth keeping until then, and is nothing that a way back could want.
  if (!to.valid) return []
  if (!from.valid)
    return [
      ...dropIndex({ kind: 'drop index', table, index: from }),
      ...createIndex({ kind: 'create index', table, index: to }),
    ]
  const temporary = nameOf(to.name, 'new')
  return [
    ...createIndex({ kind: 'create index', table, index: { ...to, name: temporary } }),
    ...dropIndex({ kind: 'drop index', table, index: from }),
    ...renameIndex({ kind: 'rename index', table, from: temporary, to: to.name }),
  ]
}

export function renameIndex({ table, from, to }: RenameIndex): SafeStatement[] {
  return [expand(`alter index ${nameIn(table, from)} rename to ${quoted(to)}`)]
}

/** An index is in the schema of its table. */
export function nameIn({ schema }: Pick<TableName | TableReference, 'schema'>, name: string): string {
  return tableSql({ schema, name })
}
