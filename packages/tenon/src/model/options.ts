import type { ReferenceActions, Sql } from './column.ts'

/** A column of an index, an expression, or a column with its order. */
export type IndexPart<F> =
  | keyof F
  | Sql
  | { readonly field: keyof F; readonly direction: 'asc' | 'desc'; readonly nulls?: 'first' | 'last' }

export interface IndexOptions<F> {
  /** `idx_<table>_<columns>` unless given. */
  readonly name?: string
  readonly fields: readonly IndexPart<F>[]
  readonly unique?: boolean
  /** The index holds the rows of this condition only. */
  readonly where?: Sql
  readonly using?: 'btree' | 'hash' | 'gin' | 'gist' | 'brin'
}

export interface UniqueOptions<F> {
  readonly name?: string
  readonly fields: readonly (keyof F)[]
  /** Two nulls are alike. */
  readonly nullsNotDistinct?: boolean
}

/** A foreign key of several fields, in the order of the fields that they refer to. */
export interface ReferenceOptions<F> extends ReferenceActions {
  readonly name?: string
  readonly fields: readonly (keyof F)[]
  /** A thunk of the other model. */
  readonly model: CallableFunction
  /** The other model's fields; its primary key unless given. */
  readonly targets?: readonly string[]
}

export type ComparisonOperator = '<' | '<=' | '>' | '>='

/** A rule between two fields of one kind, which the parser has as well as the table; one that is null passes. */
export type Comparison<F> = readonly [left: keyof F & string, operator: ComparisonOperator, right: keyof F & string]

export interface ModelOptions<F> {
  /** The schema of the database that the table is in; without it the first of the connection's search path. */
  readonly schema?: string
  /** The table's comment. */
  readonly comment?: string
  readonly indexes?: readonly (readonly (keyof F)[] | IndexOptions<F>)[]
  readonly uniques?: readonly (readonly (keyof F)[] | UniqueOptions<F>)[]
  readonly references?: readonly ReferenceOptions<F>[]
  /**
   * Rules over several fields, by name. `{ period: ['starts_at', '<', 'ends_at'] }` is a rule of the parser and of the
   * table; `{ total: { sql: 'price * quantity < 1000' } }` is one of the table alone.
   */
  readonly checks?: Readonly<Record<string, Comparison<F> | Sql>>
}
