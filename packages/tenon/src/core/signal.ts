import { AsyncLocalStorage } from 'node:async_hooks'

/** What is looked at of an AbortSignal. */
export interface Signal {
  readonly aborted: boolean
  readonly reason: unknown
  addEventListener(type: 'abort', listener: () => void): void
  removeEventListener(type: 'abort', listener: () => void): void
}

/** Tells once that nobody waits any more. Every request has one, and an AbortController would cost it ten times as much. */
export class Departure implements Signal {
  aborted = false
  reason: unknown
  #listeners: Set<() => void> | undefined

  addEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners ??= new Set()
    this.#listeners.add(listener)
  }

  removeEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners?.delete(listener)
  }

  abort(reason: unknown): void {
    if (this.aborted) return
    this.aborted = true
    this.reason = reason
    const listeners = [...(this.#listeners ?? [])]
    this.#listeners = undefined
    for (const listener of listeners) listener()
  }
}

const signals = new AsyncLocalStorage<Signal>()

/** Runs work that nobody waits for any more once the signal is aborted; what it asks of a database hears of it. */
export function withSignal<T>(signal: Signal, work: () => T): T {
  return signals.run(signal, work)
}

/** The signal of the work at hand. */
export function currentSignal(): Signal | undefined {
  return signals.getStore()
}
