import { UsageError } from '../core/errors.ts'
import { isSql, type ReferenceActions, type Sql } from './column.ts'
import { type ColumnDescription, describeModel, type ModelDescription } from './description.ts'
import type { AnyModel } from './infer.ts'
import type { IndexOptions } from './options.ts'

export interface UniqueDescription {
  readonly name: string | null
  readonly columns: readonly ColumnDescription[]
  readonly nullsNotDistinct: boolean
}

export interface ForeignKeyDescription extends ReferenceActions {
  readonly name: string | null
  readonly columns: readonly ColumnDescription[]
  readonly model: ModelDescription
  readonly targets: readonly ColumnDescription[]
}

export interface IndexDescription {
  readonly name: string | null
  readonly parts: readonly IndexPartDescription[]
  readonly unique: boolean
  readonly where: Sql | null
  readonly using: NonNullable<IndexOptions<object>['using']>
}

export type IndexPartDescription =
  | { readonly column: ColumnDescription; readonly direction: 'asc' | 'desc'; readonly nulls: 'first' | 'last' | null }
  | { readonly expression: Sql }

/** What holds for several columns or rows of a table, from the fields and the options alike. */
export interface Constraints {
  readonly uniques: readonly UniqueDescription[]
  readonly foreignKeys: readonly ForeignKeyDescription[]
  readonly indexes: readonly IndexDescription[]
  readonly checks: readonly { readonly name: string; readonly expression: Sql }[]
}

/** Throws UsageError where an option names a field that there is not, or a reference does not fit what it refers to. */
export function describeConstraints(model: ModelDescription): Constraints {
  const { checks = {} } = model.options
  return {
    uniques: uniquesOf(model),
    foreignKeys: foreignKeysOf(model),
    indexes: indexesOf(model),
    checks: Object.entries(checks).map(([name, expression]) => ({ name, expression })),
  }
}

function uniquesOf(model: ModelDescription): UniqueDescription[] {
  const own = model.columns.filter((column) => column.unique)
  return [
    ...own.map((column) => ({ name: null, columns: [column], nullsNotDistinct: false })),
    ...(model.options.uniques ?? []).map((unique) => {
      const { fields, name = null, nullsNotDistinct = false } = 'fields' in unique ? unique : { fields: unique }
      return { name, columns: fields.map((field) => columnOf(model, field)), nullsNotDistinct }
    }),
  ]
}

function foreignKeysOf(model: ModelDescription): ForeignKeyDescription[] {
  const own = model.columns.flatMap((column) =>
    column.references ? [{ ...column.references, fields: [column.field], targets: column.references.field }] : [],
  )
  const all = [...own, ...(model.options.references ?? [])]
  return all.map((reference) => {
    const { fields, targets, onDelete, onUpdate } = reference
    const columns = fields.map((field) => columnOf(model, field))
    const other = targetOf(model, reference.model, fields)
    const wanted = typeof targets === 'string' ? [targets] : targets
    const found = wanted ? wanted.map((field) => columnOf(other, field)) : other.primaryKey
    checkFit(model, columns, other, found)
    return {
      name: 'name' in reference ? (reference.name ?? null) : null,
      columns,
      model: other,
      targets: found,
      ...(onDelete ? { onDelete } : {}),
      ...(onUpdate ? { onUpdate } : {}),
    }
  })
}

function targetOf(model: ModelDescription, thunk: CallableFunction, fields: readonly string[]): ModelDescription {
  const target: unknown = thunk()
  if (typeof target === 'function' && 'kind' in target && target.kind === 'model') {
    return describeModel(target as unknown as AnyModel)
  }
  throw new UsageError(
    `Cannot use ${model.name}.${fields.join(', ')}: what it references is no model. Write references(() => User).`,
  )
}

function checkFit(
  model: ModelDescription,
  columns: readonly ColumnDescription[],
  other: ModelDescription,
  targets: readonly ColumnDescription[],
): void {
  const place = `${model.name}.${columns.map((column) => column.field).join(', ')}`
  if (columns.length !== targets.length) {
    throw new UsageError(
      `Cannot use ${place}: it refers with ${columns.length} fields to the ${targets.length} of ${other.name}'s key. Name as many.`,
    )
  }
  columns.forEach((column, index) => {
    const target = targets[index]
    if (!target || target.type === column.type) return
    throw new UsageError(
      `Cannot use ${place}: it is ${column.type}, and ${other.name}.${target.field} is ${target.type}. Give both one kind.`,
    )
  })
}

function indexesOf(model: ModelDescription): IndexDescription[] {
  return (model.options.indexes ?? []).map((index) => {
    const options: IndexOptions<Readonly<Record<string, unknown>>> = 'fields' in index ? index : { fields: index }
    const { name = null, fields, unique = false, where = null, using = 'btree' } = options
    return { name, parts: fields.map((part) => partOf(model, part)), unique, where, using }
  })
}

type Part = IndexOptions<Readonly<Record<string, unknown>>>['fields'][number]

function partOf(model: ModelDescription, part: Part): IndexPartDescription {
  if (isSql(part)) return { expression: part }
  const {
    field,
    direction,
    nulls = null,
  } = typeof part === 'string' ? { field: part, direction: 'asc' as const } : part
  return { column: columnOf(model, field), direction, nulls }
}

function columnOf(model: ModelDescription, field: string): ColumnDescription {
  const found = model.byField.get(field)
  if (found) return found
  throw new UsageError(`Cannot use the options of ${model.name}: it has no field "${field}". Name one of its fields.`)
}
