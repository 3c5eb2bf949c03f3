import { UsageError } from '../core/errors.ts'
import type { Revision } from './revision.ts'

/** The revisions and who comes from whom. */
export class RevisionGraph {
  /** In the order in which they run: after what they need, and by time where nothing else says it. */
  readonly revisions: readonly Revision[]
  /** Those that nothing revises, by time. */
  readonly heads: readonly Revision[]
  readonly #parents = new Map<string, readonly string[]>()
  readonly #children = new Map<string, string[]>()
  /** Parents and what is depended on; and the other way. */
  readonly #needs = new Map<string, readonly string[]>()
  readonly #neededBy = new Map<string, string[]>()
  readonly #byId: ReadonlyMap<string, Revision>

  /** Throws UsageError where one names a revision that is not there, or where they go round in circles. */
  constructor(revisions: readonly Revision[]) {
    const byTime = revisions.toSorted(byId)
    this.#byId = new Map(byTime.map((revision) => [revision.id, revision]))
    const toPresent = presentIds(byTime)
    for (const [index, revision] of byTime.entries()) {
      const before = byTime[index - 1]
      const parents = toPresent(revision.revises ?? (before ? [before.id] : []))
      const dependsOn = toPresent(revision.dependsOn)
      this.#refuseUnknown(revision, 'revises', parents)
      this.#refuseUnknown(revision, 'depends-on', dependsOn)
      this.#parents.set(revision.id, parents)
      this.#needs.set(revision.id, [...parents, ...dependsOn])
      for (const parent of parents) add(this.#children, parent, revision.id)
      for (const need of this.#needs.get(revision.id) ?? []) add(this.#neededBy, need, revision.id)
    }
    this.revisions = this.#sort(byTime)
    this.heads = byTime.filter(({ id }) => !this.#children.has(id))
  }

  /** Throws UsageError where there are several, naming them and what to do, or none. */
  oneHead(what: string): Revision {
    const [head, another] = this.heads
    if (head && !another) return head
    if (head === undefined) throw new UsageError(`Cannot ${what}: there are no revisions. Write one first.`)
    throw new UsageError(
      `Cannot ${what}: there are ${this.heads.length} heads, ${this.heads.map(({ id }) => id).join(', ')}. ` +
        'Join them with tenon migrate merge, or say which: heads for all, or a revision.',
    )
  }

  find(id: string): Revision | undefined {
    return this.#byId.get(id)
  }

  parentsOf(id: string): readonly string[] {
    return this.#parents.get(id) ?? []
  }

  /** Its parents, and what it depends on. */
  needsOf(id: string): readonly string[] {
    return this.#needs.get(id) ?? []
  }

  childrenOf(id: string): readonly string[] {
    return this.#children.get(id) ?? []
  }

  /** These and all that must be applied for them. */
  withAncestors(ids: readonly string[]): ReadonlySet<string> {
    return reach(ids, this.#needs)
  }

  /** These and all that stands on them. */
  withDescendants(ids: readonly string[]): ReadonlySet<string> {
    return reach(ids, this.#neededBy)
  }

  /** Where more than one goes on from. */
  get branchPoints(): readonly Revision[] {
    return this.revisions.filter(({ id }) => this.childrenOf(id).length > 1)
  }

  #refuseUnknown(revision: Revision, marker: string, ids: readonly string[]): void {
    const unknown = ids.find((id) => !this.#byId.has(id))
    if (unknown === undefined) return
    throw new UsageError(
      `Cannot place the revision ${revision.file}: its "-- migrate:${marker}" names ${unknown}, which is not here. ` +
        'Bring that file too, or correct the id.',
    )
  }

  #sort(byTime: readonly Revision[]): readonly Revision[] {
    const sorted = new Map<string, Revision>()
    let rest = byTime
    while (rest.length > 0) {
      const next = rest.find(({ id }) => (this.#needs.get(id) ?? []).every((need) => sorted.has(need)))
      if (next === undefined) throw circleError(rest)
      sorted.set(next.id, next)
      rest = rest.filter((revision) => revision !== next)
    }
    return [...sorted.values()]
  }
}

/** What was squashed is named by what replaces it: a file that was applied is not edited for that. */
function presentIds(revisions: readonly Revision[]): (ids: readonly string[]) => readonly string[] {
  const present = new Map(revisions.flatMap(({ id, replaces }) => replaces.map((old) => [old, id] as const)))
  for (const { id } of revisions) present.delete(id)
  return (ids) => [...new Set(ids.map((id) => present.get(id) ?? id))]
}

function byId(one: Revision, other: Revision): number {
  return one.id < other.id ? -1 : 1
}

function add(map: Map<string, string[]>, key: string, value: string): void {
  const list = map.get(key)
  if (list) list.push(value)
  else map.set(key, [value])
}

function reach(from: readonly string[], edges: ReadonlyMap<string, readonly string[]>): ReadonlySet<string> {
  const found = new Set<string>()
  const waiting = [...from]
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    if (found.has(id)) continue
    found.add(id)
    waiting.push(...(edges.get(id) ?? []))
  }
  return found
}

function circleError(revisions: readonly Revision[]): UsageError {
  const names = revisions.map(({ id }) => id).join(', ')
  return new UsageError(
    `Cannot order the revisions ${names}: each of them comes after another of them. ` +
      'Correct their "-- migrate:revises" and "-- migrate:depends-on".',
  )
}
