import { UsageError } from '../core/errors.ts'
import type { ColumnDescription, ModelDescription } from '../model/description.ts'
import type { AnyField } from '../model/field.ts'
import { TypedExpression } from './expression.ts'
import { columnOf, fieldOf, type Place, toExpression } from './place.ts'
import { type Branch, readRelated, toRelated } from './related.ts'
import { rowReader } from './rows.ts'
import { column, type Expression } from './template.ts'
import { type Reader, readerOf } from './values.ts'

export type Row = Record<string, unknown>
export type Texts = readonly (string | null)[]

/** One member of a row that is not the model's own: a field under a name, or an expression. */
export interface Output {
  readonly name: string
  readonly of: string | TypedExpression<unknown>
}

export interface Outputs {
  /** Null: the model's columns, as an instance of its class. */
  readonly members: readonly Output[] | null
  readonly relations: readonly Branch[]
}

export function outputsOf({ members = null, relations = [] }: Partial<Outputs>): Outputs {
  return { members, relations }
}

/** What is selected: the columns first, then one of JSON for each relation. */
export function outputColumns(place: Place, { members, relations }: Outputs): Expression[] {
  const columns = members
    ? members.map(({ of }) => (typeof of === 'string' ? columnOf(place, of) : toExpression(place, of.of)))
    : modelColumns(place.model, place.alias)
  return [...columns, ...relations.map((branch) => toRelated(place, branch))]
}

export function modelColumns(model: ModelDescription, alias: string): Expression[] {
  return model.columns.map((known) => column(alias, known.name))
}

/** Reads what `outputColumns` selected. */
export function outputReader(model: ModelDescription, { members, relations }: Outputs): (texts: Texts) => Row {
  const read = members ? memberReader(model, members) : rowReader(model)
  if (relations.length === 0) return (texts) => read(texts)
  const first = (members ?? model.columns).length
  return (texts) => {
    const row = read(texts)
    relations.forEach((branch, index) => {
      row[branch.name] = readRelated(model, branch, texts[first + index] ?? null)
    })
    return row
  }
}

function memberReader(model: ModelDescription, members: readonly Output[]): (texts: Texts) => Row {
  const readers = members.map(({ name, of }) => {
    const known = typeof of === 'string' ? fieldOf(model, of) : columnFor(name, of.field)
    return {
      name,
      read: readerOf(known, typeof of === 'string' ? model : undefined),
      isNullable: typeof of === 'string' || known.nullable === true,
    }
  })
  return plainReader(readers)
}

export interface MemberReader {
  readonly name: string
  readonly read: Reader
  readonly isNullable: boolean
}

/** Reads plain objects: one member for each column, in their order. */
export function plainReader(readers: readonly MemberReader[]): (texts: Texts) => Row {
  return (texts) => {
    const row: Row = {}
    readers.forEach(({ name, read, isNullable }, index) => {
      const text = texts[index] ?? null
      if (text === null && !isNullable) throw nullError(name)
      row[name] = text === null ? null : read(text)
    })
    return row
  }
}

/** The column that a field would have under this name. */
export function columnFor(name: string, field: AnyField): ColumnDescription {
  return { ...field.column, field: name, name, writable: false }
}

export function nullError(name: string): UsageError {
  return new UsageError(
    `Cannot read "${name}": it is null, and its field says that it never is. Add .nullable() to the field.`,
  )
}

/** What `select` was given. */
export function toOutputs(model: ModelDescription, given: object): readonly Output[] {
  return Object.entries(given).map(([name, of]): Output => {
    if (of instanceof TypedExpression) return { name, of }
    const field = of === true ? name : String(of)
    fieldOf(model, field)
    return { name, of: field }
  })
}
