import { AsyncLocalStorage } from 'node:async_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import type { Signal } from '../../core/signal.ts'
import { readCursor } from '../cursor.ts'
import type {
  Connection,
  CopySource,
  Driver,
  ListenOptions,
  Outcome,
  PoolMetrics,
  RunOptions,
  SessionOptions,
  Statement,
  StreamOptions,
  Subscription,
  TransactionSettings,
} from '../driver.ts'
import { DatabaseUnavailable, pointAtCaller, StatementCancelled } from '../errors.ts'
import { beginText, completeTransaction, Lease, transactionLeftOpenError } from '../lease.ts'
import type { PostgresChannel } from './channel.ts'
import { CheckedPool, type Loan } from './checked-pool.ts'
import type { UtcClient } from './client.ts'
import { Connector } from './connector.ts'
import { connectError, isRepeatable, poolerError } from './failure.ts'
import { Lanes } from './lanes.ts'
import { Listener } from './listener.ts'
import { clientConfig, type PostgresOptions, type PostgresSettings, readOptions } from './options.ts'
import { routeOf } from './route.ts'

/** PostgreSQL: single statements share pipelined connections, transactions have connections of their own. */
export interface PostgresDriver extends Driver {
  readonly kind: 'postgres'
}

/** Connects on first use, so that a service starts while its database is away. Throws UsageError on a bad URL. */
export function openPostgres(options: PostgresOptions): PostgresDriver {
  return new PooledDriver(readOptions(options))
}

const endWithin = 500
const withoutLimit = 'set local statement_timeout = 0'

class PooledDriver implements PostgresDriver {
  readonly kind = 'postgres'
  readonly place: string
  readonly #connector: Connector
  readonly #pool: CheckedPool
  readonly #lanes: Lanes
  readonly #listener: Listener
  readonly #sessions = new Set<UtcClient>()
  /** Set inside the callback of a transaction. */
  readonly #callback = new AsyncLocalStorage<true>()
  #closing: Promise<void> | undefined

  constructor(settings: PostgresSettings) {
    this.place = settings.place
    this.#connector = new Connector(settings)
    this.#pool = new CheckedPool(this.#connector)
    this.#listener = new Listener(this.#pool, this.#connector)
    this.#lanes = new Lanes(this.#connector, () => this.#pool.hasSpare)
  }

  metrics(): PoolMetrics {
    const lanes = this.#lanes.open
    return {
      size: this.#pool.size + lanes,
      max: this.#connector.settings.max,
      idle: this.#pool.idle,
      lanes,
      inFlight: this.#lanes.inFlight,
      waiting: this.#pool.waiting + this.#lanes.waiting,
      waits: this.#connector.waits.metrics(),
      pooled: this.#connector.isPooler,
    }
  }

  async run(statement: Statement, options: RunOptions = {}): Promise<Outcome> {
    const route = routeOf(statement.text)
    const lane = options.signal?.aborted ? undefined : this.#lanes.ready(route)
    const channel = lane?.hot
    if (lane === undefined || channel === undefined) return await this.#run(statement, options)
    lane.enter(route)
    const ended = () => {
      lane.leave(route)
      this.#lanes.serve()
    }
    try {
      return await channel.start(statement, options, ended)
    } catch (error) {
      if (channel.mayRepeat(error) || isRepeatable(error)) return await this.#run(statement, options)
      pointAtCaller(error, this.run)
      throw error
    }
  }

