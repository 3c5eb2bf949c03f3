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
  readonly rows: readonly (readonly (string | null)[])[]
  readonly affected: number
}

export interface RunOptions {
  /** Cancels the statement: what runs is stopped, what waits is not sent. It then throws StatementCancelled. */
  readonly signal?: AbortSignal | undefined
}

export interface Connection {
  /** One statement by the extended protocol. Throws DatabaseError. */
  run(statement: Statement, options?: RunOptions): Promise<Outcome>
  /** Several statements without parameters, by the simple protocol. Throws DatabaseError. */
  script(sql: string): Promise<void>
}

export interface TransactionSettings {
  /** What the transaction sees of others; the server's default, read committed, unless given. */
  readonly isolation?: 'read committed' | 'repeatable read' | 'serializable'
  readonly readOnly?: boolean
  /** With `serializable` and `readOnly`: waits for a moment in which it cannot fail. */
  readonly deferrable?: boolean
}

/** What a driver must do; `database/postgres` and `database/pglite` are the two. One contract suite runs on both. */
export interface Driver extends Pick<Connection, 'run'> {
  readonly kind: 'postgres' | 'pglite'
  /** Where the database is, without secrets: `postgres://todo@localhost:5432/todo`, `PGlite in .data`. */
  readonly place: string
  /** BEGIN, the work, COMMIT; ROLLBACK when it throws. The connection is never seen after it. */
  transaction<T>(work: (connection: Connection) => Promise<T>, settings?: TransactionSettings): Promise<T>
  /** A connection of its own outside the pool and without statement timeout, for migrations; closed when the work ends. */
  session<T>(work: (connection: Connection) => Promise<T>): Promise<T>
  /** Ends what is open, within a second; a statement after it throws DatabaseUnavailable. */
  close(): Promise<void>
}
