import type { Container } from './container.ts'
import { type Dependency, request, type Uses } from './dependency.ts'

/** One dependency to make for a request: from the values of others, by their place among all. */
export interface Step {
  readonly dependency: Dependency<unknown>
  readonly from: readonly (readonly [name: string, place: number])[]
}

/** What a route's dependencies come to: those of the application are made by now, the others step by step for each request. */
export interface Plan {
  readonly values: readonly unknown[]
  /** Where the facts of the request go; -1 where nothing asks for them. */
  readonly requestPlace: number
  readonly guards: readonly (readonly [place: number, step: Step])[]
  readonly steps: readonly (readonly [place: number, step: Step])[]
  /** The names that the handler sees. */
  readonly names: readonly (readonly [name: string, place: number])[]
}

/** Orders a route's dependencies so that each comes after what it uses; what is used twice is made once. */
export async function planOf(uses: Uses, container: Container): Promise<Plan> {
  const guarding = guardsAmong(uses, container)
  const places = new Map<Dependency<unknown>, number>()
  const values: unknown[] = []
  const guards: [number, Step][] = []
  const steps: [number, Step][] = []

  async function place(used: Dependency<unknown>): Promise<number> {
    const dependency = container.actual(used)
    const found = places.get(dependency)
    if (found !== undefined) return found
    if (dependency.options.scope === 'app') return keep(dependency, await container.get(dependency))
    if (dependency === request) return keep(dependency, undefined)
    const from: [string, number][] = []
    for (const [name, inner] of Object.entries(dependency.uses)) from.push([name, await place(inner)])
    const at = keep(dependency, undefined)
    const made = guarding.has(dependency) ? guards : steps
    made.push([at, { dependency, from }])
    return at
  }

  function keep(dependency: Dependency<unknown>, value: unknown): number {
    const at = values.push(value) - 1
    places.set(dependency, at)
    return at
  }

  const names: [string, number][] = []
  for (const [name, used] of Object.entries(uses)) names.push([name, await place(used)])
  return { values, requestPlace: places.get(request) ?? -1, guards, steps, names }
}

/** The dependencies that are made before the body is read: guards, what uses a guard, and what either of them uses. */
function guardsAmong(uses: Uses, container: Container): ReadonlySet<Dependency<unknown>> {
  const guarding = new Set<Dependency<unknown>>()
  const used = ({ uses }: Pick<Dependency<unknown>, 'uses'>) =>
    Object.values(uses).map((inner) => container.actual(inner))
  const isGuard = (dependency: Dependency<unknown>): boolean =>
    dependency.options.guard === true || used(dependency).some(isGuard)
  const visit = (dependency: Dependency<unknown>, forGuard: boolean) => {
    const guards = forGuard || isGuard(dependency)
    if (guards) guarding.add(dependency)
    for (const inner of used(dependency)) visit(inner, guards)
  }
  for (const dependency of used({ uses })) visit(dependency, false)
  return guarding
}
