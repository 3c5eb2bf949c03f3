import { UsageError } from '../core/errors.ts'
import type { Column } from './column.ts'
import { Field } from './field.ts'
import type { AnyModel, LinkKeys, Many, One, Single } from './infer.ts'
import type { ModelOptions } from './options.ts'
import { assertDirect, type ModelParts } from './parts.ts'

/** A column with the names of its field and of itself. */
export interface ColumnDescription extends Column {
  readonly field: string
  readonly name: string
}

export type RelationDescription =
  | {
      readonly kind: 'one'
      readonly model: ModelDescription
      readonly key: ColumnDescription
      readonly target: ColumnDescription
    }
  | {
      readonly kind: 'many'
      readonly model: ModelDescription
      readonly key: ColumnDescription
      readonly target: ColumnDescription
    }
  | {
      readonly kind: 'link'
      readonly model: ModelDescription
      readonly link: ModelDescription
      /** The link's column that refers to the model at hand, and the column it refers to. */
      readonly near: ColumnDescription
      readonly nearTarget: ColumnDescription
      /** The link's column that refers to the other model, and the column it refers to. */
      readonly far: ColumnDescription
      readonly farTarget: ColumnDescription
    }

/** A model as plain data: what SQL and migrations read. */
export interface ModelDescription {
  readonly name: string
  /** The table's name, with its schema in front where the model names one. */
  readonly table: string
  readonly schema: string | null
  /** The table's name alone. */
  readonly bareTable: string
  readonly options: ModelOptions<Readonly<Record<string, unknown>>>
  readonly model: AnyModel
  readonly columns: readonly ColumnDescription[]
  readonly byField: ReadonlyMap<string, ColumnDescription>
  readonly primaryKey: readonly ColumnDescription[]
  /** Makes an instance of the class from its values. */
  readonly instance: new (
    row: object,
  ) => object
  /** Throws UsageError for a name that is no relation, or one whose keys do not fit. */
  relation(name: string): RelationDescription
}

const known = new WeakMap<AnyModel, ModelDescription>()

export function describeModel(model: AnyModel): ModelDescription {
  const found = known.get(model)
  if (found) return found
  const made = toDescription(model)
  known.set(model, made)
  return made
}

function toDescription(model: AnyModel): ModelDescription {
  assertDirect(model)
  const { name, table, fields, options } = model as AnyModel & ModelParts
  const { schema = null } = options as ModelDescription['options']
  const columns: ColumnDescription[] = []
  for (const [field, entry] of Object.entries(fields)) {
    if (entry instanceof Field) columns.push({ ...entry.column, field, name: entry.column.name ?? snakeCase(field) })
  }
  const relations = new Map<string, RelationDescription>()
  const description: ModelDescription = {
    name,
    table: schema === null ? table : `${schema}.${table}`,
    schema,
    bareTable: table,
    options,
    model,
    columns,
    byField: new Map(columns.map((column) => [column.field, column])),
    primaryKey: columns.filter((column) => column.primaryKey),
    instance: model as AnyModel & (new (row: object) => object),
    relation(relation) {
      const found = relations.get(relation) ?? toRelation(description, fields, relation)
      relations.set(relation, found)
      return found
    },
  }
  return description
}

function toRelation(from: ModelDescription, fields: object, name: string): RelationDescription {
  const thunk: unknown = Object.hasOwn(fields, name) ? Reflect.get(fields, name) : undefined
  if (typeof thunk !== 'function') {
    throw new UsageError(
      `Cannot find the relation "${name}" of ${from.name}: it has no such relation. Name one that the model declares.`,
    )
  }
  const relation = thunk() as One<AnyModel, string> | Single<AnyModel> | Many<AnyModel>
  const model = describeModel(relation.model)
  switch (relation.kind) {
    case 'one':
      return toOne(columnOf(from, relation.key, name), model)
    case 'single':
      return { kind: 'one', model, key: keyOf(from), target: uniqueColumnOf(model, relation.key, name) }
    case 'many':
      if (relation.through) return toLink(from, model, describeModel(relation.through()), name, relation.keys)
      return { kind: 'many', model, key: columnOf(model, relation.key ?? '', name), target: keyOf(from) }
  }
}

/** The key refers to the field that its `references` names, or to the primary key. */
function toOne(key: ColumnDescription, model: ModelDescription): RelationDescription {
  const field = key.references?.field
  return { kind: 'one', model, key, target: field === undefined ? keyOf(model) : columnOf(model, field, key.field) }
}

function uniqueColumnOf(model: ModelDescription, field: string, relation: string): ColumnDescription {
  const column = columnOf(model, field, relation)
  const isKey = column.primaryKey && model.primaryKey.length === 1
  const isListed = (model.options.uniques ?? []).some((unique) => {
    const fields = 'fields' in unique ? unique.fields : unique
    return fields.length === 1 && fields[0] === field
  })
  if (column.unique || isKey || isListed) return column
  throw new UsageError(
    `Cannot use the relation "${relation}": ${model.name}.${field} is not unique, so there may be several rows. Add unique(), or use hasMany.`,
  )
}

function toLink(
  from: ModelDescription,
  to: ModelDescription,
  link: ModelDescription,
  relation: string,
  keys?: LinkKeys,
): RelationDescription {
  const near = keys ? columnOf(link, keys.near, relation) : referring(link, from)
  const far = keys ? columnOf(link, keys.far, relation) : referring(link, to, near)
  return { kind: 'link', model: to, link, near, nearTarget: keyOf(from), far, farTarget: keyOf(to) }
}

function referring(link: ModelDescription, to: ModelDescription, except?: ColumnDescription): ColumnDescription {
  const found = link.columns.find((column) => column !== except && column.references?.model() === to.model)
  if (found) return found
  throw new UsageError(
    `Cannot link with ${to.name} through ${link.name}: no field of ${link.name} references it. Add references(() => ${to.name}).`,
  )
}

function columnOf(model: ModelDescription, field: string, relation: string): ColumnDescription {
  const found = model.byField.get(field)
  if (found) return found
  throw new UsageError(
    `Cannot use the relation "${relation}": ${model.name} has no field "${field}". Name the field that holds the key.`,
  )
}

function keyOf(model: ModelDescription): ColumnDescription {
  const [key, ...more] = model.primaryKey
  if (key && more.length === 0) return key
  throw new UsageError(`Cannot relate to ${model.name}: it needs a primary key of one field.`)
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}
