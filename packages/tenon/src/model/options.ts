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

export interface ModelOptions<F> {
  /** The schema of the database that the table is in; without it the first of the connection's search path. */
  readonly schema?: string
  /** The table's comment. */
  readonly comment?: string
  readonly indexes?: readonly (readonly (keyof F)[] | IndexOptions<F>)[]
  readonly uniques?: readonly (readonly (keyof F)[] | UniqueOptions<F>)[]
  readonly references?: readonly ReferenceOptions<F>[]
  /** Rules over several columns, by name: `{ period: { sql: 'starts_at < ends_at' } }`. The table alone has them. */
  readonly checks?: Readonly<Record<string, Sql>>
}
