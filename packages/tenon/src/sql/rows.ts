import type { ModelDescription } from '../model/description.ts'
import { type Reader, readerOf } from './values.ts'

type Texts = readonly (string | null)[]

/** Reads rows of a model's columns, in the order of its description, into instances of its class. */
export type RowReader = (texts: Texts, from?: number) => Record<string, unknown>

type Values = (texts: Texts, from: number) => object

const readers = new WeakMap<ModelDescription, RowReader>()

export function rowReader(model: ModelDescription): RowReader {
  const found = readers.get(model)
  if (found) return found
  const values = valuesOf(model)
  const reader: RowReader = (texts, from = 0) => new model.instance(values(texts, from)) as Record<string, unknown>
  readers.set(model, reader)
  return reader
}

/** One literal for all rows of a model, compiled by the engine, so that they share one shape; or where that is forbidden, a loop. */
function valuesOf(model: ModelDescription): Values {
  try {
    return compiledValues(model)
  } catch (error) {
    if (error instanceof EvalError) return walkedValues(model)
    throw error
  }
}

export function compiledValues(model: ModelDescription): Values {
  const { columns } = model
  const read = columns.map((column) => readerOf(column, model))
  const constants = columns.map((_, index) => `const r${index}=r[${index}]`).join(';')
  const members = columns.map(({ field }, index) => {
    const text = `t[f+${index}]`
    // A plain "__proto__" would set the prototype; in brackets it is a name as any other.
    const name = field === '__proto__' ? '["__proto__"]' : JSON.stringify(field)
    return `${name}:${text}==null?null:r${index}(${text})`
  })
  return new Function('r', `${constants};return (t,f)=>({${members.join(',')}})`)(read) as Values
}

export function walkedValues(model: ModelDescription): Values {
  const read: [string, Reader][] = model.columns.map((column) => [column.field, readerOf(column, model)])
  return (texts, from) => {
    const row: Record<string, unknown> = {}
    let index = from
    for (const [field, reader] of read) {
      const text = texts[index++]
      row[field] = text === null || text === undefined ? null : reader(text)
    }
    return row
  }
}
