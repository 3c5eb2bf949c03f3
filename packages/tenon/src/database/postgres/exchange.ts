import { type Connection, Query } from 'pg'
import { serialize } from 'pg-protocol'
import type { Outcome, RowSink, Statement } from '../driver.ts'
import { affectedRows } from '../lease.ts'
import type { Outbox } from './outbox.ts'

interface FieldHead {
  readonly name: string
  readonly dataTypeID: number
}

/** The names and types of a statement's columns. */
type Heads = Pick<Outcome, 'columns' | 'types'>

/** What pg 8.23 calls on a query on its way. Its own class parses values and keeps names; neither is wanted here. */
export interface QueryHooks {
  submit(connection: Connection): Error | null
  handleRowDescription(message: { fields: readonly FieldHead[] }): void
  handleDataRow(message: { fields: (string | null)[] }): void
  handleCommandComplete(message: { text: string }): void
  handleEmptyQuery(): void
  handleError(error: Error): void
  handleReadyForQuery(): void
  handleCopyInResponse(connection: Connection): void
  handleCopyData(message: { chunk: Uint8Array }, connection: Connection): void
}

// A pipelined client takes no query that is not an instance of pg's own class.
export const PgQuery = Query as unknown as new (text: string) => QueryHooks

/** An instance of pg's class without what its constructor makes for itself: an emitter, a parsed configuration, a result. */
const BareQuery = (() => {
  function Bare() {}
  Bare.prototype = Query.prototype
  return Bare as unknown as new () => QueryHooks
})()

export interface Prepared {
  readonly text: string
  /** As the server described them once; it refuses the statement (0A000) when they have changed. */
  heads: Heads | undefined
}

/** How a statement is sent by the extended protocol. */
export interface Sending {
  /** What goes in front: Close and Parse messages. */
  readonly before: readonly Buffer[]
  /** The prepared statement; '' for one that lasts until the next. */
  readonly name: string
  /** What is kept under that name. Where its columns are known the server need not describe them. */
  readonly prepared: Prepared | undefined
}

const execute = serialize.execute({})
const sync = serialize.sync()
const executed = Buffer.concat([execute, sync])
const describedAndExecuted = Buffer.concat([serialize.describe({ type: 'P', name: '' }), execute, sync])
const noHeads: Heads = { columns: [], types: [] }

/** One statement on its way through a connection of pg. */
export class Exchange extends BareQuery {
  readonly answer: Promise<Outcome>
  readonly sending: Sending | undefined
  /** The command tag of the last statement: `INSERT 0 1`, `COMMIT`. */
  tag = ''
  /** The server has answered something, so it has read the statement. */
  isAnswered = false
  /** A cancel request that was meant for the one before may have hit it. */
  isBystander = false
  #heads: Heads | undefined
  readonly #statement: Statement
  readonly #rows: (readonly (string | null)[])[] = []
  #resolve!: (outcome: Outcome) => void
  #reject!: (error: Error) => void
  readonly #settled: (exchange: Exchange) => void
  readonly #sink: RowSink | undefined
  readonly #outbox: Outbox
  #hasBegun = false
  #failure: Error | undefined

  /** Without `sending` it is a script, sent by the simple protocol. */
  constructor(
    statement: Statement,
    sending: Sending | undefined,
    outbox: Outbox,
    settled: (exchange: Exchange) => void,
    sink: RowSink | undefined,
  ) {
    super()
    this.#outbox = outbox
    this.#sink = sink
    this.#statement = statement
    this.sending = sending
    this.#heads = sending?.prepared?.heads
    this.#settled = settled
    this.answer = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
  }

  override submit(): null {
    const outbox = this.#outbox
    if (this.sending === undefined) {
      outbox.add(serialize.query(this.#statement.text))
    } else {
      for (const message of this.sending.before) outbox.add(message)
      outbox.bind(this.sending.name, this.#statement.values)
      outbox.add(this.#heads === undefined ? describedAndExecuted : executed)
    }
    outbox.send()
    return null
  }

  override handleRowDescription({ fields }: { fields: readonly FieldHead[] }): void {
    this.#heads = { columns: fields.map(({ name }) => name), types: fields.map(({ dataTypeID }) => dataTypeID) }
  }

  override handleDataRow({ fields }: { fields: (string | null)[] }): void {
    if (this.#sink === undefined) this.#rows.push(fields)
    else this.#give(this.#sink, fields)
  }

  /** pg's reader is in the middle of its buffer: an error that passed through it would leave it there. */
  #give(sink: RowSink, fields: (string | null)[] | null): void {
    if (this.#failure) return
    try {
      this.#begin(sink)
      if (fields) sink.row(fields)
    } catch (error) {
      this.#failure = error as Error
    }
  }

  #begin(sink: RowSink): void {
    if (!this.#hasBegun) sink.begin(this.#heads?.types ?? noHeads.types)
    this.#hasBegun = true
  }

  /** Takes a row as it came, past pg's reader; false where that is to read it. */
  takeBytes(row: Buffer, start: number): boolean {
    const sink = this.#sink
    if (sink?.bytes === undefined) return false
    if (this.#failure) return true
    try {
      this.#begin(sink)
      if (sink.takesBytes !== true) return false
      sink.bytes(row, start)
    } catch (error) {
      this.#failure = error as Error
    }
    return true
  }

  override handleCommandComplete({ text }: { text: string }): void {
    this.tag = text
  }

  override handleEmptyQuery(): void {}

  override handleError(error: Error): void {
    this.#settled(this)
    this.#reject(error)
  }

  /** Its caller waits no longer; what the server still says of it is read and goes nowhere. */
  drop(error: Error): void {
    this.#reject(error)
  }

  override handleReadyForQuery(): void {
    this.#settled(this)
    if (this.#sink) this.#give(this.#sink, null)
    const heads = this.#heads ?? noHeads
    if (this.sending?.prepared) this.sending.prepared.heads = heads
    const { columns, types } = heads
    if (this.#failure) this.#reject(this.#failure)
    else this.#resolve({ columns, types, rows: this.#rows, affected: affectedRows(this.tag) })
  }

  /** The server swallowed the Sync that came with the statement, so it needs another to go on. */
  override handleCopyInResponse({ stream }: Connection): void {
    stream.write(serialize.copyFail('Use copyFrom() for COPY FROM STDIN'))
    if (this.sending !== undefined) stream.write(sync)
  }

  override handleCopyData(): void {}
}
