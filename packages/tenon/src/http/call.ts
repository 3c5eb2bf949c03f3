import { type CleanUp, cleanUp, type Failure, make } from './container.ts'
import type { RequestFacts } from './dependency.ts'
import type { Plan } from './plan.ts'

/** The dependencies of one request: made step by step, cleaned up once, in reverse order. */
export class Call {
  readonly #plan: Plan
  readonly #values: unknown[]
  readonly #cleanUps: CleanUp[] = []
  readonly #gone = new AbortController()
  #isWorking = false
  #aborted: Failure | null = null

  constructor(plan: Plan, facts: RequestFacts) {
    this.#plan = plan
    this.#values = [...plan.values]
    if (plan.requestPlace >= 0) this.#values[plan.requestPlace] = facts
  }

  /** Aborted when the client goes away. */
  get gone(): AbortSignal {
    return this.#gone.signal
  }

  /** Makes what guards the route; between this and `prepare` the body arrives. */
  async guard(): Promise<void> {
    this.#isWorking = true
    await this.#make(this.#plan.guards)
    this.#isWorking = false
    if (this.#aborted) throw this.#aborted.error
  }

  /** Makes the rest, and puts the values under the names that the handler sees. */
  async prepare(context: Record<string, unknown>): Promise<void> {
    this.#isWorking = true
    await this.#make(this.#plan.steps)
    for (const [name, place] of this.#plan.names) context[name] = this.#values[place]
  }

  /** Cleans up; answers the failure that is left, which may be another than the one given. */
  finish(failure: Failure | null): Promise<Failure | null> {
    return cleanUp(this.#cleanUps.splice(0), failure ?? this.#aborted)
  }

  /** The client has gone. What is at work with the dependencies ends first, and then cleans up as after a failure. */
  async abort(error: Error): Promise<void> {
    this.#aborted = { error }
    this.#gone.abort(error)
    if (!this.#isWorking) await this.finish(null)
  }

  async #make(steps: Plan['steps']): Promise<void> {
    for (const [place, { dependency, from }] of steps) {
      if (this.#aborted) throw this.#aborted.error
      const context: Record<string, unknown> = {}
      for (const [name, used] of from) context[name] = this.#values[used]
      this.#values[place] = await make(dependency, context, this.#cleanUps)
    }
  }
}
