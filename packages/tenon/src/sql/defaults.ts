import { isMade, isSql } from '../model/column.ts'
import type { ColumnDescription } from '../model/description.ts'

/** True for a column whose default the application gives, and not the database. */
export function hasOwnDefault(column: ColumnDescription): boolean {
  return column.default !== undefined && !column.generated && !isSql(column.default)
}

/** The value that a new row has where it gives none: the constant, or one made for this row. */
export function ownDefault(column: ColumnDescription): unknown {
  return isMade(column.default) ? column.default.make() : column.default
}
