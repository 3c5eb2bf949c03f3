import type { Signal } from '../core/signal.ts'
import type { WaitMetrics } from './waits.ts'

/** A statement as it goes to the server: values are already in PostgreSQL's text form. */
export interface Statement {
  readonly text: string
  readonly values: readonly (string | null)[]
  /** Prepared under this name where the driver keeps prepared statements. */
  readonly name?: string
}

/** Rows in PostgreSQL's text form, column by column; `affected` counts the rows of an INSERT, UPDATE, DELETE or MERGE. */
export interface Outcome {
  readonly columns: readonly string[]
  /** The type of each column, by its number in PostgreSQL's catalog (pg_type.oid). */
  readonly types: readonly number[]
  readonly rows: readonly (readonly (string | null)[])[]
  readonly affected: number
}

export interface RunOptions {
  /** Cancels the statement: what runs is stopped, what waits is not sent. It then throws StatementCancelled. */
  readonly signal?: Signal | undefined
  /** Takes the rows as they come; those that a driver gathers all the same are in the outcome. */
  readonly sink?: RowSink | undefined
}

/** Takes rows one by one. What it throws ends the statement in that error. */
export interface RowSink {
  /** Before the first row, and again where the statement is repeated. `types` as in Outcome. */
  begin(types: readonly number[]): void
  row(texts: readonly (string | null)[]): void
  /** Asked after `begin`: whether the rows may come as the server sent them. */
  readonly takesBytes?: boolean
  /** The body of a DataRow message: its count of columns is at `start`. It is read before the call returns. */
  bytes?(row: Buffer, start: number): void
}

export interface StreamOptions extends RunOptions {
  /** Rows that are read at once; 500 unless given. */
  readonly batch?: number | undefined
}

/** What COPY reads: its text or binary format in pieces of any size. */
export type CopySource = Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>

export interface Connection {
  /** One statement by the extended protocol. Throws DatabaseError. */
  run(statement: Statement, options?: RunOptions): Promise<Outcome>
  /** Several statements without parameters, by the simple protocol. Throws DatabaseError. */
  script(sql: string): Promise<void>
  /** The rows of a query in batches; the next one is read when it is asked for. Throws DatabaseError. */
  stream(statement: Statement, options?: StreamOptions): AsyncIterable<Outcome>
  /** `copy … from stdin`; resolves to the number of rows. Throws DatabaseError, or what the source throws. */
  copyIn(sql: string, source: CopySource): Promise<number>
}

export interface TransactionSettings {
  /** What the transaction sees of others; the server's default, read committed, unless given. */
  readonly isolation?: 'read committed' | 'repeatable read' | 'serializable'
  readonly readOnly?: boolean
  /** With `serializable` and `readOnly`: waits for a moment in which it cannot fail. */
  readonly deferrable?: boolean
}

export interface SessionOptions {
  /** Also through a pooler, where each transaction may run on another session; refused unless given. */
  readonly pooled?: boolean
}

/** What is going on in the pool. Times are in milliseconds. */
export interface PoolMetrics {
  /** Open connections, lanes included, and how many there may be. */
  readonly size: number
  readonly max: number
  /** Connections that nobody uses. */
  readonly idle: number
  /** Open lanes, and the statements on them. */
  readonly lanes: number
  readonly inFlight: number
  /** Callers that wait for a connection now, and what those before them waited. */
  readonly waiting: number
  readonly waits: WaitMetrics
  /** True where a pooler, such as PgBouncer, stands before the server. */
  readonly pooled: boolean
}

export interface ListenOptions {
  /** Called when the connection was lost and is there again: what was sent meanwhile has not been heard. */
  readonly onGap?: (() => unknown) | undefined
  /** Hears what the handlers throw; `console.error` unless given. */
  readonly report?: ((error: unknown) => void) | undefined
}

export interface Subscription extends AsyncDisposable {
  close(): Promise<void>
}

/** What a driver must do; `database/postgres` and `database/pglite` are the two. One contract suite runs on both. */
export interface Driver extends Pick<Connection, 'run' | 'stream' | 'copyIn'> {
  readonly kind: 'postgres' | 'pglite'
  /** Where the database is, without secrets: `postgres://todo@localhost:5432/todo`, `PGlite in .data`. */
  readonly place: string
  /** BEGIN, the work, COMMIT; ROLLBACK when it throws. The connection is never seen after it. */
  transaction<T>(work: (connection: Connection) => Promise<T>, settings?: TransactionSettings): Promise<T>
  /** A connection of its own outside the pool and without statement timeout, for migrations; closed when the work ends. */
  session<T>(work: (connection: Connection) => Promise<T>, options?: SessionOptions): Promise<T>
  /** `copy … to stdout`, in pieces as they come. Throws DatabaseError. */
  copyOut(sql: string): AsyncIterable<Uint8Array>
  /** Calls the handler with the payload of each NOTIFY; resolves once it is listening. Throws DatabaseUnavailable. */
  listen(channel: string, handler: (payload: string) => unknown, options?: ListenOptions): Promise<Subscription>
  metrics(): PoolMetrics
  /** Ends what is open, within a second; a statement after it throws DatabaseUnavailable. */
  close(): Promise<void>
}
