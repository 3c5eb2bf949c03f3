import { UsageError } from '../core/errors.ts'
import type { ModelDescription } from '../model/description.ts'
import { type Aggregate, aggregateReader, toAggregate } from './aggregates.ts'
import { toArrayText } from './array-text.ts'
import { type Compiled, compileTemplate } from './compile.ts'
import { SqlExpression, TypedExpression } from './expression.ts'
import { afterPosition, type Position } from './keyset.ts'
import { type OrderItem, toTerm } from './order.ts'
import {
  columnFor,
  modelColumns,
  type Outputs,
  outputColumns,
  outputsOf,
  plainReader,
  type Row,
  type Texts,
} from './outputs.ts'
import { Parameters } from './parameters.ts'
import { columnOf, fieldOf, type Place, toExpression } from './place.ts'
import { PlainKey } from './plain-keys.ts'
import { type Branch, limitOf, toRelated } from './related.ts'
import { always, type Condition, column, type Expression, type Lock, raw, type Template } from './template.ts'
import { readerOf } from './values.ts'
import { all, toCondition } from './where.ts'

/** A statement ready for a driver; see Statement in database/driver.ts. */
export interface SqlStatement {
  readonly text: string
  readonly name: string
  readonly values: readonly (string | null)[]
}

export interface Filter {
  readonly model: ModelDescription
  /** What each `where` was given; all of them must hold. */
  readonly where: readonly object[]
}

export interface Selection extends Filter, Partial<Outputs> {
  readonly order?: readonly OrderItem[]
  readonly limit?: number
  readonly offset?: number
  readonly distinct?: boolean
  readonly lock?: Lock
  /** Only what comes behind this position in the order. */
  readonly after?: Position
  /** Also selects, at the end, what the rows are sorted by. */
  readonly positions?: boolean
}

export const mainAlias = 't'

export function placeOf(model: ModelDescription): Place {
  return { model, alias: mainAlias, parameters: new Parameters() }
}

export function selectStatement(selection: Selection): SqlStatement {
  return keptStatement(selection.model, selectKey(selection), (place) => selectTemplate(place, selection))
}

function selectKey(selection: Selection): PlainKey | null {
  const {
    model,
    where,
    members = null,
    relations = [],
    order = [],
    limit,
    offset,
    distinct,
    lock,
    after,
    positions,
  } = selection
  if (distinct || lock || after || positions) return null
  const key = new PlainKey(model, 'select').where(where).order(order).outputs(members, relations)
  return key.count('limit', limit).count('offset', offset)
}

function selectTemplate(place: Place, selection: Selection): Template {
  const { order = [], limit, offset, distinct, lock, after, positions } = selection
  const behind = after ? [afterPosition(place, order, after)] : []
  const where = all([conditionOf(place, selection), ...behind])
  const terms = order.map((item) => toTerm(place, item))
  const columns = outputColumns(place, outputsOf(selection))
  return {
    kind: 'select',
    ...(distinct ? { distinct } : {}),
    columns: positions ? [...columns, ...terms.map(({ of }) => of)] : columns,
    from: fromOf(selection.model),
    where,
    order: terms,
    limit: limit === undefined ? null : limitOf(place.parameters, limit),
    offset: offset === undefined ? null : limitOf(place.parameters, offset),
    ...(lock ? { lock } : {}),
  }
}

export function countStatement(filter: Filter): SqlStatement {
  return keptStatement(filter.model, new PlainKey(filter.model, 'count').where(filter.where), (place) => ({
    kind: 'select',
    columns: [raw`count(*)`],
    where: conditionOf(place, filter),
    from: fromOf(filter.model),
    order: [],
    limit: null,
    offset: null,
  }))
}

export function existsStatement(filter: Filter): SqlStatement {
  const place = placeOf(filter.model)
  return toStatement(place.parameters, { kind: 'any', from: fromOf(filter.model), where: conditionOf(place, filter) })
}

export interface Aggregation extends Filter {
  readonly group: readonly string[]
  readonly aggregates: ReadonlyMap<string, Aggregate<never, string> | TypedExpression<unknown>>
  readonly order: readonly OrderItem[]
  readonly limit?: number
}

/** One row for each group: the fields of the group first, then the aggregates. */
export function aggregateStatement(aggregation: Aggregation): SqlStatement {
  const { model, group, aggregates, order, limit } = aggregation
  const place = placeOf(model)
  const columns = group.map((field): Expression => columnOf(place, field))
  const values = new Map([...aggregates].map(([name, of]) => [name, aggregateOf(place, of)]))
  const where = conditionOf(place, aggregation)
  return toStatement(place.parameters, {
    kind: 'select',
    columns: [...columns, ...values.values()],
    from: fromOf(model),
    where,
    group: columns,
    order: order.map((item) => aggregateTerm(place, item, values)),
    limit: limit === undefined ? null : limitOf(place.parameters, limit),
    offset: null,
  })
}

