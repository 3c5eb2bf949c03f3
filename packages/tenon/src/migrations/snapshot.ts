/** A schema as PostgreSQL's catalog has it: plain data. Expressions, types and definitions are PostgreSQL's own text. */
export interface Snapshot {
  /** Schemas that hold one of the tables; without the connection's own. */
  readonly schemas: readonly string[]
  readonly tables: readonly TableSnapshot[]
  readonly hidden: Hidden
}

/** What was dropped and not purged yet. */
export interface Hidden {
  readonly tables: readonly TableName[]
  readonly columns: readonly { readonly table: TableName; readonly name: string }[]
  /** Tables, indexes and sequences: what may stand in the way of the next table that is hidden. */
  readonly relations: readonly TableName[]
}

/** `schema` is null for the first of the connection's search path, so that a revision fits whichever that is. */
export interface TableName {
  readonly schema: string | null
  readonly name: string
}

export interface TableSnapshot extends TableName {
  readonly comment: string | null
  /** `RANGE (created_at)` */
  readonly partition: string | null
  readonly columns: readonly ColumnSnapshot[]
  readonly constraints: readonly ConstraintSnapshot[]
  /** Those that no constraint brought. */
  readonly indexes: readonly IndexSnapshot[]
}

export interface ColumnSnapshot {
  readonly name: string
  readonly type: string
  /** As SQL writes it; null where it is the type's own. */
  readonly collation: string | null
  readonly notNull: boolean
  readonly default: string | null
  readonly generated: { readonly expression: string; readonly stored: boolean } | null
  readonly identity: 'always' | 'by default' | null
  /** As SQL writes it: the sequence that belongs to the column and is no identity, as `serial` makes it. */
  readonly sequence: string | null
  readonly comment: string | null
}

export type ConstraintSnapshot = KeySnapshot | ForeignKeySnapshot

/** `definition` is all of it but its name and NOT VALID. */
export interface KeySnapshot {
  readonly kind: 'primary key' | 'unique' | 'check' | 'exclusion'
  readonly name: string
  readonly columns: readonly string[]
  readonly definition: string
  readonly valid: boolean
}

export interface ForeignKeySnapshot {
  readonly kind: 'foreign key'
  readonly name: string
  readonly columns: readonly string[]
  readonly target: TableName
  readonly targetColumns: readonly string[]
  readonly onDelete: string
  readonly onUpdate: string
  /** What follows the columns: MATCH, the actions, DEFERRABLE. */
  readonly rest: string
  readonly valid: boolean
}

export interface IndexSnapshot {
  readonly name: string
  readonly unique: boolean
  /** Every column that it reads, in its expressions and its condition too. */
  readonly columns: readonly string[]
  /** From USING on. */
  readonly definition: string
  /** False where CREATE INDEX CONCURRENTLY was broken off. */
  readonly valid: boolean
}

/** Where dropped tables wait (`tenon_dropped_2` where a name is taken), and what stands before a dropped column's name. */
export const hiddenSchema = 'tenon_dropped'
export const hiddenPrefix = '_dropped_'

export const emptySnapshot: Snapshot = { schemas: [], tables: [], hidden: { tables: [], columns: [], relations: [] } }

/** `tasks`, `shop.orders`: how a user names a table. */
export function nameOfTable({ schema, name }: TableName): string {
  return schema === null ? name : `${schema}.${name}`
}

export function isSameTable(one: TableName, other: TableName): boolean {
  return one.schema === other.schema && one.name === other.name
}

export function findTable(snapshot: Snapshot, table: TableName): TableSnapshot | undefined {
  return snapshot.tables.find((other) => isSameTable(other, table))
}
