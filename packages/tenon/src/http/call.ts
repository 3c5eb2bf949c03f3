import { Departure } from '../core/signal.ts'
import { type CleanUp, cleanUp, type Failure, make } from './container.ts'
import type { RequestFacts } from './dependency.ts'
import type { Plan } from './plan.ts'

const nothing: readonly CleanUp[] = []

/** The dependencies of one request: made step by step, cleaned up once, in reverse order. */
export class Call {
  /** Aborted when the client goes away. */
  readonly gone = new Departure()
  readonly #plan: Plan
  readonly #values: unknown[]
  #cleanUps: CleanUp[] | undefined
  #isWorking = false
  #aborted: Failure | null = null

  constructor(plan: Plan, facts: () => RequestFacts) {
    this.#plan = plan
    this.#values = plan.values.slice()
    if (plan.requestPlace >= 0) this.#values[plan.requestPlace] = facts()
  }

  /** Makes what guards the route; between this and `prepare` the body arrives. */
  async guard(): Promise<void> {
    this.#isWorking = true
    await this.#make(this.#plan.guards)
    this.#isWorking = false
    if (this.#aborted) throw this.#aborted.error
  }

  /** Makes the rest, and puts the values under the names that the handler sees; a promise only where there is something to make. */
  prepare(context: Record<string, unknown>): void | Promise<void> {
    this.#isWorking = true
    if (this.#plan.steps.length > 0) return this.#make(this.#plan.steps).then(() => this.#name(context))
    if (this.#aborted) throw this.#aborted.error
    this.#name(context)
  }

  /** Cleans up; answers the failure that is left, which may be another than the one given. */
  finish(failure: Failure | null): Failure | null | Promise<Failure | null> {
    const cleanUps = this.#cleanUps ?? nothing
    this.#cleanUps = undefined
    const current = failure ?? this.#aborted
    return cleanUps.length === 0 ? current : cleanUp(cleanUps, current)
  }

  /** The client has gone. What is at work with the dependencies ends first, and then cleans up as after a failure. */
  async abort(error: Error): Promise<void> {
    this.#aborted = { error }
    this.gone.abort(error)
    if (!this.#isWorking) await this.finish(null)
  }

  #name(context: Record<string, unknown>): void {
    for (const [name, place] of this.#plan.names) context[name] = this.#values[place]
  }

  async #make(steps: Plan['steps']): Promise<void> {
    this.#cleanUps ??= []
    for (const [place, { dependency, from }] of steps) {
      if (this.#aborted) throw this.#aborted.error
      const context: Record<string, unknown> = {}
      for (const [name, used] of from) context[name] = this.#values[used]
      this.#values[place] = await make(dependency, context, this.#cleanUps)
    }
  }
}
