import type { ColumnDescription } from '../model/description.ts'
import { type Expression, raw } from './template.ts'

/** The place of a oneOf's value among its values. */
export function rankOf(of: Expression, column: ColumnDescription): Expression {
  return raw`array_position(${textArray(column.values ?? [])}, ${of})`
}

/** The value of a oneOf at a place among its values. */
export function ranked(rank: Expression, column: ColumnDescription): Expression {
  return raw`(${textArray(column.values ?? [])})[${rank}]`
}

/** The values of a oneOf are part of the model and never a client's, so they stand in the text. */
function textArray(values: readonly string[]): Expression {
  const literals = values.map((value) => `'${value.replaceAll("'", "''")}'`).join(', ')
  return { kind: 'raw', texts: [`array[${literals}]::text[]`], parts: [] }
}
