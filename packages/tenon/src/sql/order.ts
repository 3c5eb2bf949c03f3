import { SqlExpression } from './expression.ts'
import type { OrderOptions } from './infer.ts'
import { columnOf, fieldOf, type Place, toExpression } from './place.ts'
import { rankOf } from './rank.ts'
import { type OrderTerm, raw } from './template.ts'

/** What each `order` was given, term by term; an expression says its direction in its own words. */
export type OrderItem = readonly [field: string, how: 'asc' | 'desc' | OrderOptions] | SqlExpression

export function toOrderItems(by: object): readonly OrderItem[] {
  if (by instanceof SqlExpression) return [by]
  return Object.entries(by) as [string, 'asc' | 'desc' | OrderOptions][]
}

export function toTerm(place: Place, item: OrderItem): OrderTerm {
  if (item instanceof SqlExpression) return { of: toExpression(place, item), direction: null, nulls: null }
  const [field, how] = item
  const options = typeof how === 'string' ? { direction: how } : how
  const name = columnOf(place, field)
  const known = fieldOf(place.model, field)
  return {
    of: known.values ? rankOf(name, known) : options.ignoreCase ? raw`lower(${name})` : name,
    direction: options.direction === 'desc' ? 'desc' : 'asc',
    nulls: options.nulls ?? null,
  }
}
