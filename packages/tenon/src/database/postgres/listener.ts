import { setTimeout as delay } from 'node:timers/promises'
import { UsageError } from '../../core/errors.ts'
import type { ListenOptions, Subscription } from '../driver.ts'
import type { CheckedPool, Loan } from './checked-pool.ts'
import type { Connector } from './connector.ts'
import { poolerError } from './failure.ts'

interface Ear extends ListenOptions {
  readonly channel: string
  readonly handler: (payload: string) => unknown
}

// Milliseconds.
const signOfLifeEvery = 5_000
const reconnectAtMost = 5_000

/** All subscriptions of a driver, on one connection that it keeps for them and replaces when it is lost. */
export class Listener {
  readonly #pool: CheckedPool
  readonly #connector: Connector
  readonly #ears = new Set<Ear>()
  #connecting: Promise<Loan> | undefined
  #loan: Loan | undefined
  #check: NodeJS.Timeout | undefined

  constructor(pool: CheckedPool, connector: Connector) {
    this.#pool = pool
    this.#connector = connector
  }

  async listen(
    channel: string,
    handler: (payload: string) => unknown,
    options: ListenOptions = {},
  ): Promise<Subscription> {
    const ear = { channel, handler, ...options }
    const close = () => this.#stop(ear)
    this.#ears.add(ear)
    try {
      const loan = await this.#connect()
      await loan.channel.script(`listen ${quoted(channel)}`)
    } catch (error) {
      await close()
      throw error
    }
    return { close, [Symbol.asyncDispose]: close }
  }

  async close(): Promise<void> {
    this.#ears.clear()
    this.#release()
  }

  async #stop(ear: Ear): Promise<void> {
    this.#ears.delete(ear)
    if (this.#ears.size === 0) this.#release()
    else if (![...this.#ears].some(({ channel }) => channel === ear.channel)) {
      await this.#loan?.channel.script(`unlisten ${quoted(ear.channel)}`).catch(() => {})
    }
  }

  #connect(): Promise<Loan> {
    this.#connecting ??= this.#open().catch((error) => {
      this.#connecting = undefined
      throw error
    })
    return this.#connecting
  }

  async #open(): Promise<Loan> {
    const { settings } = this.#connector
    if (settings.max - settings.lanes < 2) throw tooSmallError(settings.max)
    const loan = await this.#pool.take()
    if (this.#connector.isPooler) {
      this.#pool.give(loan)
      throw poolerError('listen')
    }
    loan.client.on('notification', ({ channel, payload = '' }) => this.#hear(channel, payload))
    loan.client.once('end', () => void this.#lost(loan))
    this.#loan = loan
    // A connection that the network has forgotten says nothing for ever, and neither does an idle channel.
    this.#check = setInterval(() => void loan.channel.isAlive(), signOfLifeEvery).unref()
    return loan
  }

  #hear(channel: string, payload: string): void {
    for (const ear of this.#ears) if (ear.channel === channel) void call(ear, () => ear.handler(payload))
  }

  async #lost(loan: Loan): Promise<void> {
    if (this.#loan !== loan) return
    this.#release()
    for (
      let pause = 100;
      this.#ears.size > 0 && !this.#connector.isClosed;
      pause = Math.min(pause * 2, reconnectAtMost)
    ) {
      try {
        const { channel } = await this.#connect()
        for (const name of new Set([...this.#ears].map((ear) => ear.channel))) {
          await channel.script(`listen ${quoted(name)}`)
        }
        for (const ear of this.#ears) void call(ear, () => ear.onGap?.())
        return
      } catch {
        // If it was lost meanwhile, its own end has begun anew.
        if (this.#loan !== undefined && !this.#loan.channel.broken) this.#release()
        await delay(pause)
      }
    }
  }

  /** The connection ends: what it listens to must not reach the next user. */
  #release(): void {
    const loan = this.#loan
    clearInterval(this.#check)
    this.#loan = undefined
    this.#connecting = undefined
    if (loan === undefined) return
    loan.channel.destroy()
    this.#pool.give(loan)
  }
}

async function call(ear: Ear, work: () => unknown): Promise<void> {
  try {
    await work()
  } catch (error) {
    ;(ear.report ?? console.error)(error)
  }
}

function quoted(channel: string): string {
  return `"${channel.replaceAll('"', '""')}"`
}

function tooSmallError(max: number): UsageError {
  return new UsageError(
    `Cannot listen: it takes a connection for itself, and a pool of ${max} leaves none for transactions. ` +
      'Raise the pool size to 3 or more.',
  )
}
