import type { z } from 'zod'
import { UsageError } from '../core/errors.ts'
import type { Column, ColumnType } from './column.ts'
import { compareDecimals } from './decimal.ts'
import { Field } from './field.ts'
import type { Comparison, ComparisonOperator } from './options.ts'

type AnyComparison = Comparison<Readonly<Record<string, unknown>>>

export function isComparison(check: object): check is AnyComparison {
  return Array.isArray(check)
}

const words: Readonly<Record<ComparisonOperator, string>> = {
  '<': 'less than',
  '<=': 'at most',
  '>': 'greater than',
  '>=': 'at least',
}

/** Adds to a shape the comparisons between two of its members; where either is missing or null there is nothing to compare. */
export function withComparisons(shape: z.ZodObject, fields: object, checks: object): z.ZodObject {
  let result = shape
  for (const check of Object.values(checks)) {
    if (!isComparison(check)) continue
    const [left, operator, right] = check
    const compare = comparerOf(fields, left, right)
    if (!(left in shape.shape) || !(right in shape.shape)) continue
    result = result.check((context) => {
      const input = context.value
      const [one, other] = [input[left], input[right]]
      if (one === undefined || one === null || other === undefined || other === null) return
      if (holds(operator, compare(one, other))) return
      const message = `must be ${words[operator]} ${right}`
      context.issues.push({ code: 'custom', message, input: one, path: [left], continue: true })
    })
  }
  return result === shape ? shape : narrowable(result, shape, fields, checks)
}

/** Zod refuses to pick from a shape with checks; a comparison, which says nothing where a member is missing, may stay. */
function narrowable(checked: z.ZodObject, bare: z.ZodObject, fields: object, checks: object): z.ZodObject {
  for (const method of ['pick', 'omit'] as const) {
    const narrow = (mask: object) => withComparisons(bare[method](mask), fields, checks)
    Object.defineProperty(checked, method, { value: narrow, configurable: true })
  }
  return checked
}

function holds(operator: ComparisonOperator, difference: number): boolean {
  if (difference === 0) return operator.endsWith('=')
  return operator.startsWith('<') === difference < 0
}

type Comparer = (left: unknown, right: unknown) => number

/** Throws UsageError where JavaScript and the database would not agree on the order. */
function comparerOf(fields: object, left: string, right: string): Comparer {
  const [one, other] = [columnOf(fields, left), columnOf(fields, right)]
  const comparer = one.type === other.type && one.exact === other.exact ? comparers[one.type] : undefined
  if (comparer) return comparer
  throw new UsageError(
    `Cannot compare ${left} with ${right}: ${one.type} and ${other.type} have no order that code and database agree on. Write the check as { sql }.`,
  )
}

function columnOf(fields: object, name: string): Column {
  const field: unknown = Reflect.get(fields, name)
  if (field instanceof Field) return field.column
  throw new UsageError(`Cannot compare ${name}: the model has no such field. Name one of its fields.`)
}

const byValue: Comparer = (left, right) => {
  const [one, other] = [left, right] as [number, number]
  return one < other ? -1 : one > other ? 1 : 0
}

const comparers: Readonly<Partial<Record<ColumnType, Comparer>>> = {
  integer: byValue,
  bigint: byValue,
  'double precision': byValue,
  timestamptz: byValue,
  date: byValue,
  // `09:30:00` comes before `09:30:00.5`, as text and as time.
  time: byValue,
  numeric: (left, right) => compareDecimals(String(left), String(right)),
}
