import type { TableSnapshot } from './snapshot.ts'

/** A table before and after, by the name it has after. */
export interface TablePair {
  readonly before: TableSnapshot
  readonly after: TableSnapshot
}
