import type { z } from 'zod'
import type { JsonText } from '../core/query.ts'
import type { ModelDescription } from '../model/description.ts'
import { membersOf, unwrapped } from '../model/forms.ts'
import { compileWriter } from '../model/writer.ts'
import { type RowSource, type RowWriter, rowWriterOf } from './json-row.ts'
import type { Texts } from './outputs.ts'
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

// Characters. Short enough to be flattened and encoded in the processor's cache; few answers are longer.
const pieceOf = 2_048
const firstPageOf = 16_384
const pageOf = 65_536

/** Takes rows as they come from the server and writes each at once; a long answer becomes bytes on the way. */
export class JsonRows {
  count = 0
  readonly #writer: RowWriter
  readonly #place: string
  readonly #most: number
  #write: RowWriter['trusting']
  #text = ''
  #pages: Uint8Array[] = []
  #page: Buffer | undefined
  #used = 0

  /** Of more rows than `most` only the count is kept. */
  constructor(writer: RowWriter, place: string, most = Number.POSITIVE_INFINITY) {
    this.#writer = writer
    this.#place = place
    this.#most = most
    this.#write = writer.careful
  }

  /** Forgets what came before: a statement may be repeated. */
  begin(types: readonly number[]): void {
    this.count = 0
    this.#text = ''
    this.#pages = []
    this.#page = undefined
    this.#used = 0
    this.#write = fits(types, this.#writer.types) ? this.#writer.trusting : this.#writer.careful
  }

  row(texts: Texts): void {
    if (this.count++ >= this.#most) return
    const written = this.#write(texts, this.#place)
    this.#text = this.count === 1 ? written : `${this.#text},${written}`
    if (this.#text.length > pieceOf) this.#encode(this.#text)
  }

  /** All of it, with what stands around. */
  toJson({ before, after }: Around): JsonText {
    if (this.#page === undefined) return before === '' ? this.#text : before + this.#text + after
    this.#encode(this.#text + after)
    return [Buffer.from(before), ...this.#pages, this.#page.subarray(0, this.#used)]
  }

  #encode(text: string): void {
    // A character of UTF-16 takes three bytes at the most.
    const most = text.length * 3
    if (this.#page === undefined || this.#page.length - this.#used < most) {
      if (this.#page) this.#pages.push(this.#page.subarray(0, this.#used))
      this.#page = Buffer.allocUnsafeSlow(Math.max(this.#page ? pageOf : firstPageOf, most))
      this.#used = 0
    }
    this.#used += this.#page.write(text, this.#used)
    this.#text = ''
  }
}

function fits(types: readonly number[], wanted: readonly number[]): boolean {
  for (let index = 0; index < wanted.length; index++) {
    if (wanted[index] !== 0 && wanted[index] !== types[index]) return false
  }
  return true
}
