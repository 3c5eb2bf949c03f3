import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'

interface Setting {
  readonly period: number
  readonly stopped: Int32Array
}

/**
 * Calls back every so many milliseconds, also fractions of one: Node's timers know whole ones alone, and are late by up
 * to two. A thread that sleeps costs next to nothing, where a loop that looks at the clock would take a core.
 */
export class Ticker {
  readonly #period: number
  readonly #stopped = new Int32Array(new SharedArrayBuffer(4))
  #worker: Worker | null = null

  constructor(period: number) {
    this.#period = period
  }

  /** Resolves to the time of the first tick, on the clock of `performance.now()`. */
  start(): Promise<number> {
    const workerData: Setting = { period: this.#period, stopped: this.#stopped }
    const worker = new Worker(new URL(import.meta.url), { workerData })
    this.#worker = worker
    return new Promise((resolve, reject) => {
      worker.once('error', reject)
      worker.once('message', () => resolve(performance.now()))
    })
  }

  onTick(call: () => void): void {
    this.#worker?.on('message', call)
  }

  stop(): void {
    Atomics.store(this.#stopped, 0, 1)
    Atomics.notify(this.#stopped, 0)
    this.#worker?.removeAllListeners('message')
  }
}

function tick({ period, stopped }: Setting): void {
  const started = performance.now()
  for (let count = 1; Atomics.load(stopped, 0) === 0; count++) {
    parentPort?.postMessage(null)
    const wait = started + count * period - performance.now()
    if (wait > 0) Atomics.wait(stopped, 0, 0, wait)
  }
}

if (!isMainThread && parentPort) tick(workerData as Setting)
