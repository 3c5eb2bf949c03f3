import { UsageError } from '../core/errors.ts'
import type { ColumnDescription } from '../model/description.ts'
import { columnOf, fieldOf, type Place } from './place.ts'
import { ranked, rankOf } from './rank.ts'
import { type Expression, raw } from './template.ts'
import { type Reader, readerOf } from './values.ts'
import { toCondition } from './where.ts'

type AggregateKind = 'count' | 'countDistinct' | 'sum' | 'avg' | 'min' | 'max'

/** One value of many rows; `only` counts those rows that pass a condition. */
export class Aggregate<Kind extends AggregateKind, Field extends string> {
  readonly kind: Kind
  readonly field: Field | null
  readonly condition: object | null

  constructor(kind: Kind, field: Field | null, condition: object | null = null) {
    this.kind = kind
    this.field = field
    this.condition = condition
  }

  /** Takes only the rows that pass: `count().only({ completed: true })`. */
  only(condition: object): Aggregate<Kind, Field> {
    return new Aggregate(this.kind, this.field, condition)
  }
}

/** The number of rows, or of those that have a value in this field. */
export function count<const F extends string = never>(field?: F): Aggregate<'count', F> {
  return new Aggregate('count', field ?? null)
}

export function countDistinct<const F extends string>(field: F): Aggregate<'countDistinct', F> {
  return new Aggregate('countDistinct', field)
}

/** Null where there are no rows. */
export function sum<const F extends string>(field: F): Aggregate<'sum', F> {
  return new Aggregate('sum', field)
}

/** Null where there are no rows. */
export function avg<const F extends string>(field: F): Aggregate<'avg', F> {
  return new Aggregate('avg', field)
}

/** Null where there are no rows. A `oneOf` counts in the order of its values. */
export function min<const F extends string>(field: F): Aggregate<'min', F> {
  return new Aggregate('min', field)
}

/** Null where there are no rows. A `oneOf` counts in the order of its values. */
export function max<const F extends string>(field: F): Aggregate<'max', F> {
  return new Aggregate('max', field)
}

export function toAggregate(place: Place, aggregate: Aggregate<AggregateKind, string>): Expression {
  const value = callOf(place, aggregate)
  if (aggregate.condition === null) return value
  return raw`${value} filter (where ${toCondition(place, aggregate.condition)})`
}

function callOf(place: Place, { kind, field }: Aggregate<AggregateKind, string>): Expression {
  if (field === null) return raw`count(*)`
  const of = columnOf(place, field)
  const column = fieldOf(place.model, field)
  switch (kind) {
    case 'count':
      return raw`count(${of})`
    case 'countDistinct':
      return raw`count(distinct ${of})`
    case 'sum':
    case 'avg':
      if (!isNumber(column)) throw notNumbers(place, kind, field)
      return kind === 'sum' ? raw`sum(${of})` : raw`avg(${of})`
    case 'min':
      return column.values ? ranked(raw`min(${rankOf(of, column)})`, column) : raw`min(${of})`
    case 'max':
      return column.values ? ranked(raw`max(${rankOf(of, column)})`, column) : raw`max(${of})`
  }
}

/** Sums and averages are read as the field is: numbers as numbers, exact decimals as they stand. */
export function aggregateReader(
  place: Pick<Place, 'model'>,
  { kind, field }: Aggregate<AggregateKind, string>,
): Reader {
  if (field === null || kind === 'count' || kind === 'countDistinct') return Number
  const column = fieldOf(place.model, field)
  if (kind === 'avg' && isInteger(column)) return Number
  return readerOf(column)
}

function isNumber(column: ColumnDescription): boolean {
  return isInteger(column) || ['numeric', 'double precision'].includes(column.type)
}

function isInteger(column: ColumnDescription): boolean {
  return column.type === 'integer' || column.type === 'bigint'
}

function notNumbers(place: Place, kind: string, field: string): UsageError {
  return new UsageError(
    `Cannot take the ${kind} of ${place.model.name}.${field}: it holds no numbers. Use min, max or count.`,
  )
}
