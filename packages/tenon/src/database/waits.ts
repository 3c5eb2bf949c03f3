export interface WaitMetrics {
  /** Callers that had to wait for a connection, and the milliseconds that they waited, in sum and at most. */
  readonly count: number
  readonly total: number
  readonly max: number
}

/** How long callers waited for a connection. */
export class Waits {
  #count = 0
  #total = 0
  #max = 0

  metrics(): WaitMetrics {
    return { count: this.#count, total: this.#total, max: this.#max }
  }

  async during<T>(wait: Promise<T>): Promise<T> {
    const started = performance.now()
    try {
      return await wait
    } finally {
      const waited = performance.now() - started
      this.#count++
      this.#total += waited
      this.#max = Math.max(this.#max, waited)
    }
  }
}
