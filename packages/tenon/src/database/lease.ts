import { readCursor } from './cursor.ts'
import type {
  Connection,
  CopySource,
  Outcome,
  RunOptions,
  Statement,
  StreamOptions,
  TransactionSettings,
} from './driver.ts'
import { CommitUnknown, DatabaseError, DatabaseUnavailable, pointAtCaller, toDatabaseError } from './errors.ts'

/** What a driver does on one bare connection. Its methods throw DatabaseError. */
export interface Channel {
  run(statement: Statement, options?: RunOptions): Promise<Outcome>
  /** Resolves to the last statement's command tag: `BEGIN`, `COMMIT`, `ROLLBACK`. */
  script(sql: string): Promise<string>
  copyIn(sql: string, source: CopySource): Promise<number>
  /** What the server last said: I outside a transaction, T inside one, E inside a failed one. */
  readonly transactionStatus: 'I' | 'T' | 'E' | null
  /** True once the connection is of no more use. */
  readonly broken: boolean
}

/** A connection lent for the length of a callback: one statement at a time, none after the callback has ended. */
export class Lease implements Connection {
  readonly #channel: Channel
  #last: Promise<unknown> = Promise.resolve()
  #ended = false

  constructor(channel: Channel) {
    this.#channel = channel
  }

  async run(statement: Statement, options?: RunOptions): Promise<Outcome> {
    try {
      return await this.#enqueue(() => this.#channel.run(statement, options))
    } catch (error) {
      pointAtCaller(error, this.run)
      throw error
    }
  }

  async script(sql: string): Promise<void> {
    await this.#enqueue(() => this.#channel.script(sql))
  }

  stream(statement: Statement, options?: StreamOptions): AsyncIterable<Outcome> {
    return readCursor(this, statement, options)
  }

  copyIn(sql: string, source: CopySource): Promise<number> {
    return this.#enqueue(() => this.#channel.copyIn(sql, source))
  }

  /** Waits for the statements that nobody awaited; those that come later are refused. */
  async end(): Promise<void> {
    this.#ended = true
    await this.#last
  }

  #enqueue<T>(statement: () => Promise<T>): Promise<T> {
    if (this.#ended) return Promise.reject(endedError())
    const result = this.#last.then(statement)
    this.#last = result.then(ignore, ignore)
    return result
  }
}

export function beginText({ isolation, readOnly, deferrable }: TransactionSettings = {}): string {
  const modes = [
    isolation && `ISOLATION LEVEL ${isolation.toUpperCase()}`,
    readOnly === undefined ? undefined : readOnly ? 'READ ONLY' : 'READ WRITE',
    deferrable === undefined ? undefined : deferrable ? 'DEFERRABLE' : 'NOT DEFERRABLE',
  ]
  return ['BEGIN', ...modes.filter((mode) => mode !== undefined)].join(' ')
}

/** After BEGIN: the work, then COMMIT, or ROLLBACK when it throws. */
export async function completeTransaction<T>(
  channel: Channel,
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  const lease = new Lease(channel)
  let result: T
  try {
    result = await work(lease)
  } catch (error) {
    await lease.end()
    await rollBack(channel)
    throw error
  }
  await lease.end()
  await commit(channel)
  return result
}

async function commit(channel: Channel): Promise<void> {
  if (channel.broken)
    throw new DatabaseUnavailable('Cannot commit the transaction: its connection was lost before COMMIT.')
  if (channel.transactionStatus === 'I') throw closedInsideError()
  let tag: string
  try {
    tag = await channel.script('COMMIT')
  } catch (error) {
    if (channel.broken) throw new CommitUnknown(error)
    await rollBack(channel)
    throw toDatabaseError(error)
  }
  if (tag !== 'COMMIT') throw failedInsideError()
}

/** Never throws: the driver destroys a connection that is still inside a transaction when it comes back. */
async function rollBack(channel: Channel): Promise<void> {
  if (!channel.broken) await channel.script('ROLLBACK').catch(ignore)
}

function ignore(): void {}

export function endedError(): DatabaseError {
  const message =
    'Cannot run the statement: the transaction or session that its connection belonged to has ended. ' +
    'Await every statement before the callback returns.'
  return new DatabaseError('TENON_CONNECTION_ENDED', message, {})
}

function closedInsideError(): DatabaseError {
  const message =
    'Cannot commit the transaction: a statement inside it has ended it already. ' +
    'Leave COMMIT and ROLLBACK to transaction(work); throw to roll back.'
  return new DatabaseError('TENON_TRANSACTION_CLOSED', message, {})
}

export function failedInsideError(): DatabaseError {
  const message =
    'Cannot commit the transaction: a statement inside it failed and its error was caught. ' +
    'Let the error through, or put the statement behind a SAVEPOINT.'
  return new DatabaseError('TENON_TRANSACTION_FAILED', message, {})
}

/** A statement outside a transaction has opened one: the next user of the connection would write into it. */
export function transactionLeftOpenError(): DatabaseError {
  const message =
    'Cannot keep the statement: it opened a transaction and left it open, so it was rolled back. ' +
    'Use transaction(work) instead of BEGIN.'
  return new DatabaseError('TENON_TRANSACTION_OPEN', message, {})
}

/** How many rows a command tag (`INSERT 0 2`, `UPDATE 3`) says were written; 0 for what writes none. */
export function affectedRows(tag: string): number {
  const match = /^(?:INSERT \d+|UPDATE|DELETE|MERGE|COPY) (\d+)$/.exec(tag)
  return match ? Number(match[1]) : 0
}

/** COPY FROM STDIN sent as a statement: without data the server would wait for it. */
export function noCopyDataError(): DatabaseError {
  return new DatabaseError('TENON_COPY', 'Cannot copy: the statement was sent without data. Use copyFrom().', {})
}
