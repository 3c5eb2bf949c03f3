import { setTimeout as delay } from 'node:timers/promises'
import type { Client } from 'pg'
import type { Signal } from '../../core/signal.ts'
import type { CopySource, Outcome, RowSink, RunOptions, Statement } from '../driver.ts'
import { isStalePlan, isUnknownName, StatementCancelled, StatementTimeout } from '../errors.ts'
import type { Channel } from '../lease.ts'
import { requestCancel } from './cancel.ts'
import { UtcClient } from './client.ts'
import { CopyIn, CopyOut, SourceFailure } from './copy.ts'
import { Exchange } from './exchange.ts'
import { isLost, isShutdown, isUnsent, markRepeatable, noAnswerError, statementError } from './failure.ts'
import { Names, type Plans } from './names.ts'
import { Outbox } from './outbox.ts'
import { changesSession } from './route.ts'

export interface ChannelOptions {
  readonly plans: Plans
  /** Milliseconds in which the server must answer the statement that it is at; 0 for no limit. */
  readonly answerWithin: () => number
  /** A client for the cancel request, which needs a connection of its own. */
  readonly openSide: () => Client
  /** Statements are sent together at the end of the event loop's turn. */
  readonly gathers?: boolean
  /** False where a pooler lends the server's connections, so that a name may not be there the next time. */
  readonly keepsNames: () => boolean
}

const aliveWithin = 2_000
const answerAfterCancel = 200
const paceOver = 8

/** One connection of pg, and what is known of its state. */
export class PostgresChannel implements Channel {
  broken = false
  /** Milliseconds that the server has lately taken for a statement, on average. */
  pace = 0
  readonly #client: Client
  readonly #options: ChannelOptions
  readonly #names: Names
  readonly #outbox: Outbox
  /** What was sent and not answered to the end; the server is at the first. */
  readonly #flight: Exchange[] = []
  /** Errors of statements that may be repeated here. */
  readonly #passing = new WeakSet<object>()
  #cancelling: Promise<void> | undefined
  /** Something has been SET that the next user must not find. */
  #isChanged = false
  #isShutdown = false
  #timer: NodeJS.Timeout | undefined
  /** When the server came to the first of those in flight, or finished the last. */
  #since = performance.now()

  constructor(client: Client, options: ChannelOptions) {
    this.#client = client
    this.#options = options
    this.#names = new Names(options.plans)
    this.#outbox = new Outbox(() => client.connection.stream, options.gathers ?? false)
    // For the connection's whole life: an `error` event that nobody listens to ends the process.
    client.on('error', () => {
      this.broken = true
    })
    client.once('end', () => {
      this.broken = true
    })
    const answered = () => {
      const [first] = this.#flight
      if (first) first.isAnswered = true
    }
    client.connection.on('parseComplete', answered)
    client.connection.on('bindComplete', answered)
    // The server answers in order, so a row belongs to the first in flight.
    if (client instanceof UtcClient) client.takeRow = (row, start) => this.#flight[0]?.takeBytes(row, start) === true
  }

  get transactionStatus(): 'I' | 'T' | 'E' | null {
    return this.#client.getTransactionStatus()
  }

  get reusable(): boolean {
    return !this.broken && !this.#isChanged && !this.isCancelling && this.transactionStatus === 'I'
  }

  get inFlight(): number {
    return this.#flight.length
  }

  /** A cancel request is under way: what is sent now could be hit by it. */
  get isCancelling(): boolean {
    return this.#cancelling !== undefined
  }

  /** Milliseconds since it was last used, or that the server has been at one statement. */
  get idleFor(): number {
    return performance.now() - this.#since
  }

  touch(): void {
    this.#since = performance.now()
  }

  async run(statement: Statement, { signal, sink }: RunOptions = {}): Promise<Outcome> {
    if (signal?.aborted) throw new StatementCancelled(true, signal.reason)
    if (changesSession(statement.text)) this.#isChanged = true
    const exchange = this.#send(statement, true, sink)
    if (signal === undefined) return await this.#outcome(exchange)
    return await this.#abortable(exchange, signal)
  }

  /** The short way of a statement that changes no session. `ended` hears that it is over. */
  start(statement: Statement, { signal, sink }: RunOptions, ended: () => void): Promise<Outcome> {
    const exchange = this.#send(statement, true, sink)
    const abort = signal && this.#aborting(exchange, signal)
    if (abort) signal.addEventListener('abort', abort)
    const finish = () => {
      if (abort) signal.removeEventListener('abort', abort)
      ended()
    }
    return exchange.answer.then(
      (outcome) => {
        finish()
        return this.#cancelling === undefined ? outcome : this.#cancelling.then(() => outcome)
      },
      async (error) => {
        finish()
        const reported = signal ? this.#reportAborted(error, exchange, signal) : this.#report(error, exchange)
        await this.#cancelling
        throw reported
      },
    )
  }

  /** True where a statement that ended in this error may be sent again here. */
  mayRepeat(error: unknown): boolean {
    return this.#passing.has(error as object) && !this.broken
  }

