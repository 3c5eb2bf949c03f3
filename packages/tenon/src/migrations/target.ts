import { UsageError } from '../core/errors.ts'
import type { AppliedRevision } from './journal.ts'
import type { Revision } from './revision.ts'

/** What an upgrade to the target has to run. `target`: `head`, `+N`, or a revision's id or a part of it. */
export function planUpgrade(
  revisions: readonly Revision[],
  applied: readonly AppliedRevision[],
  target: string,
): readonly Revision[] {
  const done = new Set(applied.map(({ id }) => id))
  const pending = revisions.filter(({ id }) => !done.has(id))
  if (target === 'head') return pending
  const steps = readSteps(target, '+')
  if (steps !== undefined) return pending.slice(0, steps)
  if (target === 'base' || target.startsWith('-'))
    throw wrongWay('upgrade', target, 'head, +1 or a revision', 'downgrade')
  const last = findRevision(revisions, target)
  return pending.filter(({ id }) => id <= last.id)
}

/** What a downgrade to the target has to take back, the latest first. `target`: `base`, `-N`, or an applied revision. */
export function planDowngrade(
  revisions: readonly Revision[],
  applied: readonly AppliedRevision[],
  target: string,
): readonly Revision[] {
  const byId = new Map(revisions.map((revision) => [revision.id, revision]))
  const latestFirst = applied.flatMap(({ id }) => byId.get(id) ?? []).toReversed()
  if (target === 'base') return latestFirst
  const steps = readSteps(target, '-')
  if (steps !== undefined) return latestFirst.slice(0, steps)
  if (target === 'head' || target.startsWith('+')) {
    throw wrongWay('downgrade', target, 'base, -1 or a revision', 'upgrade')
  }
  const last = findRevision(revisions, target)
  const position = latestFirst.indexOf(last)
  if (position >= 0) return latestFirst.slice(0, position)
  throw new UsageError(`Cannot downgrade to ${last.id}: it is not applied. Choose one that is: ${list(latestFirst)}.`)
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

function readSteps(target: string, sign: '+' | '-'): number | undefined {
  return target.startsWith(sign) && /^[1-9]\d{0,5}$/.test(target.slice(1)) ? Number(target.slice(1)) : undefined
}

function wrongWay(command: string, target: string, wanted: string, other: string): UsageError {
  return new UsageError(`Cannot ${command} to ${target}: it goes to ${wanted}. Use ${other} for the other way.`)
}

function list(revisions: readonly Revision[]): string {
  return revisions.map(({ id }) => id).join(', ') || 'none'
}
