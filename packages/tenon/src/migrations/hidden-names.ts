import { nameOf } from '../sql/names.ts'
import { type Hidden, hiddenPrefix, isSameTable } from './snapshot.ts'
import type { TablePair } from './table-pair.ts'

export interface HiddenNames {
  /** A name that no hidden column of the table has. */
  next(column: string): string
}

export function namesOfHidden({ before, after }: TablePair, hidden: Hidden): HiddenNames {
  const isHere = ({ table }: Hidden['columns'][number]) => isSameTable(table, before) || isSameTable(table, after)
  const taken = new Set(hidden.columns.filter(isHere).map(({ name }) => name))
  return {
    next(column) {
      const name = (round: number) => nameOf(hiddenPrefix.slice(0, -1), column, ...(round > 1 ? [String(round)] : []))
      let round = 1
      while (taken.has(name(round))) round++
      taken.add(name(round))
      return name(round)
    },
  }
}
