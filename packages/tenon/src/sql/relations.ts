import type { ColumnDescription, RelationDescription } from '../model/description.ts'
import { type ColumnName, type Compare, type Condition, column, type Joined } from './template.ts'

/** The tables that lead from a relation's key (`near`) to its rows (under `alias`). */
export function relationTables(
  relation: RelationDescription,
  alias: string,
  nextAlias: () => string,
): { from: readonly Joined[]; near: ColumnName } {
  const target: Joined = { table: relation.model.table, alias }
  if (relation.kind === 'one') return { from: [target], near: column(alias, relation.target.name) }
  if (relation.kind === 'many') return { from: [target], near: column(alias, relation.key.name) }
  const link = nextAlias()
  const on = equal(column(link, relation.far.name), column(alias, relation.farTarget.name))
  return {
    from: [target, { table: relation.link.table, alias: link, on }],
    near: column(link, relation.near.name),
  }
}

/** What joins the rows of a relation to the row at hand, whose table has the alias `outer`. */
export function linkOf(relation: RelationDescription, near: ColumnName, outer: string): Condition {
  return equal(near, column(outer, nearField(relation).name))
}

/** The field of the rows at hand whose value finds the related rows. */
export function nearField(relation: RelationDescription): ColumnDescription {
  if (relation.kind === 'one') return relation.key
  return relation.kind === 'many' ? relation.target : relation.nearTarget
}

function equal(left: ColumnName, right: ColumnName): Compare {
  return { kind: 'compare', left, operator: '=', right }
}
