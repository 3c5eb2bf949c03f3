import { nameOfTable, type Snapshot, type TableName, type TableSnapshot } from './snapshot.ts'

/**
 * Leaves out what others look after. A pattern names tables (`audit_*`, `auth.*`), columns, indexes and constraints
 * (`tasks.legacy_*`), or indexes and constraints of any table (`idx_legacy_*`); `*` stands for any text.
 */
export function withoutUnmanaged(snapshot: Snapshot, patterns: readonly string[]): Snapshot {
  if (patterns.length === 0) return snapshot
  const isMatch = matcher(patterns)
  const tables = snapshot.tables.filter((table) => !isTable(table, isMatch)).map((table) => managedPart(table, isMatch))
  return { ...snapshot, schemas: [...new Set(tables.flatMap(({ schema }) => schema ?? []))], tables }
}

type IsMatch = (name: string) => boolean

function isTable(table: TableName, isMatch: IsMatch): boolean {
  return isMatch(nameOfTable(table))
}

function managedPart(table: TableSnapshot, isMatch: IsMatch): TableSnapshot {
  const isOwn = (name: string) => isMatch(`${nameOfTable(table)}.${name}`)
  const gone = new Set(table.columns.map(({ name }) => name).filter(isOwn))
  const isManaged = ({ name, columns }: { readonly name: string; readonly columns: readonly string[] }) =>
    !isOwn(name) && !isMatch(name) && !columns.some((column) => gone.has(column))
  return {
    ...table,
    columns: table.columns.filter(({ name }) => !gone.has(name)),
    constraints: table.constraints.filter(isManaged),
    indexes: table.indexes.filter(isManaged),
  }
}

function matcher(patterns: readonly string[]): IsMatch {
  const all = patterns.map((pattern) => {
    const parts = pattern.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    return new RegExp(`^${parts.join('.*')}$`, 's')
  })
  return (name) => all.some((one) => one.test(name))
}
