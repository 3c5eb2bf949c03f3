import { type ColumnPair, diffColumn, type Follower, isOtherType, isRemade } from './diff-column.ts'
import { diffConstraints, pairConstraints } from './diff-constraints.ts'
import { diffIndexes, pairIndexes } from './diff-indexes.ts'
import { namesOfHidden } from './hidden-names.ts'
import type { Operation } from './operations/operation.ts'
import { type NamedPair, takeApart } from './pair-up.ts'
import type { ColumnSnapshot, Hidden } from './snapshot.ts'
import type { TablePair } from './table-pair.ts'
import { toReference } from './table-reference.ts'

export function diffTable(pair: TablePair, hidden: Hidden, pairs: readonly TablePair[]): Operation[] {
  const { before, after } = pair
  const table = toReference(before)
  const columns = pairColumns(pair)
  const names = namesOfHidden(pair, hidden)
  const hide = (column: ColumnSnapshot): Operation => {
    // What the database computes is not lost with its column.
    if (column.generated) return { kind: 'drop column', table, column }
    return { kind: 'hide column', table, column, hiddenAs: names.next(column.name) }
  }
  const isTurned = ({ from, to }: ColumnPair) => from.generated !== null && to.generated === null
  const remade = new Set([...columns.remade, ...columns.kept.filter(isTurned)].map(({ to }) => to.name))
  const retyped = new Set(columns.kept.filter(isOtherType).map(({ to }) => to.name))
  // What reads two columns of which each changes its type cannot follow both.
  const isRemadeToo = (object: { readonly columns: readonly string[] }) =>
    object.columns.some((name) => remade.has(name)) || object.columns.filter((name) => retyped.has(name)).length > 1
  const retypedIn = (object: { readonly columns: readonly string[] }) =>
    object.columns
      .filter((name) => retyped.has(name))
      .toSorted()
      .join()
  const isTornApart = ({ from, to }: NamedPair<{ readonly columns: readonly string[] }>) =>
    retypedIn(from) !== retypedIn(to)
  const follower: Follower = {
    constraints: takeApart(pairConstraints(pair, isRemadeToo), isTornApart),
    indexes: takeApart(pairIndexes(pair, isRemadeToo), isTornApart),
  }
  const gone = new Set(columns.gone.filter(({ generated }) => !generated).map(({ name }) => name))
  return [
    ...(before.comment === after.comment
      ? []
      : [{ kind: 'comment table', table, from: before.comment, to: after.comment } satisfies Operation]),
    ...columns.fresh.map((column): Operation => ({ kind: 'add column', table, column })),
    ...columns.remade.flatMap(({ from, to }): Operation[] => [hide(from), { kind: 'add column', table, column: to }]),
    ...columns.kept.flatMap((one) => diffColumn(one, pair, follower, pairs, names)),
    ...diffConstraints(table, follower.constraints, { hidden: gone, retyped }),
    ...diffIndexes(table, follower.indexes, retyped),
    ...columns.gone.map(hide),
  ]
}

function pairColumns({ before, after }: TablePair) {
  const both = before.columns.flatMap((from): ColumnPair[] => {
    const to = after.columns.find(({ name }) => name === from.name)
    return to ? [{ from, to }] : []
  })
  const remade = both.filter((one) => isRemade(one, both))
  return {
    gone: before.columns.filter(({ name }) => !both.some(({ from }) => from.name === name)),
    fresh: after.columns.filter(({ name }) => !both.some(({ to }) => to.name === name)),
    remade,
    kept: both.filter((one) => !remade.includes(one)),
  }
}
