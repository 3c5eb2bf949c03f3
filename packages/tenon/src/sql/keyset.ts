import { createHash } from 'node:crypto'
import { UsageError } from '../core/errors.ts'
import { isStorableText } from '../core/text.ts'
import type { ModelDescription } from '../model/description.ts'
import { SqlExpression } from './expression.ts'
import { type OrderItem, toTerm } from './order.ts'
import { fieldOf, type Place } from './place.ts'
import { type Condition, type Expression, never, type OrderTerm } from './template.ts'
import { all } from './where.ts'

/** The texts, as PostgreSQL printed them, of what a row was sorted by. */
export type Position = readonly (string | null)[]

/** The order with the primary key at its end, so that no two rows stand at one position. */
export function keysetOrder(model: ModelDescription, order: readonly OrderItem[]): readonly OrderItem[] {
  if (order.some((item) => item instanceof SqlExpression)) {
    throw new UsageError(
      `Cannot page ${model.name} by a cursor in an order of SQL: its direction is not known. Order by fields, or use page({ page, limit }).`,
    )
  }
  const named = new Set(order.map((item) => (item instanceof SqlExpression ? '' : item[0])))
  const keys = model.primaryKey.filter((column) => !named.has(column.field))
  if (keys.length + order.length > 0 && model.primaryKey.length > 0) {
    return [...order, ...keys.map((column) => [column.field, 'asc'] as const)]
  }
  throw new UsageError(
    `Cannot page ${model.name} by a cursor: it has no primary key to tell its rows apart. Give it one.`,
  )
}

interface Key extends OrderTerm {
  readonly value: string | null
  readonly nullable: boolean
}

/** What is true of the rows behind a position. */
export function afterPosition(place: Place, order: readonly OrderItem[], position: Position): Condition {
  const keys = order.map((item, index): Key => {
    const field = item instanceof SqlExpression ? '' : item[0]
    const nullable = fieldOf(place.model, field).nullable === true
    return { ...toTerm(place, item), value: position[index] ?? null, nullable }
  })
  const [first] = keys
  if (first && keys.every((key) => !key.nullable && key.direction === first.direction)) return asRow(place, keys, first)
  const steps = keys.map((key, index) =>
    all([...keys.slice(0, index).map((before) => same(place, before)), behind(place, key)]),
  )
  return { kind: 'or', conditions: steps.filter((step) => step !== never) }
}

/** `(a, b) > ($1, $2)`: an index of these columns leads straight to it. */
function asRow(place: Place, keys: readonly Key[], { direction }: Key): Condition {
  const left = list(keys.map(({ of }) => of))
  const right = list(keys.map((key) => parameter(place, key.value)))
  return { kind: 'compare', left, operator: direction === 'desc' ? '<' : '>', right }
}

function list(expressions: readonly Expression[]): Expression {
  const [only] = expressions
  if (only && expressions.length === 1) return only
  const texts = ['(', ...expressions.slice(1).map(() => ', '), ')']
  return { kind: 'raw', texts, parts: expressions }
}

function same(place: Place, { of, value }: Key): Condition {
  if (value === null) return { kind: 'isNull', of, not: false }
  return { kind: 'compare', left: of, operator: '=', right: parameter(place, value) }
}

/** PostgreSQL sorts null as if it were greater than every value, unless the order says where it stands. */
function behind(place: Place, { of, value, nullable, direction, nulls }: Key): Condition {
  const nullsLast = (nulls ?? (direction === 'desc' ? 'first' : 'last')) === 'last'
  if (value === null) return nullsLast ? never : { kind: 'isNull', of, not: true }
  const right = parameter(place, value)
  const further: Condition = { kind: 'compare', left: of, operator: direction === 'desc' ? '<' : '>', right }
  if (!nullable || !nullsLast) return further
  return { kind: 'or', conditions: [further, { kind: 'isNull', of, not: false }] }
}

function parameter(place: Place, value: string | null): Expression {
  return { kind: 'parameter', value: place.parameters.add(value) }
}

/** Text of a position for a client, bound to the model and the order; it says nothing else and need not be secret. */
export function toCursor(model: ModelDescription, order: readonly OrderItem[], position: Position): string {
  return Buffer.from(JSON.stringify([signature(model, order), ...position])).toString('base64url')
}

/** The position that a cursor holds; null for a text that is none, or one of another order. */
export function fromCursor(model: ModelDescription, order: readonly OrderItem[], cursor: string): Position | null {
  try {
    const [signed, ...position] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as unknown[]
    const fits = signed === signature(model, order) && position.length === order.length
    return fits && position.every(isPositionText) ? position : null
  } catch {
    return null
  }
}

function isPositionText(value: unknown): value is string | null {
  return value === null || (typeof value === 'string' && isStorableText(value))
}

function signature(model: ModelDescription, order: readonly OrderItem[]): string {
  return createHash('sha256')
    .update(JSON.stringify([model.table, order]))
    .digest('base64url')
    .slice(0, 8)
}

/** What a page selects beside its rows, to know where it ended. */
export function positionColumns(place: Place, order: readonly OrderItem[]): Expression[] {
  return order.map((item) => toTerm(place, item).of)
}
