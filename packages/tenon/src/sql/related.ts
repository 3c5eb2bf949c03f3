import { UsageError } from '../core/errors.ts'
import type { ModelDescription } from '../model/description.ts'
import { type OrderItem, toOrderItems, toTerm } from './order.ts'
import type { Parameters } from './parameters.ts'
import type { Place } from './place.ts'
import { joinRelation } from './relations.ts'
import { rowReader } from './rows.ts'
import { column, type Expression, type Related, raw } from './template.ts'
import { all, toCondition } from './where.ts'

/** A relation to load, some of its rows, and the relations below it. */
export interface Branch {
  readonly name: string
  readonly where: readonly object[]
  readonly order: readonly OrderItem[]
  readonly limit: number | null
  readonly below: readonly Branch[]
}

/** Reads what `with` was given: names, or one tree; the type of a tree is told in `infer.ts`. */
export function toBranches(model: ModelDescription, given: readonly unknown[]): readonly Branch[] {
  return given.flatMap((one) => {
    if (typeof one === 'string') return [branchOf(model, one, true)]
    return Object.entries(one as object).map(([name, branch]) => branchOf(model, name, branch))
  })
}

interface GivenBranch {
  readonly with?: object
  readonly where?: object
  readonly order?: object
  readonly limit?: number
}

function branchOf(model: ModelDescription, name: string, given: unknown): Branch {
  const relation = model.relation(name)
  const options: GivenBranch = Array.isArray(given) ? { with: given } : given === true ? {} : (given as GivenBranch)
  const isNarrowed = options.where !== undefined || options.order !== undefined || options.limit !== undefined
  if (isNarrowed && !isMany(relation.kind)) {
    throw new UsageError(
      `Cannot narrow the relation ${model.name}.${name}: it is one row, and without it the type would lie. Take where, order and limit away.`,
    )
  }
  const below = options.with ?? []
  return {
    name,
    where: options.where ? [options.where] : [],
    order: options.order ? toOrderItems(options.order) : [],
    limit: options.limit ?? null,
    below: toBranches(relation.model, Array.isArray(below) ? below : [below]),
  }
}

export function isMany(kind: string): boolean {
  return kind === 'many' || kind === 'link'
}

/** The rows of a relation of the row at hand, with all that is below it, as one column of JSON. */
export function toRelated(outer: Place, branch: Branch): Related {
  const relation = outer.model.relation(branch.name)
  const { parameters } = outer
  const alias = parameters.alias()
  const { from, on } = joinRelation(relation, alias, outer.alias, () => parameters.alias())
  const place: Place = { model: relation.model, alias, parameters }
  const keys = relation.model.primaryKey.map((key): OrderItem => [key.field, 'asc'])
  return {
    kind: 'related',
    many: isMany(relation.kind),
    from,
    where: all([on, ...branch.where.map((where) => toCondition(place, where))]),
    order: [...branch.order, ...keys].map((item) => toTerm(place, item)),
    limit: branch.limit === null ? null : limitOf(parameters, branch.limit),
    columns: relation.model.columns.map((known) => textOf(column(alias, known.name), known.type)),
    below: branch.below.map((one) => toRelated(place, one)),
  }
}

/** Throws UsageError for what is no number of rows. */
export function limitOf(parameters: Parameters, limit: number): number {
  if (!Number.isSafeInteger(limit) || limit < 0) {
    throw new UsageError(
      `Cannot take or leave out ${limit} rows: that is no number of rows. Give a whole number from 0 on.`,
    )
  }
  return parameters.add(String(limit))
}

/** A column as PostgreSQL prints it; only a boolean is cast to other words than those it is sent as. */
function textOf(name: Expression, type: string): Expression {
  if (type === 'text') return name
  return type === 'boolean' ? raw`left(${name}::text, 1)` : raw`${name}::text`
}

export type RelatedRow = readonly [
  texts: readonly (string | null)[],
  ...below: (RelatedRow | readonly RelatedRow[] | null)[],
]

/** Reads the JSON column of a relation into instances of its model. */
export function readRelated(model: ModelDescription, branch: Branch, json: string | null): unknown {
  return toInstances(model, branch, json === null ? null : (JSON.parse(json) as RelatedRow | RelatedRow[]))
}

function toInstances(
  outer: ModelDescription,
  branch: Branch,
  value: RelatedRow | readonly RelatedRow[] | null,
): unknown {
  const { kind, model } = outer.relation(branch.name)
  if (value === null) return isMany(kind) ? [] : null
  const read = rowReader(model)
  const toInstance = ([texts, ...below]: RelatedRow) => {
    const row = read(texts)
    branch.below.forEach((one, index) => {
      row[one.name] = toInstances(model, one, below[index] ?? null)
    })
    return row
  }
  return isMany(kind) ? (value as readonly RelatedRow[]).map(toInstance) : toInstance(value as RelatedRow)
}
