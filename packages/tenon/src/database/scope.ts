import { readCursor } from './cursor.ts'
import type { Connection, CopySource, Outcome, RunOptions, Statement, StreamOptions } from './driver.ts'
import { DatabaseError } from './errors.ts'
import { endedError, failedInsideError } from './lease.ts'

/** A transaction's or a savepoint's connection until that ends; what comes later is refused. */
export class Scope implements Connection {
  /** What is to run once the outermost transaction has committed. */
  readonly finishers: (() => unknown)[] = []
  readonly #connection: Connection
  #ended = false

  constructor(connection: Connection) {
    this.#connection = connection
  }

  run(statement: Statement, options?: RunOptions): Promise<Outcome> {
    return this.#ended ? Promise.reject(endedError()) : this.#connection.run(statement, options)
  }

  script(sql: string): Promise<void> {
    return this.#ended ? Promise.reject(endedError()) : this.#connection.script(sql)
  }

  stream(statement: Statement, options?: StreamOptions): AsyncIterable<Outcome> {
    return readCursor(this, statement, options)
  }

  copyIn(sql: string, source: CopySource): Promise<number> {
    return this.#ended ? Promise.reject(endedError()) : this.#connection.copyIn(sql, source)
  }

  get ended(): boolean {
    return this.#ended
  }

  afterCommit(work: () => unknown): void {
    if (this.#ended) throw endedError()
    this.finishers.push(work)
  }

  end(): void {
    this.#ended = true
  }
}

/** A connection whose callers are let in when it is their turn. */
export class InTurn implements Pick<Connection, 'run' | 'stream' | 'copyIn'> {
  readonly #connection: Connection
  readonly #turn: () => Promise<void>

  constructor(connection: Connection, turn: () => Promise<void>) {
    this.#connection = connection
    this.#turn = turn
  }

  async run(statement: Statement, options?: RunOptions): Promise<Outcome> {
    await this.#turn()
    return await this.#connection.run(statement, options)
  }

  async *stream(statement: Statement, options?: StreamOptions): AsyncIterable<Outcome> {
    await this.#turn()
    yield* this.#connection.stream(statement, options)
  }

  async copyIn(sql: string, source: CopySource): Promise<number> {
    await this.#turn()
    return await this.#connection.copyIn(sql, source)
  }
}

/** A savepoint in `connection`: released when the work ends, rolled back to when it throws. */
export async function inSavepoint<T>(connection: Connection, name: string, work: () => Promise<T>): Promise<T> {
  await connection.script(`savepoint ${name}`)
  try {
    const result = await work()
    await release(connection, name)
    return result
  } catch (error) {
    // A connection that is gone has rolled back by itself; the error that says so is the first one.
    await connection.script(`rollback to savepoint ${name}; release savepoint ${name}`).catch(() => {})
    throw error
  }
}

async function release(connection: Connection, name: string): Promise<void> {
  try {
    await connection.script(`release savepoint ${name}`)
  } catch (error) {
    // in_failed_sql_transaction, appendix A of PostgreSQL's manual
    if (error instanceof DatabaseError && error.report.state === '25P02') throw failedInsideError()
    throw error
  }
}
