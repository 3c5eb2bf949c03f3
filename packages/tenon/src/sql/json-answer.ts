import type { z } from 'zod'
import type { ModelDescription } from '../model/description.ts'
import { membersOf, unwrapped } from '../model/forms.ts'
import { compileWriter } from '../model/writer.ts'
import { type RowSource, type RowWriter, rowWriterOf } from './json-row.ts'
import type { Branch } from './related.ts'

/** What an answer is made of: rows, one row or null, or an object whose `items` are rows, with other values beside them. */
export interface AnswerSource extends RowSource {
  readonly answers: 'rows' | 'row' | 'page'
}

/** How the rows of a query become the JSON of a schema. Kept for each schema and kind of rows. */
export interface AnswerWriter {
  readonly row: RowWriter
  /** What stands around the written rows; `values` are a page's other members. */
  around(place: string, values: Readonly<Record<string, unknown>>): Around
  /** The answer of one row where there is none. */
  none(place: string): string
}

export interface Around {
  readonly before: string
  readonly after: string
}

const nothing: Around = { before: '', after: '' }
const list: Around = { before: '[', after: ']' }

type Kept = Map<string, AnswerWriter | null>
const kept = new WeakMap<object, WeakMap<ModelDescription, Kept>>()
// Relations and members differ by what routes ask for, which is little.
const keptAtMost = 50

/** Null where the answer takes objects. */
export function answerWriterOf(schema: object, source: AnswerSource): AnswerWriter | null {
  if (!('_zod' in schema)) return null
  const key = keyOf(source)
  if (key === null) return null
  const writers = keptFor(schema, source.model)
  const found = writers.get(key)
  if (found !== undefined) return found
  const made = compile(schema as z.core.$ZodType, source)
  if (writers.size >= keptAtMost) writers.clear()
  writers.set(key, made)
  return made
}

function keptFor(schema: object, model: ModelDescription): Kept {
  let models = kept.get(schema)
  if (!models) {
    models = new WeakMap()
    kept.set(schema, models)
  }
  let writers = models.get(model)
  if (!writers) {
    writers = new Map()
    models.set(model, writers)
  }
  return writers
}

/** Null for expressions: they are made anew for each query, and nothing tells one from another. */
function keyOf({ answers, members, relations }: AnswerSource): string | null {
  if (!members && relations.length === 0) return answers
  if (members?.some(({ of }) => typeof of !== 'string')) return null
  return JSON.stringify([answers, members?.map(({ name, of }) => [name, of]) ?? null, relations.map(namesOf)])
}

function namesOf({ name, below }: Branch): unknown {
  return [name, below.map(namesOf)]
}

function compile(given: z.core.$ZodType, source: AnswerSource): AnswerWriter | null {
  const { schema, isNullable } = unwrapped(given)
  if (source.answers === 'page') return compilePage(schema, source)
  const writeValue = compileWriter(given)
  const none = (place: string) => writeValue(null, place)
  if (source.answers === 'row') {
    const row = rowWriterOf(schema, source, '')
    return row && { row, around: () => nothing, none: isNullable ? () => 'null' : none }
  }
  const row = rowsWriter(schema, source, '')
  return row && { row, around: () => list, none }
}

function rowsWriter(schema: z.core.$ZodTypes, source: RowSource, at: string): RowWriter | null {
  const { def } = schema._zod
  if (def.type !== 'array' || unwrapped(def.element).isNullable) return null
  return rowWriterOf(def.element, source, at)
}

type WriteMember = (place: string, values: Readonly<Record<string, unknown>>) => string

function compilePage(schema: z.core.$ZodTypes, source: AnswerSource): AnswerWriter | null {
  const declared = membersOf(schema)
  const items = declared?.find(([key]) => key === 'items')
  const row = items && rowsWriter(unwrapped(items[1]).schema, source, '.items')
  if (!declared || !row) return null
  const before: WriteMember[] = []
  const after: WriteMember[] = []
  let isBefore = true
  for (const [index, [key, member]] of declared.entries()) {
    const prefix = `${index === 0 ? '{' : ','}${JSON.stringify(key)}:`
    if (key === 'items') {
      before.push(() => `${prefix}[`)
      after.push(() => ']')
      isBefore = false
      continue
    }
    if (member._zod.optout === 'optional') return null
    const write = compileWriter(member)
    const part: WriteMember = (place, values) => prefix + write(values[key], `${place}.${key}`)
    if (isBefore) before.push(part)
    else after.push(part)
  }
  const joined = (parts: readonly WriteMember[], place: string, values: Readonly<Record<string, unknown>>) => {
    let text = ''
    for (const part of parts) text += part(place, values)
    return text
  }
  return {
    row,
    around: (place, values) => ({ before: joined(before, place, values), after: `${joined(after, place, values)}}` }),
    none: (place) => compileWriter(schema)(null, place),
  }
}
