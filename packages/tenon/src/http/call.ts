import { type CleanUp, cleanUp, make } from './container.ts'
import type { RequestFacts } from './dependency.ts'
import type { Plan } from './plan.ts'

/** The dependencies of one request: made step by step, cleaned up once, in reverse order. */
export class Call {
  readonly #plan: Plan
  readonly #values: unknown[]
  readonly #cleanUps: CleanUp[] = []

  constructor(plan: Plan, facts: RequestFacts) {
    this.#plan = plan
    this.#values = [...plan.values]
    if (plan.requestPlace >= 0) this.#values[plan.requestPlace] = facts
  }

  async make(steps: Plan['steps']): Promise<void> {
    for (const [place, { dependency, from }] of steps) {
      const context: Record<string, unknown> = {}
      for (const [name, used] of from) context[name] = this.#values[used]
      this.#values[place] = await make(dependency, context, this.#cleanUps)
    }
  }

  /** Puts the values under the names that the handler sees. */
  fill(context: Record<string, unknown>): void {
    for (const [name, place] of this.#plan.names) context[name] = this.#values[place]
  }

  /** Cleans up; answers the failure that is left, which may be another than the one given. */
  finish(failure: { readonly error: unknown } | null): Promise<{ readonly error: unknown } | null> {
    return cleanUp(this.#cleanUps, failure)
  }
}
