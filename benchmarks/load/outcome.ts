/** What a run of load has shown. */
export interface Outcome {
  /** Answers with the status that was expected. */
  readonly answered: number
  /** Other statuses, broken connections, and requests without an answer at the end. */
  readonly errors: number
  readonly seconds: number
  /** Milliseconds, sorted. Those without an answer are in it, with the time that was waited for them. */
  readonly latencies: Float64Array
}

export interface Load {
  readonly port: number
  /** Whole requests as they go over the wire, taken in turn. */
  readonly requests: readonly Uint8Array[]
  readonly expected: number
  readonly connections: number
  readonly seconds: number
  /** Seconds for answers that are still missing when the time is up; 10 unless given. */
  readonly patience?: number
}

/** The value below which this part of a sorted list lies: `percentile(list, 0.99)`. */
export function percentile(sorted: Float64Array | readonly number[], part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(sorted.length * part) - 1))] ?? Number.NaN
}

/** Collects what comes back. */
export class Tally {
  readonly #latencies: number[] = []
  readonly #expected: number
  #answered = 0
  #errors = 0

  constructor(expected: number) {
    this.#expected = expected
  }

  add(status: number, latency: number): void {
    this.#latencies.push(latency)
    if (status === this.#expected) this.#answered++
    else this.#errors++
  }

  outcome(seconds: number): Outcome {
    const latencies = Float64Array.from(this.#latencies).sort()
    return { answered: this.#answered, errors: this.#errors, seconds, latencies }
  }
}
