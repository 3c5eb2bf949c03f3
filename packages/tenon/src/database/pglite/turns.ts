import { Waits } from '../waits.ts'

/** Lets callers in one at a time, in the order in which they came. */
export class Turns {
  readonly waits = new Waits()
  #last: Promise<void> = Promise.resolve()
  #count = 0

  /** Those that are in or wait. */
  get count(): number {
    return this.#count
  }

  async take<T>(work: () => Promise<T>): Promise<T> {
    const before = this.#last
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#last = promise
    await (this.#count++ > 0 ? this.waits.during(before) : before)
    try {
      return await work()
    } finally {
      this.#count--
      resolve()
    }
  }
}
