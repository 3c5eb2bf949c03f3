/**
 * Statements as plain data. A value stands as the number of a parameter, so that two statements of one shape are equal
 * and share one text. Aliases tell the tables of nested conditions apart.
 */
export type Expression =
  | ColumnName
  | Raw
  | Condition
  | Related
  | { readonly kind: 'parameter'; readonly value: Parameter }

export type Condition =
  | Compare
  | Raw
  | { readonly kind: 'oneOf'; readonly of: Expression; readonly values: Parameter; readonly not?: true }
  | { readonly kind: 'isNull'; readonly of: Expression; readonly not: boolean }
  | { readonly kind: 'like'; readonly of: Expression; readonly pattern: Parameter; readonly ignoreCase: boolean }
  | { readonly kind: 'and' | 'or'; readonly conditions: readonly Condition[] }
  | { readonly kind: 'not'; readonly condition: Condition }
  | { readonly kind: 'exists'; readonly from: readonly Joined[]; readonly where: Condition; readonly not?: true }

export interface Compare {
  readonly kind: 'compare'
  readonly left: Expression
  readonly operator: Operator
  readonly right: Expression
}

export type Operator = '=' | 'is distinct from' | '<' | '<=' | '>' | '>=' | '@>' | '&&'
export type Parameter = number

export interface ColumnName {
  readonly kind: 'column'
  readonly alias: string
  readonly column: string
}

/** SQL text with expressions and names between its parts. */
export interface Raw {
  readonly kind: 'raw'
  readonly texts: readonly string[]
  readonly parts: readonly (Expression | TableName)[]
}

export interface TableName {
  readonly kind: 'table'
  readonly table: string
}

/** The rows of a relation as JSON: each a list of its columns' texts, followed by the relations below it. */
export interface Related {
  readonly kind: 'related'
  readonly many: boolean
  readonly from: readonly Joined[]
  readonly where: Condition
  readonly order: readonly OrderTerm[]
  readonly limit: Parameter | null
  readonly columns: readonly Expression[]
  readonly below: readonly Related[]
}

/** A table under an alias; every one after the first has the condition it is joined on. */
export interface Joined {
  readonly table: string
  readonly alias: string
  readonly on?: Condition
}

export interface OrderTerm {
  readonly of: Expression
  /** Null for an expression that says it in its own words. */
  readonly direction: 'asc' | 'desc' | null
  readonly nulls: 'first' | 'last' | null
}

export interface SelectTemplate {
  readonly kind: 'select'
  readonly distinct?: boolean
  readonly columns: readonly Expression[]
  readonly from: readonly Joined[]
  readonly where: Condition
  readonly group?: readonly Expression[]
  readonly order: readonly OrderTerm[]
  readonly limit: Parameter | null
  readonly offset: Parameter | null
  readonly lock?: Lock | null
}

export interface Lock {
  readonly strength: 'update' | 'share'
  readonly wait: 'skip locked' | 'nowait' | null
}

/** `select exists (…)`. */
export interface ExistsTemplate {
  readonly kind: 'any'
  readonly from: readonly Joined[]
  readonly where: Condition
}

export interface InsertTemplate {
  readonly kind: 'insert'
  readonly into: Joined
  readonly columns: readonly string[]
  readonly rows: InsertedRows
  readonly onConflict: ConflictTemplate | null
  readonly returning: readonly Expression[]
}

/** One row of values; or many, as one array of texts for each column, so that any number of rows has one text. */
export type InsertedRows =
  | { readonly kind: 'values'; readonly values: readonly Expression[] }
  | { readonly kind: 'lists'; readonly lists: readonly { readonly values: Parameter; readonly type: string }[] }

export interface ConflictTemplate {
  readonly columns: readonly string[]
  /** Empty: the row that stands is left alone. */
  readonly set: readonly Assignment[]
}

export interface UpdateTemplate {
  readonly kind: 'update'
  readonly table: Joined
  readonly set: readonly Assignment[]
  readonly where: Condition
  readonly returning: readonly Expression[]
}

/** `touched` is set by the database to its expression, and for a timestamp never to the millisecond it had. */
export type Assignment =
  | { readonly column: string; readonly value: Expression }
  | { readonly column: string; readonly touched: string; readonly isTimestamp: boolean }

export interface DeleteTemplate {
  readonly kind: 'delete'
  readonly table: Joined
  readonly where: Condition
  readonly returning: readonly Expression[]
}

export interface RawTemplate {
  readonly kind: 'statement'
  readonly raw: Raw
}

export type Template = SelectTemplate | ExistsTemplate | InsertTemplate | UpdateTemplate | DeleteTemplate | RawTemplate

export const always: Condition = { kind: 'and', conditions: [] }
export const never: Condition = { kind: 'or', conditions: [] }

/** For the stack's own words only: what stands in `${…}` is an expression already. */
export function raw(texts: TemplateStringsArray, ...parts: Expression[]): Raw {
  return { kind: 'raw', texts, parts }
}

export function column(alias: string, name: string): ColumnName {
  return { kind: 'column', alias, column: name }
}
