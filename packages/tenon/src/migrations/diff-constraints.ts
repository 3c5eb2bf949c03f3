import type { Operation, TableReference } from './operations/operation.ts'
import { type Paired, pairUp } from './pair-up.ts'
import { isSameText } from './rename-names.ts'
import { type ConstraintSnapshot, isSameTable } from './snapshot.ts'
import type { TablePair } from './table-pair.ts'
import { definitionOf } from './table-sql.ts'

interface Columns {
  /** Hidden, so that what reads them goes, and comes back with them. */
  readonly hidden: ReadonlySet<string>
  /** Of another type; what reads them follows in the same step. */
  readonly retyped: ReadonlySet<string>
}

export function pairConstraints({ before, after }: TablePair, isRemade: IsRemade): Paired<ConstraintSnapshot> {
  const kept = pairUp(
    before.constraints.filter((constraint) => !isRemade(constraint)),
    after.constraints.filter((constraint) => !isRemade(constraint)),
    isSameConstraint,
    // A table has one primary key, whatever its name.
    (one, other) => one.kind === 'primary key' && other.kind === 'primary key',
  )
  return {
    gone: [...before.constraints.filter(isRemade), ...kept.gone],
    both: kept.both,
    fresh: [...kept.fresh, ...after.constraints.filter(isRemade)],
  }
}

export type IsRemade = (object: { readonly columns: readonly string[] }) => boolean

export function diffConstraints(
  table: TableReference,
  { gone, both, fresh }: Paired<ConstraintSnapshot>,
  { hidden, retyped }: Columns,
): Operation[] {
  const drop = (constraint: ConstraintSnapshot): Operation => {
    const isReturn = constraint.columns.some((column) => hidden.has(column))
    return { kind: 'drop constraint', table, constraint, isNew: false, isReturn }
  }
  const add = (constraint: ConstraintSnapshot): Operation => {
    return { kind: 'add constraint', table, constraint, isNew: false, isReturn: false }
  }
  const change = ({ from, to }: (typeof both)[number]): Operation[] => {
    if (from.kind !== to.kind) return [drop(from), add(to)]
    const isKey = from.kind !== 'check' && from.kind !== 'foreign key'
    const isFollowing = from.kind === 'check' && from.columns.some((column) => retyped.has(column))
    if ((isSameConstraint(from, to) && from.valid === to.valid) || isFollowing) {
      return from.name === to.name ? [] : [{ kind: 'rename constraint', table, from: from.name, to: to.name, isKey }]
    }
    return [{ kind: 'change constraint', table, from, to }]
  }
  return [...gone.map(drop), ...both.flatMap(change), ...fresh.map(add)]
}

/** But for name and validity. */
export function isSameConstraint(one: ConstraintSnapshot, other: ConstraintSnapshot): boolean {
  if (one.kind !== other.kind) return false
  const isSameTarget =
    one.kind !== 'foreign key' || other.kind !== 'foreign key' || isSameTable(one.target, other.target)
  return isSameTarget && isSameText(definitionOf(one), definitionOf(other))
}
