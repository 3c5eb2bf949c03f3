/** Where the descriptions of one handler were made, in the order in which it makes them. */
export interface Scope {
  readonly kept: { readonly what: string; readonly origin: object }[]
  next: number
}

let current: Scope | null = null

export function newScope(): Scope {
  return { kept: [], next: 0 }
}

/**
 * Runs a handler up to its first await. What it describes there comes from the same places every time, so that the
 * places need be looked up but once: a stack costs more than the description.
 */
export function inScope<A, T>(scope: Scope, work: (argument: A) => T, argument: A): T {
  const before = current
  current = scope
  scope.next = 0
  try {
    return work(argument)
  } finally {
    current = before
  }
}

/** The origin of the next description; outside a handler it is looked up every time. */
export function originIn<O extends object>(what: string, lookUp: () => O): O {
  if (current === null) return lookUp()
  const at = current.next++
  const known = current.kept[at]
  if (known?.what === what) return known.origin as O
  const origin = lookUp()
  if (at < keptAtMost) current.kept[at] = { what, origin }
  return origin
}

const keptAtMost = 20
