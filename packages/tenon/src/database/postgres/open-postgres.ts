import { setTimeout as delay } from 'node:timers/promises'
import type { Connection, Driver, Outcome, Statement, TransactionSettings } from '../driver.ts'
import { beginText, completeTransaction, Lease, transactionLeftOpenError } from '../lease.ts'
import { PostgresChannel } from './channel.ts'
import { CheckedPool, type Loan, type PoolMetrics } from './checked-pool.ts'
import { UtcClient } from './client.ts'
import { connectError } from './failure.ts'
import { clientConfig, type PostgresOptions, type PostgresSettings, readOptions } from './options.ts'

/** PostgreSQL through a pool whose connections are checked before use and never come back inside a transaction. */
export interface PostgresDriver extends Driver {
  readonly kind: 'postgres'
  metrics(): PoolMetrics
}

/** Connects on first use, so that a service starts while its database is away. Throws UsageError on a bad URL. */
export function openPostgres(options: PostgresOptions): PostgresDriver {
  return new PooledDriver(readOptions(options))
}

const endWithin = 500

class PooledDriver implements PostgresDriver {
  readonly kind = 'postgres'
  readonly place: string
  readonly #settings: PostgresSettings
  readonly #pool: CheckedPool
  readonly #sessions = new Set<UtcClient>()

  constructor(settings: PostgresSettings) {
    this.place = settings.place
    this.#settings = settings
    this.#pool = new CheckedPool(settings)
  }

  metrics(): PoolMetrics {
    return this.#pool.metrics()
  }

  async run(statement: Statement): Promise<Outcome> {
    const loan = await this.#pool.take()
    try {
      return await autocommit(loan.channel, statement)
    } catch (error) {
      if (!loan.channel.unread) throw error
    } finally {
      this.#pool.give(loan)
    }
    return await this.#runAgain(statement)
  }

  async transaction<T>(work: (connection: Connection) => Promise<T>, settings?: TransactionSettings): Promise<T> {
    const loan = await this.#begin(beginText(settings))
    try {
      return await completeTransaction(loan.channel, work)
    } finally {
      this.#pool.give(loan)
    }
  }

  async session<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    const client = new UtcClient(clientConfig(this.#settings))
    const lease = new Lease(new PostgresChannel(client))
    this.#sessions.add(client)
    try {
      await client.connect().catch((error) => {
        throw connectError(error, this.place)
      })
      return await work(lease)
    } finally {
      await lease.end()
      await end(client)
      this.#sessions.delete(client)
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.#pool.close(), ...[...this.#sessions].map(end)])
  }

  async #runAgain(statement: Statement): Promise<Outcome> {
    const loan = await this.#pool.take()
    try {
      return await autocommit(loan.channel, statement)
    } finally {
      this.#pool.give(loan)
    }
  }

  /** BEGIN changes nothing, so it may be repeated on another connection whatever became of the first. */
  async #begin(text: string): Promise<Loan> {
    const loan = await this.#pool.take()
    try {
      await loan.channel.script(text)
      return loan
    } catch (error) {
      this.#pool.give(loan)
      if (!loan.channel.broken) throw error
    }
    const other = await this.#pool.take()
    try {
      await other.channel.script(text)
      return other
    } catch (error) {
      this.#pool.give(other)
      throw error
    }
  }
}

async function autocommit(channel: PostgresChannel, statement: Statement): Promise<Outcome> {
  const outcome = await runOnCurrentPlan(channel, statement)
  // The pool destroys the connection, and with it the transaction.
  if (channel.transactionStatus !== 'I') throw transactionLeftOpenError()
  return outcome
}

/** After DDL a prepared statement may no longer fit; the connection then runs without names until it is replaced. */
async function runOnCurrentPlan(channel: PostgresChannel, statement: Statement): Promise<Outcome> {
  try {
    return await channel.run(statement)
  } catch (error) {
    if (!channel.stale || channel.broken) throw error
    return await channel.run(statement)
  }
}

async function end(client: UtcClient): Promise<void> {
  await Promise.race([client.end(), delay(endWithin, undefined, { ref: false })])
  client.connection.stream.destroy()
}
