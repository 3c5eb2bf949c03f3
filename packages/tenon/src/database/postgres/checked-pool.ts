import { setTimeout as delay } from 'node:timers/promises'
import { Pool, type PoolClient } from 'pg'
import type { Signal } from '../../core/signal.ts'
import { DatabaseUnavailable, StatementCancelled } from '../errors.ts'
import type { PostgresChannel } from './channel.ts'
import type { Connector } from './connector.ts'

/** A connection that somebody has taken and not given back yet. */
export interface Loan {
  readonly client: PoolClient
  readonly channel: PostgresChannel
}

// Milliseconds.
export const checkWhenIdleFor = 1_000
export const closeWithin = 500

/** pg's pool with what it lacks: a bounded queue, a check before use, and no way back for a connection in a bad state. */
export class CheckedPool {
  readonly #connector: Connector
  readonly #pool: Pool
  readonly #max: number
  readonly #channels = new WeakMap<PoolClient, PostgresChannel>()
  readonly #loans = new Set<Loan>()
  /** Those that wait for a connection, each by what ends its wait with an error. */
  readonly #waiters = new Set<(error: Error) => void>()

  constructor(connector: Connector) {
    const { settings } = connector
    this.#connector = connector
    this.#max = settings.max - settings.lanes
    this.#pool = new Pool({
      ...connector.config,
      min: Math.max(0, settings.min - settings.lanes),
      max: this.#max,
      maxLifetimeSeconds: settings.recycle,
      Client: connector.Client,
    })
    this.#pool.on('connect', (client) => {
      this.#channels.set(client, connector.channel(client))
    })
    // The pool drops a connection that dies idle; an event that nobody listens to would end the process.
    this.#pool.on('error', () => {})
  }

  get size(): number {
    return this.#pool.totalCount
  }

  get idle(): number {
    return this.#pool.idleCount
  }

  /** A connection can be had without waiting for anybody. */
  get hasSpare(): boolean {
    return this.#pool.waitingCount === 0 && (this.#pool.idleCount > 0 || this.#pool.totalCount < this.#max)
  }

  get waiting(): number {
    return this.#pool.waitingCount
  }

  /** A connection that answers. Throws DatabaseUnavailable, or StatementCancelled when the signal is aborted first. */
  async take(signal?: Signal): Promise<Loan> {
    for (let attempt = 0; ; attempt++) {
      const loan = await this.#leavable(this.#connect(), signal)
      const isFresh = loan.channel.idleFor < checkWhenIdleFor
      if (isFresh || attempt > this.#max || (await loan.channel.isAlive())) return loan
      this.give(loan)
    }
  }

  give(loan: Loan): void {
    if (!this.#loans.delete(loan)) return
    loan.channel.touch()
    loan.client.release(!loan.channel.reusable)
  }

  /** Lets running work end, for half a second; what runs on after that is cut off. Those that wait are told at once. */
  async close(): Promise<void> {
    for (const leave of this.#waiters) leave(this.#connector.closingError())
    await Promise.race([this.#pool.end(), delay(closeWithin, undefined, { ref: false })])
    for (const { channel } of this.#loans) channel.destroy()
  }

  async #connect(): Promise<Loan> {
    if (this.#pool.idleCount > 0 && this.#pool.waitingCount === 0) return await this.#connector.connect(this.#attempt)
    return await this.#connector.waits.during(this.#connector.connect(this.#attempt))
  }

  readonly #attempt = async (): Promise<Loan> => {
    this.#refuseWhenFull()
    const client = await this.#pool.connect().catch((error: Error) => {
      throw error.message.startsWith('timeout exceeded') ? this.#busy(error) : error
    })
    const channel = this.#channels.get(client)
    if (channel === undefined) throw new TypeError('pg has lent a connection without its connect event.')
    const loan = { client, channel }
    this.#loans.add(loan)
    await this.#connector.inspect(client, channel).catch((error) => {
      this.give(loan)
      throw error
    })
    return loan
  }

  /** pg's queue cannot be left, so a connection that comes too late is given back. */
  async #leavable(connecting: Promise<Loan>, signal: Signal | undefined): Promise<Loan> {
    const { promise: left, reject: leave } = Promise.withResolvers<never>()
    const abort = () => leave(new StatementCancelled(true, signal?.reason))
    if (signal?.aborted) abort()
    signal?.addEventListener('abort', abort)
    this.#waiters.add(leave)
    try {
      return await Promise.race([left, connecting])
    } catch (error) {
      connecting.then(
        (loan) => this.give(loan),
        () => {},
      )
      throw error
    } finally {
      this.#waiters.delete(leave)
      signal?.removeEventListener('abort', abort)
    }
  }

  #refuseWhenFull(): void {
    const { maxWaiting, place } = this.#connector.settings
    if (this.#pool.waitingCount < maxWaiting) return
    throw new DatabaseUnavailable(
      `Cannot get a connection to ${place}: ${this.#pool.waitingCount} callers wait for one already. ` +
        'Try again later, or raise the pool size.',
    )
  }

  #busy(cause: Error): DatabaseUnavailable {
    const { connectionTimeout, place } = this.#connector.settings
    return new DatabaseUnavailable(
      `Cannot get a connection to ${place}: all ${this.#max} were busy for ${connectionTimeout} s. ` +
        'Shorten the transactions, or raise the pool size.',
      { cause },
    )
  }
}
