export interface NamedPair<T> {
  readonly from: T
  readonly to: T
}

export interface Paired<T> {
  readonly gone: readonly T[]
  readonly both: readonly NamedPair<T>[]
  readonly fresh: readonly T[]
}

/** With the pairs that the test picks taken apart: what they were before goes, what they are after is new. */
export function takeApart<T>({ gone, both, fresh }: Paired<T>, isApart: (pair: NamedPair<T>) => boolean): Paired<T> {
  const apart = both.filter(isApart)
  return {
    gone: [...gone, ...apart.map(({ from }) => from)],
    both: both.filter((pair) => !apart.includes(pair)),
    fresh: [...fresh, ...apart.map(({ to }) => to)],
  }
}

interface Named {
  readonly name: string
}

/**
 * Which of the things before is which of those after: the same under the same name, then the same under another (a
 * rename), then another under the same name (a change), then what `isOneOfAKind` says.
 */
export function pairUp<T extends Named>(
  before: readonly T[],
  after: readonly T[],
  isSame: (one: T, other: T) => boolean,
  isOneOfAKind: (one: T, other: T) => boolean = () => false,
): Paired<T> {
  const gone = [...before]
  const fresh = [...after]
  const both: NamedPair<T>[] = []
  const isNamesake = (one: T, other: T) => one.name === other.name
  for (const isPair of [
    (one: T, other: T) => isNamesake(one, other) && isSame(one, other),
    isSame,
    isNamesake,
    isOneOfAKind,
  ]) {
    for (const from of [...gone]) {
      const to = fresh.find((other) => isPair(from, other))
      if (!to) continue
      gone.splice(gone.indexOf(from), 1)
      fresh.splice(fresh.indexOf(to), 1)
      both.push({ from, to })
    }
  }
  return { gone, both, fresh }
}
