import { UsageError } from '../core/errors.ts'
import type { Dependency, Replacement } from './dependency.ts'

export interface Failure {
  readonly error: unknown
}

/** Cleans up after a value; given a failure, it says that the work failed. */
export type CleanUp = (failure: Failure | null) => Promise<void>

/** Makes what one dependency needs: a generator's first `yield` is its value, the rest its clean-up. */
export async function make(dependency: Dependency<unknown>, context: object, cleanUps: CleanUp[]): Promise<unknown> {
  const made = dependency.make(context as never)
  if (!isGenerator(made)) return made
  const first = await made.next()
  if (first.done)
    throw new UsageError('Cannot use a dependency: its generator ended without a yield. Yield the value once.')
  cleanUps.push((failure) => end(made, failure))
  return first.value
}

function isGenerator(value: unknown): value is AsyncGenerator<unknown, void> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value && 'next' in value
}

async function end(made: AsyncGenerator<unknown, void>, failure: Failure | null): Promise<void> {
  const { done } = failure ? await made.throw(failure.error) : await made.next()
  if (done) return
  await made.return()
  throw new UsageError('Cannot clean up a dependency: its generator yields more than once. Yield the value once.')
}

/** Runs the clean-ups in reverse order. What one of them throws takes the place of the failure so far. */
export async function cleanUp(cleanUps: readonly CleanUp[], failure: Failure | null): Promise<Failure | null> {
  let current = failure
  for (const next of cleanUps.toReversed()) {
    try {
      await next(current)
    } catch (error) {
      current = { error }
    }
  }
  return current
}

/** The dependencies that live as long as the application: made once each, cleaned up in reverse order at the end. */
export class Container {
  readonly #replacements: Map<Dependency<unknown>, Dependency<unknown>>
  readonly #made = new Map<Dependency<unknown>, Promise<unknown>>()
  readonly #cleanUps: CleanUp[] = []

  constructor(replacements: readonly Replacement[]) {
    this.#replacements = new Map(replacements.map(({ original, replacement }) => [original, replacement]))
  }

  /** What is used in a dependency's place. */
  actual(dependency: Dependency<unknown>): Dependency<unknown> {
    return this.#replacements.get(dependency) ?? dependency
  }

  get(dependency: Dependency<unknown>): Promise<unknown> {
    const actual = this.actual(dependency)
    const made = this.#made.get(actual) ?? this.#make(actual)
    this.#made.set(actual, made)
    return made
  }

  /** One that fails to clean up is no failure of the others. Throws the first error at the end. */
  async close(): Promise<void> {
    const failures: Failure[] = []
    for (const next of this.#cleanUps.splice(0).toReversed()) {
      await next(null).catch((error) => failures.push({ error }))
    }
    if (failures[0]) throw failures[0].error
  }

  async #make(dependency: Dependency<unknown>): Promise<unknown> {
    const context: Record<string, unknown> = {}
    for (const [name, used] of Object.entries(dependency.uses)) {
      if (this.actual(used).options.scope !== 'app') {
        throw new UsageError(
          `Cannot make a dependency of the application: it uses "${name}", which lives for one request. Give that the scope "app" too.`,
        )
      }
      context[name] = await this.get(used)
    }
    return make(dependency, context, this.#cleanUps)
  }
}
