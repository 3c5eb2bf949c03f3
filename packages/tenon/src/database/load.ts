import type { ModelDescription } from '../model/description.ts'
import { outputReader, type Row, type Texts } from '../sql/outputs.ts'
import { type Branch, readRelated } from '../sql/related.ts'
import { relationsStatement } from '../sql/statements.ts'
import type { Runs } from './site.ts'

/** What the plan of a write with relations leaves out; null where there are none. */
export function noteOfRelations(model: ModelDescription, relations: readonly Branch[]): string | null {
  if (relations.length === 0) return null
  const names = relations.map(({ name }) => name).join(', ')
  return `One more statement loads ${names}. It needs the keys of these rows: see select(${model.name}).with(…).explain().`
}

/** The rows that a write returned, with their relations: one more statement, however many rows and relations there are. */
export async function loadWritten(
  connection: Runs,
  model: ModelDescription,
  written: readonly Texts[],
  relations: readonly Branch[],
): Promise<Row[]> {
  const read = outputReader(model, { members: null, relations: [] })
  const rows = written.map((texts) => read(texts))
  if (relations.length === 0 || rows.length === 0) return rows
  const keyAt = model.primaryKey.map((key) => model.columns.indexOf(key))
  const keys = written.map((texts) => keyAt.map((index) => texts[index] ?? null))
  const { rows: found } = await connection.run(relationsStatement(model, keys, relations))
  const byKey = new Map(found.map((texts) => [JSON.stringify(texts.slice(0, keyAt.length)), texts]))
  rows.forEach((row, index) => {
    // Outside a transaction another may delete the row meanwhile; its links have gone with it.
    const texts = byKey.get(JSON.stringify(keys[index])) ?? []
    relations.forEach((branch, at) => {
      row[branch.name] = readRelated(model, branch, texts[keyAt.length + at] ?? null)
    })
  })
  return rows
}
