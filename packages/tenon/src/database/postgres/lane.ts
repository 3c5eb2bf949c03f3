import type { Outcome, RunOptions, Statement } from '../driver.ts'
import type { PostgresChannel } from './channel.ts'
import { checkWhenIdleFor } from './checked-pool.ts'
import type { UtcClient } from './client.ts'
import type { Connector } from './connector.ts'
import type { Route } from './route.ts'

/** At one statement for so many milliseconds, the server counts as held up, and others take another way. */
export const stalledAfter = 50
const statementsAtMost = 64
/** Milliseconds for a statement. A process that is busy with quick ones comes to a third of it. */
const slowFrom = 0.5

/** One pipelined connection: statements are sent without waiting for the answers of those before. */
export class Lane {
  /** Statements that are sent, or wait for the connection. */
  taken = 0
  readonly #connector: Connector
  #writes = 0
  #client: UtcClient | undefined
  #channel: PostgresChannel | undefined
  #expiresAt = 0
  #preparing: Promise<PostgresChannel> | undefined

  constructor(connector: Connector) {
    this.#connector = connector
  }

  get isOpen(): boolean {
    return this.#channel !== undefined && !this.#channel.broken
  }

  get isFull(): boolean {
    return this.taken >= statementsAtMost
  }

  /** Milliseconds that one more statement would probably wait for those before it. */
  get delay(): number {
    return this.taken * (this.#channel?.pace ?? 0)
  }

  /** True while a statement would stand behind one that takes long, or that waits for locks which it does not need. */
  isHeldUp(route: Route): boolean {
    const channel = this.#channel
    if (channel?.isCancelling) return true
    if (this.taken === 0) return false
    if (route === 'read' && this.#writes > 0) return true
    if (channel === undefined || channel.inFlight === 0) return false
    const isRetiring = performance.now() > this.#expiresAt
    return isRetiring || channel.idleFor > stalledAfter
  }

  /** Its channel, where a statement can be sent at once. */
  get hot(): PostgresChannel | undefined {
    return this.#isHot() ? this.#channel : undefined
  }

  enter(route: Route): void {
    this.taken++
    if (route === 'write') this.#writes++
  }

  leave(route: Route): void {
    this.taken--
    if (route === 'write') this.#writes--
  }

  /** Its statements take long by themselves, and not because there are many of them. */
  get isSlow(): boolean {
    return (this.#channel?.pace ?? 0) > slowFrom
  }

  async run(statement: Statement, route: Route, options?: RunOptions): Promise<Outcome> {
    this.enter(route)
    try {
      const channel = this.#isHot() ? this.#channel : await this.#prepare()
      return await (channel as PostgresChannel).runAlone(statement, options)
    } finally {
      this.leave(route)
    }
  }

  destroy(): void {
    this.#channel?.destroy()
  }

  /** Says goodbye to the server. What is in flight is answered before. */
  async end(): Promise<void> {
    await this.#client?.end()
  }

  #isHot(): boolean {
    const channel = this.#channel
    if (channel === undefined || channel.broken || this.#preparing !== undefined) return false
    if (channel.inFlight > 0) return true
    return channel.idleFor < checkWhenIdleFor && performance.now() < this.#expiresAt
  }

  /** Those that come meanwhile wait for the same. */
  #prepare(): Promise<PostgresChannel> {
    this.#preparing ??= this.#checkOrOpen().finally(() => {
      this.#preparing = undefined
    })
    return this.#connector.waits.during(this.#preparing)
  }

  async #checkOrOpen(): Promise<PostgresChannel> {
    const channel = this.#channel
    if (channel && !channel.broken) {
      if (performance.now() < this.#expiresAt && (await channel.isAlive())) return channel
      void this.end()
    }
    return await this.#connector.connect(() => this.#open())
  }

  async #open(): Promise<PostgresChannel> {
    const client = new this.#connector.Client({ ...this.#connector.config, pipeline: true })
    const channel = this.#connector.channel(client, true)
    await client.connect()
    await this.#connector.inspect(client, channel)
    this.#client = client
    this.#channel = channel
    this.#expiresAt = performance.now() + this.#connector.settings.recycle * 1000
    return channel
  }
}
