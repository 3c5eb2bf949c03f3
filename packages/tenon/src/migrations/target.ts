import { UsageError } from '../core/errors.ts'
import { RevisionGraph } from './graph.ts'
import type { Revision } from './revision.ts'

/**
 * What an upgrade to the target has to run, in order. `target`: `head`, `heads`, `+N`, a revision's id or a part of it,
 * and from there `part+N`, `part-N`, `part@head`.
 */
export function planUpgrade(
  revisions: readonly Revision[],
  applied: readonly { readonly id: string }[],
  target: string,
): readonly Revision[] {
  const graph = new RevisionGraph(revisions)
  const done = new Set(applied.map(({ id }) => id))
  const pendingFor = (ids: readonly string[]) => {
    const wanted = graph.withAncestors(ids)
    return graph.revisions.filter(({ id }) => wanted.has(id) && !done.has(id))
  }
  const steps = readSteps(target, '+')
  if (target === 'heads') return pendingFor(graph.heads.map(({ id }) => id))
  if (target === 'head' || steps !== undefined) {
    if (revisions.length === 0) return []
    return pendingFor([graph.oneHead(`upgrade to ${target}`).id]).slice(0, steps)
  }
  if (target === 'base' || target.startsWith('-'))
    throw wrongWay('upgrade', target, 'head, +1 or a revision', 'downgrade')
  return pendingFor([resolveTarget(graph, target).id])
}

/**
 * What a downgrade to the target has to take back, the latest first. `target`: `base`, `-N`, or an applied revision,
 * which stays: what stands on it goes, and what another branch has brought stays too.
 */
export function planDowngrade(
  revisions: readonly Revision[],
  applied: readonly { readonly id: string }[],
  target: string,
): readonly Revision[] {
  const graph = new RevisionGraph(revisions)
  const latestFirst = applied.flatMap(({ id }) => graph.find(id) ?? []).toReversed()
  if (target === 'base') return latestFirst
  const steps = readSteps(target, '-')
  if (steps !== undefined) return latestFirst.slice(0, steps)
  if (target === 'head' || target === 'heads' || target.startsWith('+')) {
    throw wrongWay('downgrade', target, 'base, -1 or a revision', 'upgrade')
  }
  const last = resolveTarget(graph, target)
  if (!latestFirst.includes(last)) {
    throw new UsageError(`Cannot downgrade to ${last.id}: it is not applied. Choose one that is: ${list(latestFirst)}.`)
  }
  const above = graph.withDescendants([last.id])
  return latestFirst.filter((revision) => revision !== last && above.has(revision.id))
}

/** By its id or by a part that no other has. Throws UsageError naming the candidates. */
export function findRevision(revisions: readonly Revision[], part: string): Revision {
  const exact = revisions.find(({ id }) => id === part)
  const matches = exact ? [exact] : revisions.filter(({ id }) => id.includes(part))
  const [match, another] = matches
  if (match === undefined) {
    throw new UsageError(`Cannot find the revision ${part}: no name contains it. There are: ${list(revisions)}.`)
  }
  if (another)
    throw new UsageError(`Cannot choose a revision by ${part}: it is in ${list(matches)}. Write more of the name.`)
  return match
}

/** One revision: a part of its id, and from there `+N`, `-N` or `@head`. Throws UsageError naming the candidates. */
export function resolveTarget(graph: RevisionGraph, target: string): Revision {
  const [, part = target, move] = /^([a-z0-9_]+)(@head|[+-][1-9]\d{0,5})$/.exec(target) ?? []
  const start = findRevision(graph.revisions, part)
  if (move === undefined) return start
  if (move === '@head') {
    const reached = graph.withDescendants([start.id])
    return theOnly(
      graph.heads.filter(({ id }) => reached.has(id)),
      target,
    )
  }
  let at = start
  for (let count = Math.abs(Number(move)); count > 0; count--) {
    const next = move.startsWith('+') ? graph.childrenOf(at.id) : graph.parentsOf(at.id)
    at = theOnly(
      next.flatMap((id) => graph.find(id) ?? []),
      target,
    )
  }
  return at
}

function theOnly(candidates: readonly Revision[], target: string): Revision {
  const [one, another] = candidates
  if (one && !another) return one
  const reason = one ? `the way parts into ${list(candidates)}` : 'there are not so many'
  throw new UsageError(`Cannot find the revision ${target}: ${reason}. Name the revision itself.`)
}

function readSteps(target: string, sign: '+' | '-'): number | undefined {
  return target.startsWith(sign) && /^[1-9]\d{0,5}$/.test(target.slice(1)) ? Number(target.slice(1)) : undefined
}

function wrongWay(command: string, target: string, wanted: string, other: string): UsageError {
  return new UsageError(`Cannot ${command} to ${target}: it goes to ${wanted}. Use ${other} for the other way.`)
}

function list(revisions: readonly Revision[]): string {
  return revisions.map(({ id }) => id).join(', ') || 'none'
}
