import assert from 'node:assert/strict'
import { setTimeout as delay } from 'node:timers/promises'

const askEvery = 20

/** Asks until it is so. The limit, in milliseconds, is for what never comes, not for what takes its time. */
export async function until(isSo: () => boolean | Promise<boolean>, limit = 30_000): Promise<void> {
  const deadline = performance.now() + limit
  while (!(await isSo())) {
    assert.ok(performance.now() < deadline, `It is not so after ${limit / 1000} s: ${isSo}`)
    await delay(askEvery)
  }
}

/** A callback that goes on until `release`: of a transaction, for one, which keeps its connection so long. */
export class Held {
  readonly #released = Promise.withResolvers<void>()
  readonly #entered = Promise.withResolvers<void>()

  /** Resolves when somebody holds. */
  get entered(): Promise<void> {
    return this.#entered.promise
  }

  /** For a callback: says that it has been entered, and ends at `release`. */
  readonly hold = async (): Promise<void> => {
    this.#entered.resolve()
    await this.#released.promise
  }

  release(): void {
    this.#released.resolve()
  }
}
