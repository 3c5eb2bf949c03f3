import type { z } from 'zod'

/** An expression that the database evaluates. */
export interface Sql {
  readonly sql: string
}

/** A default that the application makes anew for each row it inserts. */
export interface Made<T> {
  readonly make: () => T
}

/** The time of the statement's transaction. */
export const now: Sql = { sql: 'now()' }

/** A random UUID (version 4) made by the database. */
export const randomUuid: Sql = { sql: 'gen_random_uuid()' }

/** An object of this one member, so that a document that has a member `sql` among others is not taken for one. */
export function isSql(value: unknown): value is Sql {
  return holdsOnly(value, 'sql') && typeof value.sql === 'string'
}

export function isMade(value: unknown): value is Made<unknown> {
  return holdsOnly(value, 'make') && typeof value.make === 'function'
}

function holdsOnly<K extends string>(value: unknown, key: K): value is Record<K, unknown> {
  return typeof value === 'object' && value !== null && key in value && Object.keys(value).length === 1
}

export type ColumnType =
  | 'text'
  | 'boolean'
  | 'integer'
  | 'bigint'
  | 'numeric'
  | 'double precision'
  | 'uuid'
  | 'timestamptz'
  | 'date'
  | 'time'
  | 'interval'
  | 'bytea'
  | 'jsonb'
  | 'array'

export type ReferenceAction = 'no action' | 'restrict' | 'cascade' | 'set null' | 'set default'

export interface ReferenceActions {
  readonly onDelete?: ReferenceAction
  readonly onUpdate?: ReferenceAction
}

export interface Reference extends ReferenceActions {
  /** A thunk of a model; start-up checks what it answers. */
  readonly model: CallableFunction
  /** The field that it refers to, where that is not the primary key. */
  readonly field?: string
}

/** The least and the greatest that is allowed; either may be missing. */
export interface Limits<T> {
  readonly min?: T
  readonly max?: T
}

/** A column as plain data; the SQL and migration layers read this and nothing else. */
export interface Column {
  readonly type: ColumnType
  /** What an `array` holds. */
  readonly element?: Column
  /** The column's own name; without it the snake_case of the field's. */
  readonly name?: string
  readonly nullable?: boolean
  readonly primaryKey?: boolean
  readonly unique?: boolean
  readonly identity?: boolean
  readonly default?: unknown
  readonly onUpdate?: Sql
  /** What the database computes and stores; nobody writes it. */
  readonly generated?: Sql
  readonly references?: Reference
  readonly comment?: string
  /** Digits in all, and those after the point, of a `numeric`. */
  readonly precision?: number
  readonly scale?: number
  /** A `bigint` that is one in memory too. */
  readonly exact?: boolean
  /** The schema of a `jsonb` document. */
  readonly document?: z.core.$ZodType
  /** Characters of a text, bytes of a `bytea`, items of an `array`. */
  readonly length?: Limits<number>
  /** Values, in the text form that PostgreSQL reads. */
  readonly range?: Limits<string>
  readonly pattern?: RegExp
  readonly lowerCase?: boolean
  /** The values of a `oneOf`, in the order in which they sort. */
  readonly values?: readonly string[]
  /** Rules that the parser alone has, in words: the table cannot say them. */
  readonly parserOnly?: readonly string[]
}
