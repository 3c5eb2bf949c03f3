/**
 * Statements as plain data. A value stands as the number of a parameter, so that two statements of one shape are equal
 * and share one text. Aliases tell the tables of nested conditions apart.
 */
export type Condition =
  | { readonly kind: 'compare'; readonly column: ColumnName; readonly operator: Operator; readonly value: Parameter }
  | { readonly kind: 'oneOf'; readonly column: ColumnName; readonly values: Parameter }
  | { readonly kind: 'isNull'; readonly column: ColumnName; readonly not: boolean }
  | { readonly kind: 'like'; readonly column: ColumnName; readonly pattern: Parameter; readonly ignoreCase: boolean }
  | { readonly kind: 'and' | 'or'; readonly conditions: readonly Condition[] }
  | { readonly kind: 'exists'; readonly from: readonly Joined[]; readonly where: Condition }
  | { readonly kind: 'columns'; readonly left: ColumnName; readonly right: ColumnName }

export type Operator = '=' | 'is distinct from' | '<' | '<=' | '>' | '>='
export type Parameter = number

export interface ColumnName {
  readonly alias: string
  readonly column: string
}

/** A table under an alias; every one after the first has the condition it is joined on. */
export interface Joined {
  readonly table: string
  readonly alias: string
  readonly on?: Condition
}

export interface OrderTerm {
  readonly column: ColumnName
  readonly direction: 'asc' | 'desc'
  readonly nulls: 'first' | 'last' | null
  readonly ignoreCase: boolean
  /** The values of a `oneOf` in their order. */
  readonly rank: readonly string[] | null
}

export interface SelectTemplate {
  readonly kind: 'select'
  readonly columns: readonly ColumnName[]
  readonly from: readonly Joined[]
  readonly where: Condition
  readonly order: readonly OrderTerm[]
  readonly limit: Parameter | null
  readonly offset: Parameter | null
}

export interface CountTemplate {
  readonly kind: 'count'
  readonly from: readonly Joined[]
  readonly where: Condition
}

export interface InsertTemplate {
  readonly kind: 'insert'
  readonly into: Joined
  readonly columns: readonly string[]
  readonly rows: readonly (readonly Parameter[])[]
  readonly onConflict: 'error' | 'nothing'
  readonly returning: readonly ColumnName[]
}

export interface UpdateTemplate {
  readonly kind: 'update'
  readonly table: Joined
  readonly set: readonly Assignment[]
  readonly where: Condition
  readonly returning: readonly ColumnName[]
}

/** `touched` is set by the database to its expression, and for a timestamp never to the millisecond it had. */
export type Assignment =
  | { readonly column: string; readonly value: Parameter }
  | { readonly column: string; readonly expression: string; readonly isTimestamp: boolean }

export interface DeleteTemplate {
  readonly kind: 'delete'
  readonly table: Joined
  readonly where: Condition
}

export type Template = SelectTemplate | CountTemplate | InsertTemplate | UpdateTemplate | DeleteTemplate

export const always: Condition = { kind: 'and', conditions: [] }
export const never: Condition = { kind: 'or', conditions: [] }
