import { UsageError } from '../core/errors.ts'
import type { Column } from './column.ts'
import { Field } from './field.ts'
import type { AnyModel, KeyFields, LinkKeys, Many, One, Single } from './infer.ts'
import type { ModelOptions } from './options.ts'
import { assertDirect, type ModelParts } from './parts.ts'
import { isWritable } from './shapes.ts'

/** A column with the names of its field and of itself. */
export interface ColumnDescription extends Column {
  readonly field: string
  readonly name: string
  /** Clients may set it, in a create or in an update. */
  readonly writable: boolean
}

/** Two columns that are equal where rows belong together. */
export interface KeyPair {
  readonly own: ColumnDescription
  readonly other: ColumnDescription
}

export type RelationDescription =
  | {
      readonly kind: 'one' | 'many'
      readonly model: ModelDescription
      /** The columns of the model at hand, and those of the other. */
      readonly pairs: readonly KeyPair[]
    }
  | {
      readonly kind: 'link'
      readonly model: ModelDescription
      readonly link: ModelDescription
      /** The columns of the model at hand, and those of the link that refer to them. */
      readonly near: readonly KeyPair[]
      /** The columns of the other model, and those of the link that refer to them. */
      readonly far: readonly KeyPair[]
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
    if (!(entry instanceof Field)) continue
    const name = entry.column.name ?? snakeCase(field)
    columns.push({ ...entry.column, field, name, writable: isWritable(entry) })
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
  const relation = thunk() as One<AnyModel, KeyFields> | Single<AnyModel> | Many<AnyModel>
  const model = describeModel(relation.model)
  switch (relation.kind) {
    case 'one':
      return { kind: 'one', model, pairs: pairsOf(from, [relation.key].flat(), model, name) }
    case 'single': {
      const keys = [relation.key].flat()
      const pairs = pairsOf(model, keys, from, name).map(turned)
      assertUnique(model, keys, name)
      return { kind: 'one', model, pairs }
    }
    case 'many':
      if (relation.through) return toLink(from, model, describeModel(relation.through()), name, relation.keys)
      return { kind: 'many', model, pairs: pairsOf(model, [relation.key ?? ''].flat(), from, name).map(turned) }
  }
}

function turned({ own, other }: KeyPair): KeyPair {
  return { own: other, other: own }
}

/** The fields of `from` refer to those that its `references` name, or to the primary key in its order. */
function pairsOf(
  from: ModelDescription,
  fields: readonly string[],
  to: ModelDescription,
  relation: string,
): readonly KeyPair[] {
  const own = fields.map((field) => columnOf(from, field, relation))
  const reference = referencesOf(from, to).find(
    (one) => one.fields.length === fields.length && fields.every((field) => one.fields.includes(field)),
  )
  if (reference?.targets) {
    const targets = reference.targets
    return own.map((column) => {
      const target = targets[reference.fields.indexOf(column.field)] ?? ''
      return { own: column, other: columnOf(to, target, relation) }
    })
  }
  // Without targets the reference lists its fields in the order of the primary key.
  const ordered = reference ? reference.fields.map((field) => columnOf(from, field, relation)) : own
  const pairs = to.primaryKey.flatMap((other, index) => {
    const column = ordered[index]
    return column ? [{ own: column, other }] : []
  })
  if (pairs.length === ordered.length && pairs.length === to.primaryKey.length && pairs.length > 0) return pairs
  const key = to.primaryKey.map(({ field }) => field).join(', ')
  throw new UsageError(
    `Cannot use the relation "${relation}": ${fields.join(', ')} of ${from.name} cannot refer to ${to.name}, whose primary key is ${key || 'not declared'}. Name as many fields as it has.`,
  )
}

interface Referring {
  readonly fields: readonly string[]
  /** The primary key unless given. */
  readonly targets: readonly string[] | undefined
}

/** The foreign keys of `from` that refer to `to`. */
function referencesOf(from: ModelDescription, to: ModelDescription): readonly Referring[] {
  const own = from.columns.flatMap(({ field, references }): Referring[] => {
    if (references?.model() !== to.model) return []
    return [{ fields: [field], targets: references.field === undefined ? undefined : [references.field] }]
  })
  const listed = (from.options.references ?? []).filter((one) => one.model() === to.model)
  return [...own, ...listed.map(({ fields, targets }) => ({ fields, targets }))]
}

function assertUnique(model: ModelDescription, fields: readonly string[], relation: string): void {
  const isSame = (others: readonly string[]) =>
    others.length === fields.length && others.every((other) => fields.includes(other))
  const isKey = isSame(model.primaryKey.map(({ field }) => field))
  const isListed = (model.options.uniques ?? []).some((unique) => isSame('fields' in unique ? unique.fields : unique))
  const isMarked = fields.length === 1 && model.byField.get(fields[0] ?? '')?.unique
  if (isMarked || isKey || isListed) return
  throw new UsageError(
    `Cannot use the relation "${relation}": ${model.name}.${fields.join(', ')} is not unique, so there may be several rows. Add unique(), or use hasMany.`,
  )
}

function toLink(
  from: ModelDescription,
  to: ModelDescription,
  link: ModelDescription,
  relation: string,
  keys?: LinkKeys,
): RelationDescription {
  const near = keys ? [keys.near].flat() : referring(link, from)
  const far = keys ? [keys.far].flat() : referring(link, to, near)
  return {
    kind: 'link',
    model: to,
    link,
    near: pairsOf(link, near, from, relation).map(turned),
    far: pairsOf(link, far, to, relation).map(turned),
  }
}

function referring(link: ModelDescription, to: ModelDescription, except?: readonly string[]): readonly string[] {
  const found = referencesOf(link, to).find(({ fields }) => fields.join() !== except?.join())
  if (found) return found.fields
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

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}
