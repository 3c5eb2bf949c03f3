import type { HttpErrorClass } from './http-error.ts'

/**
 * A description of a statement: `.run()` executes it, or a handler returns it as it stands.
 * Not thenable: a thenable that an async function returns is awaited by the language, and the description would be lost.
 */
export interface Query<T, E = never> {
  readonly kind: 'query'
  /** The errors it may end in; a route that returns it declares them in `throws`. */
  readonly throws: readonly ErrorClassOf<E>[]
  run(): Promise<T>
  /**
   * The answer as JSON by a schema, straight from the rows as they came: byte for byte what the schema's writer makes of
   * `run()`. Null where that takes objects. Errors name `place`.
   */
  toJson?(schema: object, place: string): Promise<JsonText> | null
}

/** Rows one by one. A handler may return it for a list: the answer leaves while they are read, and memory holds one batch. */
export interface RowStream<T> extends AsyncIterable<T> {
  readonly kind: 'stream'
  /** The rows of each batch as JSON with commas between, by the schema of the list; null where that takes objects. */
  toPieces(schema: object, place: string): AsyncIterable<JsonText> | null
}

export function isRowStream(value: unknown): value is RowStream<unknown> {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'stream'
}

/** JSON as a text, or where it is long, as its bytes in UTF-8, in pieces. */
export type JsonText = string | readonly Uint8Array[]

export type ErrorClassOf<E> = HttpErrorClass & (new () => E)

export function isQuery(value: unknown): value is Query<unknown, unknown> {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'query' && 'run' in value
}

/** One page of a listing, as `page(…)` answers it; `total` counts all pages. */
export interface PageOf<Item> {
  readonly items: Item[]
  readonly total: number
  readonly page: number
  readonly limit: number
  readonly pages: number
}

/** Which page: `page` counts from 1. */
export interface PageRequest {
  readonly page: number
  readonly limit: number
}
