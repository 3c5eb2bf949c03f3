import type { NamedPair } from '../pair-up.ts'
import type { ColumnSnapshot, ConstraintSnapshot, IndexSnapshot, TableName, TableSnapshot } from '../snapshot.ts'

/** One step from a schema to another, as plain data. `reverse` gives the step back. */
export type Operation =
  | CreateSchema
  | DropSchema
  | CreateTable
  | DropTable
  | HideTable
  | RestoreTable
  | RenameTable
  | CommentTable
  | AddColumn
  | DropColumn
  | HideColumn
  | RestoreColumn
  | RenameColumn
  | ChangeType
  | ChangeDefault
  | ChangeNullability
  | ChangeIdentity
  | DropExpression
  | AddExpression
  | CommentColumn
  | AddConstraint
  | DropConstraint
  | ChangeConstraint
  | RenameConstraint
  | CreateIndex
  | DropIndex
  | ChangeIndex
  | RenameIndex

/** A table that stands already. */
export interface TableReference extends TableName {
  /** The columns of its primary key, by which batches are cut; empty where it has none. */
  readonly key: readonly string[]
  readonly partitioned: boolean
}

interface OnTable<Kind extends string> {
  readonly kind: Kind
  readonly table: TableReference
}

export interface CreateSchema {
  readonly kind: 'create schema'
  readonly schema: string
}
export interface DropSchema {
  readonly kind: 'drop schema'
  readonly schema: string
}

/** With its constraints, indexes and comments; a foreign key that cannot stand in it yet is added later. */
export interface CreateTable {
  readonly kind: 'create table'
  readonly table: TableSnapshot
}
export interface DropTable {
  readonly kind: 'drop table'
  readonly table: TableSnapshot
}
/** `hiddenIn` is the schema in which it waits. */
export interface HideTable {
  readonly kind: 'hide table'
  readonly table: TableSnapshot
  readonly hiddenIn: string
}
export interface RestoreTable {
  readonly kind: 'restore table'
  readonly table: TableSnapshot
  readonly hiddenIn: string
}
export interface RenameTable {
  readonly kind: 'rename table'
  readonly from: TableName
  readonly to: TableName
}
export interface CommentTable extends OnTable<'comment table'> {
  readonly from: string | null
  readonly to: string | null
}

export interface AddColumn extends OnTable<'add column'> {
  readonly column: ColumnSnapshot
}
export interface DropColumn extends OnTable<'drop column'> {
  readonly column: ColumnSnapshot
}
export interface HideColumn extends OnTable<'hide column'> {
  readonly column: ColumnSnapshot
  readonly hiddenAs: string
}
export interface RestoreColumn extends OnTable<'restore column'> {
  readonly column: ColumnSnapshot
  readonly hiddenAs: string
}
export interface RenameColumn extends OnTable<'rename column'> {
  readonly from: string
  readonly to: string
}
/** Type, collation and the default with them. */
export interface ChangeType extends OnTable<'change type'> {
  readonly from: ColumnSnapshot
  readonly to: ColumnSnapshot
  readonly before: TableSnapshot
  readonly after: TableSnapshot
  /** What reads the column and stays; a definition may differ with the type, a name does by a rename of its own. */
  readonly constraints: readonly NamedPair<ConstraintSnapshot>[]
  readonly indexes: readonly NamedPair<IndexSnapshot>[]
  /** Foreign keys that refer to the column. */
  readonly incoming: readonly (NamedPair<ConstraintSnapshot> & { readonly table: TableReference })[]
  /** The column in which the values of the old type wait for the way back, where the change makes one. */
  readonly hiddenAs: string
  /** True on the way back: the old values are there. */
  readonly isReturn: boolean
}
export interface ChangeDefault extends OnTable<'change default'> {
  readonly column: string
  readonly type: string
  readonly from: string | null
  readonly to: string | null
  /** A sequence of the column's own that comes with the new default, and goes with it on the way back. */
  readonly sequence: string | null
}
export interface ChangeNullability extends OnTable<'change nullability'> {
  readonly column: string
  readonly notNull: boolean
}
export interface ChangeIdentity extends OnTable<'change identity'> {
  readonly column: string
  readonly from: ColumnSnapshot['identity']
  readonly to: ColumnSnapshot['identity']
  /** The sequence of a `serial` column, which takes over where the identity ends. */
  readonly sequence: string | null
}
/** A generated column becomes a plain one and keeps its values. */
export interface DropExpression extends OnTable<'drop expression'> {
  readonly from: ColumnSnapshot
  readonly to: ColumnSnapshot
}
export interface AddExpression extends OnTable<'add expression'> {
  readonly from: ColumnSnapshot
  readonly to: ColumnSnapshot
}
export interface CommentColumn extends OnTable<'comment column'> {
  readonly column: string
  readonly from: string | null
  readonly to: string | null
}

export interface AddConstraint extends OnTable<'add constraint'> {
  readonly constraint: ConstraintSnapshot
  /** The table was made in the same revision, so that nothing need be checked or waited for. */
  readonly isNew: boolean
  /** It comes back with what was hidden; rows written meanwhile may not fit. */
  readonly isReturn: boolean
}
export interface DropConstraint extends OnTable<'drop constraint'> {
  readonly constraint: ConstraintSnapshot
  readonly isNew: boolean
  /** It goes because a column of it is hidden. */
  readonly isReturn: boolean
}
export interface ChangeConstraint extends OnTable<'change constraint'> {
  readonly from: ConstraintSnapshot
  readonly to: ConstraintSnapshot
}
export interface RenameConstraint extends OnTable<'rename constraint'> {
  readonly from: string
  readonly to: string
  /** It brought an index of its name. */
  readonly isKey: boolean
}
export interface CreateIndex extends OnTable<'create index'> {
  readonly index: IndexSnapshot
}
export interface DropIndex extends OnTable<'drop index'> {
  readonly index: IndexSnapshot
}
export interface ChangeIndex extends OnTable<'change index'> {
  readonly from: IndexSnapshot
  readonly to: IndexSnapshot
}
export interface RenameIndex extends OnTable<'rename index'> {
  readonly from: string
  readonly to: string
}