  /** As `run`, outside a transaction: what the server has certainly not done, for a reason that has gone, is repeated. */
  async runAlone(statement: Statement, options?: RunOptions): Promise<Outcome> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.run(statement, options)
      } catch (error) {
        if (!this.mayRepeat(error) || attempt === 2) throw error
      }
      await this.#cancelling
    }
  }

  async script(sql: string): Promise<string> {
    if (changesSession(sql)) this.#isChanged = true
    const exchange = this.#send({ text: sql, values: [] }, false)
    await this.#outcome(exchange)
    return exchange.tag
  }

  /** Takes as long as the source does, so `answerWithin` does not hold for it. */
  async copyIn(sql: string, source: CopySource): Promise<number> {
    const copy = new CopyIn(sql, source)
    this.#client.query(copy as never)
    return await this.#copied(copy.answer)
  }

  /** Cut short, it leaves the connection broken: the server would send all the rest. */
  async *copyOut(sql: string): AsyncGenerator<Uint8Array, void, undefined> {
    const copy = new CopyOut(sql)
    this.#client.query(copy as never)
    try {
      for (;;) {
        const chunk = await this.#copied(copy.next())
        if (chunk === undefined) return
        yield chunk
      }
    } finally {
      if (!copy.isOver) {
        await requestCancel(this.#client, this.#options.openSide())
        this.destroy()
      }
    }
  }

  async #copied<T>(answer: Promise<T>): Promise<T> {
    try {
      return await answer
    } catch (error) {
      if (error instanceof SourceFailure) throw error.cause
      if (isLost(error)) this.broken = true
      throw statementError(error)
    }
  }

  /** Asks the server for a sign of life. */
  async isAlive(): Promise<boolean> {
    const timer = setTimeout(() => this.destroy(), aliveWithin)
    try {
      await this.#outcome(this.#send({ text: 'select 1', values: [] }, false))
      return true
    } catch {
      this.destroy()
      return false
    } finally {
      clearTimeout(timer)
    }
  }

  /** Nothing more goes through it; what is in flight fails. */
  destroy(): void {
    this.broken = true
    this.#client.connection.stream.destroy()
  }

  #send(statement: Statement, isExtended: boolean, sink?: RowSink): Exchange {
    const named = this.#options.keepsNames() ? statement : { text: statement.text, values: statement.values }
    const sending = isExtended ? this.#names.toSending(named) : undefined
    const exchange = new Exchange(statement, sending, this.#outbox, this.#settled, sink)
    if (this.#flight.push(exchange) === 1) this.#since = performance.now()
    this.#client.query(exchange as never)
    this.#watch()
    return exchange
  }

  readonly #settled = (exchange: Exchange): void => {
    const place = this.#flight.indexOf(exchange)
    // pg fails everything anew when its connection ends.
    if (place === -1) return
    this.#flight.splice(place, 1)
    const now = performance.now()
    if (place === 0) this.pace += (now - this.#since - this.pace) / paceOver
    this.#since = now
  }

  async #outcome(exchange: Exchange): Promise<Outcome> {
    try {
      return await exchange.answer
    } catch (error) {
      throw this.#report(error, exchange)
    }
  }

  async #abortable(exchange: Exchange, signal: Signal): Promise<Outcome> {
    const abort = this.#aborting(exchange, signal)
    signal.addEventListener('abort', abort)
    try {
      return await exchange.answer
    } catch (error) {
      throw this.#reportAborted(error, exchange, signal)
    } finally {
      signal.removeEventListener('abort', abort)
      // The next statement must not be hit by a request that is still on its way.
      await this.#cancelling
    }
  }

  #aborting(exchange: Exchange, signal: Signal): () => void {
    return () => {
      if (this.#flight[0] === exchange) this.#cancel()
      else if (this.#flight.includes(exchange)) exchange.drop(new StatementCancelled(false, signal.reason))
    }
  }

  #reportAborted(error: unknown, exchange: Exchange, signal: Signal): Error {
    const reported = this.#report(error, exchange)
    return signal.aborted && reported instanceof StatementTimeout
      ? new StatementCancelled(true, signal.reason)
      : reported
  }

  #cancel(): void {
    // The server may have come to the next statement by the time that the request reaches it.
    for (const other of this.#flight.slice(1)) other.isBystander = true
    this.#cancelling ??= requestCancel(this.#client, this.#options.openSide()).then(() => {
      this.#cancelling = undefined
    })
  }

  #report(error: unknown, exchange: Exchange): Error {
    const isShutdownAnswer = isShutdown(error)
    this.#isShutdown ||= isShutdownAnswer
    if (isLost(error)) this.broken = true
    const reported = statementError(error)
    // The server reads in order: what stands behind the one at which it was shut down was not read either.
    if (isUnsent(error) || (this.#isShutdown && this.broken && !exchange.isAnswered)) markRepeatable(reported)
    if (isStalePlan(reported)) this.#names.outdate()
    const wasHitByMistake = exchange.isBystander && reported instanceof StatementTimeout
    if (isStalePlan(reported) || isUnknownName(reported) || wasHitByMistake) this.#passing.add(reported)
    if (exchange.sending && (exchange.sending.before.length > 0 || isUnknownName(reported))) {
      this.#names.forget(exchange.sending.name)
    }
    return reported
  }

  /** One timer for all: it looks at the statement that the server is at, and sets itself again. */
  #watch(): void {
    const limit = this.#options.answerWithin()
    if (limit > 0) this.#timer ??= setTimeout(() => this.#look(), limit).unref()
  }

  #look(): void {
    this.#timer = undefined
    const [first] = this.#flight
    if (first === undefined) return
    const left = this.#options.answerWithin() - this.idleFor
    if (left > 1) this.#timer = setTimeout(() => this.#look(), left).unref()
    else void this.#giveUp(first)
  }

  /** The server would go on with it, holding its locks, while nobody waits. If even the request stays unheard, so be it. */
  async #giveUp(exchange: Exchange): Promise<void> {
    this.#cancel()
    await this.#cancelling
    await delay(answerAfterCancel)
    // The server has come to the next one, which has a time of its own.
    if (this.#flight[0] !== exchange) return this.#watch()
    this.broken = true
    exchange.handleError(noAnswerError(this.#options.answerWithin()))
    this.destroy()
  }
}
