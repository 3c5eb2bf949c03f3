import type { ModelDescription } from '../model/description.ts'
import { outputReader, type Row, type Texts } from '../sql/outputs.ts'
import { type Branch, readRelated } from '../sql/related.ts'
import { relationsStatement, type SqlStatement } from '../sql/statements.ts'
import { TooManyRows } from './errors.ts'
import type { JsonWork } from './json.ts'
import { type Refusals, refused } from './refusals.ts'
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
  const related = await loadRelated(connection, model, written, relations)
  rows.forEach((row, index) => {
    relations.forEach((branch, at) => {
      row[branch.name] = readRelated(model, branch, related[index]?.[at] ?? null)
    })
  })
  return rows
}

/** The JSON columns of the relations, for each row that was written. */
async function loadRelated(
  connection: Runs,
  model: ModelDescription,
  written: readonly Texts[],
  relations: readonly Branch[],
): Promise<Texts[]> {
  const keyAt = model.primaryKey.map((key) => model.columns.indexOf(key))
  const keys = written.map((texts) => keyAt.map((index) => texts[index] ?? null))
  const { rows: found } = await connection.run(relationsStatement(model, keys, relations))
  const byKey = new Map(found.map((texts) => [JSON.stringify(texts.slice(0, keyAt.length)), texts]))
  // Outside a transaction another may delete a row meanwhile; its links have gone with it.
  return keys.map((key) => {
    const texts = byKey.get(JSON.stringify(key))?.slice(keyAt.length)
    return texts ?? relations.map(() => null)
  })
}

/** How a write answers in JSON. Without a statement it changes nothing and answers no rows. */
export function writtenJson(
  answers: 'rows' | 'row',
  model: ModelDescription,
  relations: readonly Branch[],
  refusals: Refusals<unknown, unknown, unknown, unknown>,
  toStatement: () => SqlStatement | null,
  missing?: new () => unknown,
): JsonWork {
  const work: JsonWork['work'] = async (connection, answer) => {
    const statement = toStatement()
    const written = async () => {
      if (statement === null) return answer.write([], [])
      const guarded: Pick<Runs, 'run'> = {
        run: (one, options) => connection.run(one, options).catch(refused(refusals)),
      }
      if (relations.length === 0) return await answer.read(guarded, statement)
      const { rows, types } = await guarded.run(statement)
      if (rows.length === 0) return answer.write([], [])
      const related = await loadRelated(connection, model, rows, relations)
      return answer.write(
        types,
        rows.map((texts, index) => [...texts, ...(related[index] ?? [])]),
      )
    }
    const rows = await written()
    if (answers === 'rows') return answer.finish(rows)
    if (rows.count > 1) throw new TooManyRows(model.name)
    if (rows.count === 0 && missing) throw new missing()
    return answer.one(rows)
  }
  return { source: { answers, model, members: null, relations }, work }
}
