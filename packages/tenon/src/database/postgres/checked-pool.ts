import { setTimeout as delay } from 'node:timers/promises'
import { Pool, type PoolClient } from 'pg'
import { DatabaseUnavailable } from '../errors.ts'
import { PostgresChannel } from './channel.ts'
import { UtcClient } from './client.ts'
import { connectError, isPassing } from './failure.ts'
import { type PostgresSettings, poolConfig } from './options.ts'

export interface PoolMetrics {
  readonly size: number
  readonly idle: number
  readonly waiting: number
}

/** A connection that somebody has taken and not given back yet. */
export interface Loan {
  readonly client: PoolClient
  readonly channel: PostgresChannel
}

// Milliseconds.
const checkWhenIdleFor = 1_000
const closeWithin = 500
const reconnectAfter = [100, 200, 400]

/** pg's pool with what it lacks: a bounded queue, a check before use, and no way back for a connection in a bad state. */
export class CheckedPool {
  readonly #settings: PostgresSettings
  readonly #pool: Pool
  readonly #channels = new WeakMap<PoolClient, PostgresChannel>()
  readonly #loans = new Set<Loan>()
  #closing: Promise<void> | undefined

  constructor(settings: PostgresSettings) {
    this.#settings = settings
    this.#pool = new Pool({ ...poolConfig(settings), Client: UtcClient })
    this.#pool.on('connect', (client) => {
      this.#channels.set(client, new PostgresChannel(client))
    })
    // The pool drops a connection that dies idle; an event that nobody listens to would end the process.
    this.#pool.on('error', () => {})
  }

  metrics(): PoolMetrics {
    return { size: this.#pool.totalCount, idle: this.#pool.idleCount, waiting: this.#pool.waitingCount }
  }

  /** A connection that answers. Throws DatabaseUnavailable. */
  async take(): Promise<Loan> {
    for (let attempt = 0; ; attempt++) {
      const loan = await this.#connect()
      const isFresh = loan.channel.idleFor < checkWhenIdleFor
      if (isFresh || attempt > this.#settings.max || (await loan.channel.isAlive())) return loan
      this.give(loan)
    }
  }

  give(loan: Loan): void {
    if (!this.#loans.delete(loan)) return
    loan.channel.touch()
    loan.client.release(!loan.channel.reusable)
  }

  /** Lets running work end, for half a second; what runs on after that is cut off. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    const ended = this.#pool.end()
    await Promise.race([ended, delay(closeWithin, undefined, { ref: false })])
    for (const { client, channel } of this.#loans) {
      channel.broken = true
      client.connection.stream.destroy()
    }
  }

  async #connect(): Promise<Loan> {
    const deadline = performance.now() + this.#settings.connectionTimeout * 1000
    for (let attempt = 0; ; attempt++) {
      this.#refuseWhenFull()
      try {
        return this.#lend(await this.#pool.connect())
      } catch (error) {
        const pause = reconnectAfter[attempt]
        if (this.#closing !== undefined) throw this.#closed()
        if (pause === undefined || !isPassing(error) || performance.now() + pause > deadline) throw this.#refused(error)
        await delay(pause)
      }
    }
  }

  #lend(client: PoolClient): Loan {
    const channel = this.#channels.get(client)
    if (channel === undefined) throw new TypeError('pg has lent a connection without its connect event.')
    const loan = { client, channel }
    this.#loans.add(loan)
    return loan
  }

  #refuseWhenFull(): void {
    if (this.#closing !== undefined) throw this.#closed()
    if (this.#pool.waitingCount < this.#settings.maxWaiting) return
    throw new DatabaseUnavailable(
      `Cannot get a connection to ${this.#settings.place}: ${this.#pool.waitingCount} callers wait for one already. ` +
        'Try again later, or raise the pool size.',
    )
  }

  #closed(): DatabaseUnavailable {
    return new DatabaseUnavailable(`Cannot use ${this.#settings.place}: it has been closed.`)
  }

  #refused(error: unknown): DatabaseUnavailable {
    const { connectionTimeout, max, place } = this.#settings
    const { message } = error as Error
    if (message.startsWith('timeout exceeded')) {
      return new DatabaseUnavailable(
        `Cannot get a connection to ${place}: all ${max} were busy for ${connectionTimeout} s. ` +
          'Shorten the transactions, or raise the pool size.',
        { cause: error },
      )
    }
    if (message.includes('connection timeout') || message === 'timeout expired') {
      return new DatabaseUnavailable(`Cannot connect to ${place}: no answer for ${connectionTimeout} s.`, {
        cause: error,
      })
    }
    return connectError(error, place)
  }
}
