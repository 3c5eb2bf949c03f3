import type { Dependency, Replacement } from './dependency.ts'

/** Cleans up after a value; given an error, it says that the work failed. */
export type CleanUp = (failure: { readonly error: unknown } | null) => Promise<void>

/** Makes what one dependency needs: a generator's first `yield` is its value, the rest its clean-up. */
export async function make(dependency: Dependency<unknown>, context: object, cleanUps: CleanUp[]): Promise<unknown> {
  const made = dependency.make(context as never)
  if (!isGenerator(made)) return made
  const first = await made.next()
  if (first.done) throw new Error('Cannot use a dependency: its generator ended without a yield. Yield the value once.')
  cleanUps.push(async (failure) => {
    if (failure) await made.throw(failure.error)
    else await made.next()
  })
  return first.value
}

function isGenerator(value: unknown): value is AsyncGenerator<unknown, void> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value && 'next' in value
}

/** Runs the clean-ups in reverse order. What one of them throws takes the place of the error so far. */
export async function cleanUp(
  cleanUps: CleanUp[],
  failure: { readonly error: unknown } | null,
): Promise<{ readonly error: unknown } | null> {
  let current = failure
  for (let next = cleanUps.pop(); next; next = cleanUps.pop()) {
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

  async close(): Promise<void> {
    const failure = await cleanUp(this.#cleanUps, null)
    if (failure) throw failure.error
  }

  async #make(dependency: Dependency<unknown>): Promise<unknown> {
    const context: Record<string, unknown> = {}
    for (const [name, used] of Object.entries(dependency.uses)) {
      if (this.actual(used).options.scope !== 'app') {
        throw new Error(
          `Cannot make a dependency of the application: it uses "${name}", which lives for one request. Give that the scope "app" too.`,
        )
      }
      context[name] = await this.get(used)
    }
    return make(dependency, context, this.#cleanUps)
  }
}
