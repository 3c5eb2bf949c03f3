import type { Dependency, SecurityScheme, Uses } from '../http/dependency.ts'
import type { Route } from '../http/route.ts'

/** All that a route uses, directly or not: each once, what is used before what uses it. */
export function dependenciesOf(route: Route): ReadonlySet<Dependency<unknown>> {
  const found = new Set<Dependency<unknown>>()
  collect({ ...route.uses, ...route.options.uses }, found)
  return found
}

/** The security schemes of all that a route uses. */
export function securitySchemesOf(route: Route): SecurityScheme[] {
  return [...dependenciesOf(route)].flatMap(({ options }) => options.security ?? [])
}

function collect(uses: Uses, found: Set<Dependency<unknown>>): void {
  for (const dependency of Object.values(uses)) {
    if (found.has(dependency)) continue
    collect(dependency.uses, found)
    found.add(dependency)
  }
}
