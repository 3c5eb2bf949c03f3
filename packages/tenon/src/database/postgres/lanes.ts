import { setTimeout as delay } from 'node:timers/promises'
import type { Signal } from '../../core/signal.ts'
import { DatabaseUnavailable, StatementCancelled } from '../errors.ts'
import { closeWithin } from './checked-pool.ts'
import type { Connector } from './connector.ts'
import { Lane, stalledAfter } from './lane.ts'
import type { Route } from './route.ts'

// Milliseconds; a busy lane of short statements stays below it.
const delayAtMost = 2

interface Waiter {
  readonly route: Route
  resolve(lane: Lane | undefined): void
  reject(error: Error): void
}

/** The connections that single statements share. */
export class Lanes {
  readonly #connector: Connector
  readonly #hasSpare: () => boolean
  readonly #lanes: readonly Lane[]
  readonly #waiters: Waiter[] = []
  #watch: NodeJS.Timeout | undefined

  /** `hasSpare`: whether a connection of its own could be had at once. */
  constructor(connector: Connector, hasSpare: () => boolean) {
    this.#connector = connector
    this.#hasSpare = hasSpare
    this.#lanes = Array.from({ length: connector.settings.lanes }, () => new Lane(connector))
  }

  get open(): number {
    return this.#lanes.filter((lane) => lane.isOpen).length
  }

  get inFlight(): number {
    return this.#lanes.reduce((sum, lane) => sum + lane.taken, 0)
  }

  get waiting(): number {
    return this.#waiters.length
  }

  /** A lane for the statement; undefined where it had better have a connection of its own. May throw as `#wait` does. */
  find(route: Route, signal?: Signal): Lane | undefined | Promise<Lane | undefined> {
    if (route === 'own' || this.#lanes.length === 0) return undefined
    // Nobody overtakes those that wait.
    const lane = this.#waiters.length > 0 ? 'full' : this.#choose(route)
    return lane === 'full' ? this.#wait(route, signal) : lane
  }

  /** The lane for the statement where all is as usual: nobody waits, and it is connected. */
  ready(route: Route): Lane | undefined {
    if (route === 'own' || this.#waiters.length > 0 || this.#lanes.length === 0) return undefined
    const lane = this.#choose(route)
    return lane === 'full' ? undefined : lane
  }

  /** Throws DatabaseUnavailable, or StatementCancelled when the signal is aborted first. */
  async #wait(route: Route, signal?: Signal): Promise<Lane | undefined> {
    const { connectionTimeout, maxWaiting, place } = this.#connector.settings
    if (this.#waiters.length >= maxWaiting) {
      throw new DatabaseUnavailable(
        `Cannot send the statement to ${place}: ${maxWaiting} callers wait for room already. Try again later.`,
      )
    }
    const room = Promise.withResolvers<Lane | undefined>()
    const waiter = { route, resolve: room.resolve, reject: room.reject }
    const timer = setTimeout(() => {
      const reason = `Cannot send the statement to ${place}: there was no room on its lanes for ${connectionTimeout} s.`
      room.reject(new DatabaseUnavailable(`${reason} Try again later.`))
    }, connectionTimeout * 1000)
    const abort = () => room.reject(new StatementCancelled(true, signal?.reason))
    signal?.addEventListener('abort', abort)
    this.#waiters.push(waiter)
    this.#watch ??= setInterval(() => this.serve(), stalledAfter)
    try {
      return await this.#connector.waits.during(room.promise)
    } finally {
      clearTimeout(timer)
      signal?.removeEventListener('abort', abort)
      this.#remove(waiter)
    }
  }

  /** Lets those that wait go on, as far as there is room: one for each statement that has ended. */
  serve(): void {
    while (this.#waiters.length > 0) {
      const [waiter] = this.#waiters as [Waiter]
      const lane = this.#choose(waiter.route)
      if (lane === 'full') return
      this.#remove(waiter)
      waiter.resolve(lane)
      if (lane !== undefined) return
    }
  }

  /** Lets what was sent be answered, for half a second. Those that wait for room are told at once. */
  async close(): Promise<void> {
    for (const waiter of this.#waiters) waiter.reject(this.#connector.closingError())
    const ended = Promise.all(this.#lanes.map((lane) => lane.end()))
    await Promise.race([ended, delay(closeWithin, undefined, { ref: false })])
    for (const lane of this.#lanes) lane.destroy()
  }

  /** The one with the fewest statements; undefined where a connection of its own serves better, and can be had. */
  #choose(route: Route): Lane | undefined | 'full' {
    let best: Lane | undefined
    let isFull = false
    // Writes keep to the last lane, so that reads always find one without.
    for (let index = route === 'write' ? this.#lanes.length - 1 : 0; index < this.#lanes.length; index++) {
      const lane = this.#lanes[index]
      if (lane === undefined || lane.isHeldUp(route)) continue
      if (lane.isFull) isFull = true
      else if (best === undefined || lane.taken < best.taken) best = lane
    }
    // Where even the pool has nothing to spare, a lane will probably have room first.
    if (best === undefined) return isFull || !this.#hasSpare() ? 'full' : undefined
    // Slow statements, and commits that wait for the disk, gain more by running side by side than they cost.
    return best.isSlow && best.delay > delayAtMost && this.#hasSpare() ? undefined : best
  }

  #remove(waiter: Waiter): void {
    const place = this.#waiters.indexOf(waiter)
    if (place >= 0) this.#waiters.splice(place, 1)
    if (this.#waiters.length > 0) return
    clearInterval(this.#watch)
    this.#watch = undefined
  }
}
