import { AsyncLocalStorage } from 'node:async_hooks'

const signals = new AsyncLocalStorage<AbortSignal>()

/** Runs work that nobody waits for any more once the signal is aborted; what it asks of a database hears of it. */
export function withSignal<T>(signal: AbortSignal, work: () => T): T {
  return signals.run(signal, work)
}

/** The signal of the work at hand. */
export function currentSignal(): AbortSignal | undefined {
  return signals.getStore()
}
