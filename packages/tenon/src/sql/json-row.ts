import type { z } from 'zod'
import type { ModelDescription } from '../model/description.ts'
import { membersOf, unwrapped } from '../model/forms.ts'
import { compileWriter } from '../model/writer.ts'
import { bytesWriter, type WriteBytes } from './json-bytes.ts'
import { type CellPair, cellsOf } from './json-cells.ts'
import { generated, type Part, type Write } from './json-generated.ts'
import type { Outputs, Texts } from './outputs.ts'
import { fieldOf } from './place.ts'
import { isPlainClass } from './plain-class.ts'
import { type Branch, isMany, type RelatedRow } from './related.ts'

/** What rows hold: the columns of a model, or members; then one column of JSON for each relation. */
export interface RowSource extends Outputs {
  readonly model: ModelDescription
}

/** Writes a row's texts as the JSON of a schema, without making an object of them. */
export interface RowWriter {
  /** The types of the columns (pg_type.oid) that `trusting` is right for; 0 where any will do. */
  readonly types: readonly number[]
  readonly trusting: (texts: Texts, place: string) => string
  readonly careful: (texts: Texts, place: string) => string
  /** As `trusting`, of a row as the server sent it. */
  readonly bytes: WriteBytes
}

/** Null where the answer takes objects: getters, a constructor of one's own, schemas that are more than declared members. */
export function rowWriterOf(given: z.core.$ZodType, source: RowSource, at: string): RowWriter | null {
  const parts = partsOf(given, source, at, (write) => (text, place) => write(text === null ? null : parse(text), place))
  if (!parts) return null
  const types = new Array<number>(columnsOf(source)).fill(0)
  for (const { index, cells } of parts.columns) types[index] = cells.type
  const trusted = parts.inOrder('trusting')
  const trusting = generated(trusted)
  const careful = generated(parts.inOrder('careful'))
  return {
    types,
    trusting: (texts, place) => trusting(texts, texts, place),
    careful: (texts, place) => careful(texts, texts, place),
    bytes: bytesWriter(trusted),
  }
}

const parse = (json: string | null): unknown => (json === null ? null : JSON.parse(json))

function columnsOf({ model, members, relations }: RowSource): number {
  return (members ?? model.columns).length + relations.length
}

/** Writes the JSON column of a relation: given as text in a row, and as a value inside another relation. */
type WriteRelated = (value: unknown, place: string) => string
type Received = (write: WriteRelated) => (value: string | null, place: string) => string

interface Parts {
  readonly columns: readonly { readonly index: number; readonly cells: CellPair }[]
  inOrder(which: 'trusting' | 'careful'): readonly Part[]
}

function partsOf(given: z.core.$ZodType, source: RowSource, at: string, received: Received): Parts | null {
  const declared = membersOf(unwrapped(given).schema)
  if (!declared) return null
  const { model, members, relations } = source
  const names = declared.map(([key]) => key)
  if (!members && !isPlainClass(model, names, relations)) return null
  const first = (members ?? model.columns).length
  const columns: { index: number; cells: CellPair }[] = []
  const makers: ((which: 'trusting' | 'careful') => Part)[] = []
  for (const [key, schema] of declared) {
    const prefix = `${makers.length === 0 ? '{' : ','}${JSON.stringify(key)}:`
    const path = `${at}.${key}`
    const branchAt = relations.findLastIndex(({ name }) => name === key)
    const branch = relations[branchAt]
    const index = branch ? first + branchAt : indexOf(source, key)
    if (index === null) return null
    if (index === -1) {
      if (schema._zod.optout === 'optional') continue
      return null
    }
    if (branch) {
      const write = relatedWriter(schema, model, branch, path)
      if (!write) return null
      makers.push(() => ({ prefix, index, related: received(write) }))
      continue
    }
    const column = columnAt(source, index)
    // Only a document may turn out to be undefined, and then it is left out.
    if (!column || (column.type === 'jsonb' && schema._zod.optout === 'optional')) return null
    const cells = cellsOf(model, column, schema, path)
    columns.push({ index, cells })
    const none = noneOf(schema, path)
    makers.push((which) => ({ prefix, index, cell: cells[which], none }))
  }
  return { columns, inOrder: (which) => makers.map((make) => make(which)) }
}

/** The column of a member; -1 where rows have no such member, null where the class or an expression may. */
function indexOf({ model, members }: RowSource, key: string): number | null {
  if (members) {
    const index = members.findIndex(({ name }) => name === key)
    return index >= 0 && typeof members[index]?.of !== 'string' ? null : index >= 0 || !(key in {}) ? index : null
  }
  const index = model.columns.findIndex(({ field }) => field === key)
  return index >= 0 || !(key in model.instance.prototype) ? index : null
}

function columnAt({ model, members }: RowSource, index: number) {
  if (!members) return model.columns[index]
  const of = members[index]?.of
  return typeof of === 'string' ? fieldOf(model, of) : undefined
}

/** What null is written as; where the schema allows none, its writer says so. */
function noneOf(schema: z.core.$ZodType, at: string): string | ((place: string) => string) {
  if (unwrapped(schema).isNullable) return 'null'
  const write = compileWriter(schema)
  return (place) => write(null, place + at)
}

function relatedWriter(
  schema: z.core.$ZodType,
  outer: ModelDescription,
  branch: Branch,
  at: string,
): WriteRelated | null {
  const { kind, model } = outer.relation(branch.name)
  const inner = unwrapped(schema)
  const { def } = inner.schema._zod
  const element = isMany(kind) ? (def.type === 'array' ? def.element : null) : inner.schema
  if (!element || (isMany(kind) && unwrapped(element).isNullable)) return null
  const source: RowSource = { model, members: null, relations: branch.below }
  const parts = partsOf(element, source, at, (write) => write)
  const write: Write | null | undefined = parts && generated(parts.inOrder('careful'))
  if (!write) return null
  const first = model.columns.length
  const writeRow = (row: RelatedRow, place: string) =>
    write(row[0], branch.below.length > 0 ? below(row, first) : [], place)
  if (isMany(kind)) {
    return (rows, place) => {
      if (rows === null) return '[]'
      let text = ''
      for (const row of rows as RelatedRow[]) text += (text === '' ? '' : ',') + writeRow(row, place)
      return `[${text}]`
    }
  }
  const none = noneOf(schema, at)
  return (row, place) => {
    if (row !== null) return writeRow(row as RelatedRow, place)
    return typeof none === 'string' ? none : none(place)
  }
}

/** Relations stand behind the columns, by their index, as they do in a row of texts. */
function below(row: RelatedRow, first: number): readonly unknown[] {
  return [...new Array(first).fill(null), ...row.slice(1)]
}