  async #run(statement: Statement, options: RunOptions): Promise<Outcome> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.#runOnce(statement, options)
      } catch (error) {
        if (isRepeatable(error) && attempt === 0) continue
        pointAtCaller(error, this.run)
        throw error
      }
    }
  }

  async transaction<T>(work: (connection: Connection) => Promise<T>, settings?: TransactionSettings): Promise<T> {
    const loan = await this.#begin(beginText(settings))
    try {
      return await this.#callback.run(true, () => completeTransaction(loan.channel, work))
    } finally {
      this.#pool.give(loan)
    }
  }

  async *stream(statement: Statement, options?: StreamOptions): AsyncGenerator<Outcome, void, undefined> {
    yield* this.#inOwn((channel) => readCursor(new Lease(channel), statement, options), options?.signal)
  }

  /** COPY takes as long as its data: the time limit of statements is lifted for it. */
  copyIn(sql: string, source: CopySource): Promise<number> {
    return this.transaction(async (connection) => {
      await connection.script(withoutLimit)
      return await connection.copyIn(sql, source)
    })
  }

  async *copyOut(sql: string): AsyncGenerator<Uint8Array, void, undefined> {
    yield* this.#inOwn(async function* (channel) {
      await channel.script(withoutLimit)
      yield* channel.copyOut(sql)
    })
  }

  listen(channel: string, handler: (payload: string) => unknown, options?: ListenOptions): Promise<Subscription> {
    return this.#listener.listen(channel, handler, options)
  }

  async session<T>(work: (connection: Connection) => Promise<T>, { pooled = false }: SessionOptions = {}): Promise<T> {
    this.#connector.refuseWhenClosed()
    const client = new this.#connector.Client(clientConfig(this.#connector.settings))
    const channel = this.#connector.patientChannel(client)
    const lease = new Lease(channel)
    this.#sessions.add(client)
    try {
      await client.connect().catch((error) => {
        throw connectError(error, this.place)
      })
      await this.#connector.inspect(client, channel)
      if (this.#connector.isPooler && !pooled) throw poolerError('open a session')
      return await work(lease)
    } finally {
      await lease.end()
      await end(client)
      this.#sessions.delete(client)
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    this.#connector.isClosed = true
    await this.#listener.close()
    await Promise.all([this.#pool.close(), this.#lanes.close(), ...[...this.#sessions].map(end)])
    this.#connector.destroyAll()
  }

  async #runOnce(statement: Statement, options?: RunOptions): Promise<Outcome> {
    const signal = options?.signal
    if (signal?.aborted) throw new StatementCancelled(true, signal.reason)
    const route = routeOf(statement.text)
    const found = this.#lanes.find(route, signal)
    const lane = found instanceof Promise ? await found.catch((error) => this.#refuse(error)) : found
    if (lane === undefined) return await this.#runOnOwn(statement, options)
    try {
      return await lane.run(statement, route, options)
    } finally {
      this.#lanes.serve()
    }
  }

  async #runOnOwn(statement: Statement, options?: RunOptions): Promise<Outcome> {
    const loan = await this.#take(options?.signal)
    try {
      const outcome = await loan.channel.runAlone(statement, options)
      // The pool destroys the connection, and with it the transaction.
      if (loan.channel.transactionStatus !== 'I') throw transactionLeftOpenError()
      return outcome
    } finally {
      this.#pool.give(loan)
    }
  }

  /** What is read piece by piece, in a transaction on a connection of its own. */
  async *#inOwn<T>(
    read: (channel: PostgresChannel) => AsyncIterable<T>,
    signal?: Signal,
  ): AsyncGenerator<T, void, undefined> {
    const loan = await this.#begin('BEGIN', signal)
    let end = 'COMMIT'
    try {
      yield* read(loan.channel)
    } catch (error) {
      end = 'ROLLBACK'
      pointAtCaller(error, this.stream)
      throw error
    } finally {
      if (!loan.channel.broken) await loan.channel.script(end).catch(() => {})
      this.#pool.give(loan)
    }
  }

  /** BEGIN changes nothing, so it may be repeated on another connection whatever became of the first. */
  async #begin(text: string, signal?: Signal): Promise<Loan> {
    for (let attempt = 0; ; attempt++) {
      const loan = await this.#take(signal)
      try {
        await loan.channel.script(text)
        return loan
      } catch (error) {
        this.#pool.give(loan)
        if (!loan.channel.broken || attempt > 0) throw error
      }
    }
  }

  #take(signal?: Signal): Promise<Loan> {
    return this.#pool.take(signal).catch((error) => this.#refuse(error))
  }

  #refuse(error: unknown): never {
    if (this.#callback.getStore() && error instanceof DatabaseUnavailable) throw insideError(error)
    throw error
  }
}

/** One that waits for a second connection while it holds the first is how a pool locks itself up. */
function insideError(error: DatabaseUnavailable): DatabaseUnavailable {
  const message =
    `${error.message} The call came from inside a transaction, which holds one of them meanwhile: ` +
    'send it to the transaction that the callback is given.'
  return new DatabaseUnavailable(message, { cause: error })
}

async function end(client: UtcClient): Promise<void> {
  await Promise.race([client.end(), delay(endWithin, undefined, { ref: false })])
  client.connection.stream.destroy()
}
