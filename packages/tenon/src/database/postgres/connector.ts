import { setTimeout as delay } from 'node:timers/promises'
import type { Client, PoolConfig } from 'pg'
import { DatabaseUnavailable } from '../errors.ts'
import { Waits } from '../waits.ts'
import { PostgresChannel } from './channel.ts'
import { clientClass, type Upstream, type UtcClient } from './client.ts'
import { connectError, isPassing, isPoolerRefusal } from './failure.ts'
import type { Plans } from './names.ts'
import { answerWithin, clientConfig, type PostgresSettings, serviceConfig } from './options.ts'

const reconnectAfter = [100, 200, 400]

/** What all connections of a driver have in common. */
export class Connector {
  readonly settings: PostgresSettings
  readonly waits = new Waits()
  readonly Client: new (
    config?: PoolConfig,
  ) => UtcClient
  isClosed = false
  readonly #plans: Plans = { epoch: 0 }
  readonly #upstream: Upstream
  /** All that are open, or being opened. */
  readonly #clients = new Set<UtcClient>()

  constructor(settings: PostgresSettings) {
    this.settings = settings
    this.#upstream = { isPooler: settings.pooled ?? false, isKnown: settings.pooled !== undefined }
    this.Client = clientClass(this.#upstream, (client) => {
      this.#clients.add(client)
      client.connection.once('end', () => this.#clients.delete(client))
    })
  }

  get isPooler(): boolean {
    return this.#upstream.isPooler
  }

  get config(): PoolConfig {
    return serviceConfig(this.settings)
  }

  /** What stands on a connection that counts against `max`. */
  channel(client: Client, gathers = false): PostgresChannel {
    return this.#channel(client, () => answerWithin(this.settings, this.isPooler), gathers)
  }

  /** As `channel`, for work that may take its time. */
  patientChannel(client: Client): PostgresChannel {
    return this.#channel(client, () => 0, false)
  }

  /** Tries again while the server starts or wakes up. Throws DatabaseUnavailable. */
  async connect<T>(attempt: () => Promise<T>): Promise<T> {
    const deadline = performance.now() + this.settings.connectionTimeout * 1000
    for (let count = 0; ; count++) {
      this.refuseWhenClosed()
      try {
        return await attempt()
      } catch (error) {
        this.refuseWhenClosed()
        if (isPoolerRefusal(error) && !this.isPooler) {
          this.#upstream.isPooler = true
          continue
        }
        const pause = reconnectAfter[count]
        if (pause === undefined || !isPassing(error) || performance.now() + pause > deadline) throw this.#refused(error)
        await delay(pause)
      }
    }
  }

  /** A pooler gives its clients process numbers of its own. Asked once, on the first connection. */
  async inspect(client: Client, channel: PostgresChannel): Promise<void> {
    if (this.#upstream.isKnown) return
    const { rows } = await channel.run({ text: 'select pg_backend_pid()', values: [] })
    if (Number(rows[0]?.[0]) !== (client as unknown as { processID: number }).processID) this.#upstream.isPooler = true
    this.#upstream.isKnown = true
  }

  refuseWhenClosed(): void {
    if (this.isClosed) throw new DatabaseUnavailable(`Cannot use ${this.settings.place}: it has been closed.`)
  }

  /** For those that wait for a connection while all are being closed. */
  closingError(): DatabaseUnavailable {
    return new DatabaseUnavailable(`Cannot get a connection to ${this.settings.place}: it is closing.`)
  }

  /** Cuts off what is still open, or being opened, when everything has had its time to end. */
  destroyAll(): void {
    for (const client of this.#clients) client.connection.stream.destroy()
  }

  #channel(client: Client, within: () => number, gathers: boolean): PostgresChannel {
    const { settings } = this
    return new PostgresChannel(client, {
      plans: this.#plans,
      answerWithin: within,
      gathers,
      keepsNames: () => settings.prepared ?? !this.isPooler,
      openSide: () => new this.Client(clientConfig(settings)),
    })
  }

  #refused(error: unknown): DatabaseUnavailable {
    if (error instanceof DatabaseUnavailable) return error
    const { connectionTimeout, place } = this.settings
    const { message } = error as Error
    if (message.includes('connection timeout') || message === 'timeout expired') {
      const reason = `Cannot connect to ${place}: no answer for ${connectionTimeout} s.`
      return new DatabaseUnavailable(reason, { cause: error })
    }
    return connectError(error, place)
  }
}
