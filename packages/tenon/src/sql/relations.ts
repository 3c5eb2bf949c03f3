import type { KeyPair, RelationDescription } from '../model/description.ts'
import { type Condition, column, type Joined } from './template.ts'

/** The tables of a relation's rows, which stand under `alias`, and what joins them to the row at hand, under `outer`. */
export function joinRelation(
  relation: RelationDescription,
  alias: string,
  outer: string,
  nextAlias: () => string,
): { readonly from: readonly Joined[]; readonly on: Condition } {
  const target: Joined = { table: relation.model.table, alias }
  if (relation.kind !== 'link') return { from: [target], on: equal(relation.pairs, alias, outer) }
  const link = nextAlias()
  const joined: Joined = { table: relation.link.table, alias: link, on: equal(relation.far, link, alias) }
  return { from: [target, joined], on: equal(relation.near, link, outer) }
}

/** The other columns of the pairs stand under `others`, their own under `owns`. */
function equal(pairs: readonly KeyPair[], others: string, owns: string): Condition {
  const conditions = pairs.map(
    ({ own, other }): Condition => ({
      kind: 'compare',
      left: column(others, other.name),
      operator: '=',
      right: column(owns, own.name),
    }),
  )
  const [only] = conditions
  return only && conditions.length === 1 ? only : { kind: 'and', conditions }
}
