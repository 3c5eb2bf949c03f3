import type { ModelDescription, RelationDescription } from '../model/description.ts'
import { rowReader } from '../sql/rows.ts'
import { relatedStatement } from '../sql/statements.ts'
import { toText } from '../sql/values.ts'
import type { Connection } from './driver.ts'

type Row = Record<string, unknown>

/** Fills in relations of rows already read: one statement for each relation, however many rows there are. */
export async function loadRelations(
  connection: Pick<Connection, 'run'>,
  model: ModelDescription,
  rows: readonly Row[],
  names: readonly string[],
) {
  if (rows.length === 0) return
  for (const name of names) await loadRelation(connection, model, rows, name)
}

async function loadRelation(
  connection: Pick<Connection, 'run'>,
  model: ModelDescription,
  rows: readonly Row[],
  name: string,
) {
  const relation = model.relation(name)
  const near = nearField(relation)
  const keys = rows.map((row) => toText(model, near, row[near.field]))
  const { rows: found } = await connection.run(relatedStatement(relation, [...new Set(keys)]))
  const read = rowReader(relation.model)
  const byKey = new Map<string | null, Row[]>()
  for (const texts of found) {
    const key = texts[0] ?? null
    const group = byKey.get(key)
    if (group) group.push(read(texts, 1))
    else byKey.set(key, [read(texts, 1)])
  }
  rows.forEach((row, index) => {
    const related = byKey.get(keys[index] ?? null) ?? []
    row[name] = relation.kind === 'one' ? (related[0] ?? null) : related
  })
}

/** The field of the rows at hand whose value finds the related rows. */
function nearField(relation: RelationDescription) {
  if (relation.kind === 'one') return relation.key
  return relation.kind === 'many' ? relation.target : relation.nearTarget
}
