/** An expression that the database evaluates. */
export interface Sql {
  readonly sql: string
}

/** The time of the statement's transaction. */
export const now: Sql = { sql: 'now()' }

/** A random UUID (version 4) made by the database. */
export const randomUuid: Sql = { sql: 'gen_random_uuid()' }

export function isSql(value: unknown): value is Sql {
  return typeof value === 'object' && value !== null && 'sql' in value
}

export type ColumnType = 'text' | 'boolean' | 'integer' | 'bigint' | 'uuid' | 'timestamptz'

export interface Reference {
  /** A thunk of a model; start-up checks what it answers. */
  readonly model: CallableFunction
  readonly onDelete?: 'cascade' | 'restrict' | 'set null'
}

/** A column as plain data; the SQL and migration layers read this and nothing else. */
export interface Column {
  readonly type: ColumnType
  /** The column's own name; without it the snake_case of the field's. */
  readonly name?: string
  readonly nullable?: boolean
  readonly primaryKey?: boolean
  readonly unique?: boolean
  readonly identity?: boolean
  readonly default?: unknown
  readonly onUpdate?: Sql
  readonly references?: Reference
  /** The values of a `oneOf`, in the order in which they sort. */
  readonly values?: readonly string[]
}
