import { serialize } from 'pg-protocol'
import type { Statement } from '../driver.ts'
import type { Prepared, Sending } from './exchange.ts'

// What a connection keeps prepared; each costs the server some kilobytes.
const namesAtMost = 500

/** Counts how often tables have changed under prepared statements: all connections of a driver prepare anew then. */
export interface Plans {
  epoch: number
}

/** The prepared statements of one connection: the least recently used goes, by protocol, when there are too many. */
export class Names {
  readonly #plans: Plans
  readonly #prepared = new Map<string, Prepared>()
  /** Close messages that go out with the next statement. */
  #closing: Buffer[] = []
  #epoch: number

  constructor(plans: Plans) {
    this.#plans = plans
    this.#epoch = plans.epoch
  }

  get size(): number {
    return this.#prepared.size
  }

  toSending({ name, text }: Statement): Sending {
    if (this.#epoch !== this.#plans.epoch) this.#forgetAll()
    const known = name === undefined ? undefined : this.#prepared.get(name)
    // A name that stands for another text is left alone.
    if (name === undefined || (known && known.text !== text)) {
      return { before: this.#before(serialize.parse({ name: '', text })), name: '', prepared: undefined }
    }
    if (known) {
      this.#prepared.delete(name)
      this.#prepared.set(name, known)
      return { before: this.#before(), name, prepared: known }
    }
    if (this.#prepared.size >= namesAtMost) this.forget(this.#prepared.keys().next().value ?? '')
    const prepared = { text, heads: undefined }
    this.#prepared.set(name, prepared)
    return { before: this.#before(serialize.parse({ name, text })), name, prepared }
  }

  /** Closing what the server does not know is no error, so it need not be asked. */
  forget(name: string): void {
    if (this.#prepared.delete(name)) this.#closing.push(serialize.close({ type: 'S', name }))
  }

  /** The tables have changed; of many statements that notice at once, the first makes all connections prepare anew. */
  outdate(): void {
    if (this.#epoch === this.#plans.epoch) this.#plans.epoch++
  }

  #forgetAll(): void {
    for (const name of [...this.#prepared.keys()]) this.forget(name)
    this.#epoch = this.#plans.epoch
  }

  #before(...parse: Buffer[]): readonly Buffer[] {
    if (this.#closing.length === 0) return parse
    const before = [...this.#closing, ...parse]
    this.#closing = []
    return before
  }
}