function aggregateOf(place: Place, of: Aggregate<never, string> | TypedExpression<unknown>): Expression {
  return of instanceof TypedExpression ? toExpression(place, of.of) : toAggregate(place, of)
}

function aggregateTerm(place: Place, item: OrderItem, values: ReadonlyMap<string, Expression>) {
  const [name, how] = item instanceof SqlExpression ? ['', 'asc' as const] : item
  const of = values.get(name)
  if (!of) return toTerm(place, item)
  const { direction, nulls = null } = typeof how === 'string' ? { direction: how } : how
  return { of, direction, nulls }
}

export function aggregationReader({ model, group, aggregates }: Aggregation): (texts: Texts) => Row {
  const readers = [
    ...group.map((field) => ({ name: field, read: readerOf(fieldOf(model, field), model), isNullable: true })),
    ...[...aggregates].map(([name, of]) => {
      if (!(of instanceof TypedExpression)) return { name, read: aggregateReader({ model }, of), isNullable: true }
      return { name, read: readerOf(columnFor(name, of.field)), isNullable: of.field.column.nullable === true }
    }),
  ]
  return plainReader(readers)
}

export function deleteStatement(filter: Filter, returns: boolean): SqlStatement {
  const { model } = filter
  const place = placeOf(model)
  const where = conditionOf(place, filter)
  const returning = returns ? modelColumns(model, mainAlias) : []
  return toStatement(place.parameters, { kind: 'delete', table: tableOf(model), where, returning })
}

/** The relations of rows that were just written: first the key of each, then one column of JSON for each relation. */
export function relationsStatement(
  model: ModelDescription,
  keys: readonly Texts[],
  relations: readonly Branch[],
): SqlStatement {
  if (model.primaryKey.length === 0) {
    throw new UsageError(`Cannot load relations of ${model.name}: it has no primary key. Give it one.`)
  }
  const place = placeOf(model)
  const names = model.primaryKey.map((key) => column(mainAlias, key.name))
  return toStatement(place.parameters, {
    kind: 'select',
    columns: [...names, ...relations.map((branch) => toRelated(place, branch))],
    from: fromOf(model),
    where: oneOfKeys(place, names, keys),
    order: [],
    limit: null,
    offset: null,
  })
}

function oneOfKeys({ parameters }: Place, names: readonly Expression[], keys: readonly Texts[]): Condition {
  const [only] = names
  if (only && names.length === 1) {
    return { kind: 'oneOf', of: only, values: parameters.add(toArrayText(keys.map(([key]) => key ?? null))) }
  }
  const rows = keys.map((key): Condition => {
    const parts = names.map((left, index): Condition => {
      const right: Expression = { kind: 'parameter', value: parameters.add(key[index] ?? null) }
      return { kind: 'compare', left, operator: '=', right }
    })
    return { kind: 'and', conditions: parts }
  })
  return { kind: 'or', conditions: rows }
}

export function toStatement(parameters: Parameters, template: Template): SqlStatement {
  return withValues(compileTemplate(template), parameters.texts)
}

function withValues({ text, name, order }: Compiled, texts: readonly (string | null)[]): SqlStatement {
  return { text, name, values: order.map((parameter) => texts[parameter] ?? null) }
}

const kept = new WeakMap<ModelDescription, Map<string, Compiled>>()
const keptAtMost = 500

/** The statement of a plain key without its template, which is made once; of any other with it. */
export function keptStatement(
  model: ModelDescription,
  key: PlainKey | null,
  toTemplate: (place: Place) => Template,
): SqlStatement {
  const isPlain = key?.isPlain === true
  const found = isPlain ? kept.get(model)?.get(key.text) : undefined
  if (found && isPlain) return withValues(found, key.texts)
  const place = placeOf(model)
  const compiled = compileTemplate(toTemplate(place))
  const { texts } = place.parameters
  // A key that does not have what its template has must never stand for it.
  const isSame = isPlain && texts.length === key.texts.length && texts.every((text, index) => text === key.texts[index])
  if (isSame) keep(model, key.text, compiled)
  return withValues(compiled, texts)
}

function keep(model: ModelDescription, key: string, compiled: Compiled): void {
  const statements = kept.get(model) ?? new Map<string, Compiled>()
  if (statements.size >= keptAtMost) statements.clear()
  statements.set(key, compiled)
  kept.set(model, statements)
}

export function conditionOf(place: Place, { where }: Filter): Condition {
  if (where.length === 0) return always
  return all(where.map((given) => toCondition(place, given)))
}

export function tableOf(model: ModelDescription) {
  return { table: model.table, alias: mainAlias }
}

function fromOf(model: ModelDescription) {
  return [tableOf(model)]
}
