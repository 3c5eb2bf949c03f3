import type { IsRemade } from './diff-constraints.ts'
import type { Operation, TableReference } from './operations/operation.ts'
import { type Paired, pairUp } from './pair-up.ts'
import { isSameText } from './rename-names.ts'
import type { IndexSnapshot } from './snapshot.ts'
import type { TablePair } from './table-pair.ts'

export function pairIndexes({ before, after }: TablePair, isRemade: IsRemade): Paired<IndexSnapshot> {
  const kept = pairUp(
    before.indexes.filter((index) => !isRemade(index)),
    after.indexes.filter((index) => !isRemade(index)),
    isSameIndex,
  )
  return {
    gone: [...before.indexes.filter(isRemade), ...kept.gone],
    both: kept.both,
    fresh: [...kept.fresh, ...after.indexes.filter(isRemade)],
  }
}

export function diffIndexes(
  table: TableReference,
  { gone, both, fresh }: Paired<IndexSnapshot>,
  retyped: ReadonlySet<string>,
): Operation[] {
  return [
    ...gone.map((index): Operation => ({ kind: 'drop index', table, index })),
    ...both.flatMap(({ from, to }): Operation[] => {
      const isFollowing = from.columns.some((column) => retyped.has(column))
      if ((isSameIndex(from, to) && from.valid === to.valid) || isFollowing) {
        return from.name === to.name ? [] : [{ kind: 'rename index', table, from: from.name, to: to.name }]
      }
      return [{ kind: 'change index', table, from, to }]
    }),
    ...fresh.map((index): Operation => ({ kind: 'create index', table, index })),
  ]
}

export function isSameIndex(one: IndexSnapshot, other: IndexSnapshot): boolean {
  return one.unique === other.unique && isSameText(one.definition, other.definition)
}
