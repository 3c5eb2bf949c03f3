import type { ModelDescription } from '../model/description.ts'
import { type Reader, readerOf } from './values.ts'

type Texts = readonly (string | null)[]

/** Reads rows of a model's columns, in the order of its description, into instances of its class. */
export type RowReader = (texts: Texts, from?: number) => Record<string, unknown>

const readers = new WeakMap<ModelDescription, RowReader>()

export function rowReader(model: ModelDescription): RowReader {
  const found = readers.get(model)
  if (found) return found
  const columns: [string, Reader][] = model.columns.map((column) => [column.field, readerOf(column, model)])
  const reader: RowReader = (texts, from = 0) => {
    const row: Record<string, unknown> = {}
    let index = from
    for (const [field, read] of columns) {
      const text = texts[index++]
      row[field] = text === null || text === undefined ? null : read(text)
    }
    return new model.instance(row) as Record<string, unknown>
  }
  readers.set(model, reader)
  return reader
}
