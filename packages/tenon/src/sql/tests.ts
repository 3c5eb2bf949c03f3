import { UsageError } from '../core/errors.ts'
import type { ColumnDescription } from '../model/description.ts'
import { toArrayText } from './array-text.ts'
import { toDocumentTests, toIncludes } from './documents.ts'
import { Ref, SqlExpression } from './expression.ts'
import { toLike } from './like.ts'
import { columnOf, isPlainObject, type Place, toExpression } from './place.ts'
import { always, type Condition, type Expression, never, type Operator, raw } from './template.ts'
import { isOutOfRange, toText } from './values.ts'

const operators: ReadonlyMap<string, Operator> = new Map([
  ['equals', '='],
  ['not', 'is distinct from'],
  ['lt', '<'],
  ['lte', '<='],
  ['gt', '>'],
  ['gte', '>='],
])

/** What a field is asked: a value, or an object of tests that all must hold. */
export function toTests(place: Place, column: ColumnDescription, test: unknown): Condition[] {
  if (!isPlainObject(test)) return [toComparison(place, column, 'equals', test)]
  if (Object.keys(test).every((word) => word === 'ignoreCase')) {
    throw new UsageError(
      `Cannot filter by ${place.model.name}.${column.field}: no test is given. Leave the field out to ask for any.`,
    )
  }
  return Object.entries(test).map(([word, operand]) => toOperation(place, column, { word, operand, all: test }))
}

/** One test of a field, and those beside it. */
interface Asked {
  readonly word: string
  readonly operand: unknown
  readonly all: Readonly<Record<string, unknown>>
}

function toOperation(place: Place, column: ColumnDescription, { word, operand, all }: Asked): Condition {
  if (operand === undefined && word !== 'ignoreCase') throw undefinedError(place, column, word)
  switch (word) {
    case 'ignoreCase':
      return always
    case 'in':
    case 'notIn':
      if (Array.isArray(operand)) return toOneOf(place, column, operand, word === 'notIn')
      break
    case 'between':
      if (Array.isArray(operand) && operand.length === 2) return toBetween(place, column, operand)
      break
    case 'contains':
    case 'startsWith':
    case 'endsWith':
      if (typeof operand === 'string' && column.type === 'text')
        return toLike(place, columnOf(place, column.field), word, operand, all.ignoreCase === true)
      break
    case 'has':
      return toArrayTest(place, column, '@>', [operand])
    case 'hasAll':
    case 'hasAny':
      if (Array.isArray(operand)) return toArrayTest(place, column, word === 'hasAll' ? '@>' : '&&', operand)
      break
    case 'at':
      if (isPlainObject(operand)) return toDocumentTests(place, column, operand)
      break
    case 'includes':
      return toIncludes(place, column, operand)
    case 'equals':
      if (all.ignoreCase === true && typeof operand === 'string')
        return toLike(place, columnOf(place, column.field), 'equals', operand, true)
  }
  if (operators.has(word)) return toComparison(place, column, word, operand)
  throw new UsageError(
    `Cannot filter by ${place.model.name}.${column.field}: "${word}" is no test for ${column.type}, or its value does not fit. ` +
      'Use equals, not, in, notIn, lt, lte, gt, gte, between, contains, startsWith, endsWith, has, hasAll, hasAny, at or includes.',
  )
}

function toComparison(place: Place, column: ColumnDescription, word: string, value: unknown): Condition {
  const operator = operators.get(word) ?? '='
  const of = columnOf(place, column.field)
  if (value === null) return { kind: 'isNull', of, not: operator !== '=' }
  if (value instanceof Ref || value instanceof SqlExpression) {
    const given = toExpression(place, value)
    const right = given.kind === 'raw' ? raw`(${given})` : given
    return { kind: 'compare', left: of, operator, right }
  }
  if (column.values && /[<>]/.test(operator)) return toRanked(place, column, operator, value)
  if (column.type === 'uuid' && isOutOfRange(column, value)) return operator === 'is distinct from' ? always : never
  if (typeof value === 'number' && isOutOfRange(column, value)) return beyondOrBetween(place, column, operator, value)
  if (isOutOfRange(column, value)) return beyond(operator, Number(value))
  const right: Expression = { kind: 'parameter', value: place.parameters.value(place.model, column, value) }
  return { kind: 'compare', left: of, operator, right }
}

/** A column of whole numbers is asked for a fraction, or for what no number of its range is. */
function beyondOrBetween(place: Place, column: ColumnDescription, operator: Operator, value: number): Condition {
  if (Number.isNaN(value)) {
    throw new UsageError(`Cannot filter by ${place.model.name}.${column.field}: its value is NaN. Give a number.`)
  }
  const isEquality = operator === '=' || operator === 'is distinct from'
  const whole = operator === '<' || operator === '>=' ? Math.ceil(value) : Math.floor(value)
  if (isEquality || isOutOfRange(column, whole)) return beyond(operator, value)
  const right: Expression = { kind: 'parameter', value: place.parameters.value(place.model, column, whole) }
  return { kind: 'compare', left: columnOf(place, column.field), operator, right }
}

/** What a comparison with a number beyond the column's range comes to; the number itself never reaches the server. */
function beyond(operator: Operator, value: number): Condition {
  if (operator === 'is distinct from') return always
  if (operator === '=') return never
  return operator.startsWith('<') === value > 0 ? always : never
}

/** A oneOf compares by the order of its values, as it sorts, not by their letters. */
function toRanked(place: Place, column: ColumnDescription, operator: Operator, value: unknown): Condition {
  const values = column.values ?? []
  const rank = values.indexOf(String(toText(place.model, column, value)))
  const isIn = (index: number) =>
    (operator.startsWith('<') ? index < rank : index > rank) || (operator.endsWith('=') && index === rank)
  return toOneOf(place, column, rank < 0 ? [] : values.filter((_, index) => isIn(index)), false)
}

function toBetween(place: Place, column: ColumnDescription, [from, to]: readonly unknown[]): Condition {
  if (from === undefined || to === undefined) throw undefinedError(place, column, 'between')
  const conditions = [toComparison(place, column, 'gte', from), toComparison(place, column, 'lte', to)]
  if (conditions.some((condition) => condition === never)) return never
  return { kind: 'and', conditions: conditions.filter((condition) => condition !== always) }
}

/** Null among the values asks for null; the opposite finds the rows without a value, unless null is among them. */
function toOneOf(place: Place, column: ColumnDescription, values: readonly unknown[], isNot: boolean): Condition {
  const given = values.filter((value) => value !== null)
  const texts = given.filter((value) => !isOutOfRange(column, value)).map((value) => toText(place.model, column, value))
  const of = columnOf(place, column.field)
  const list = place.parameters.add(toArrayText(texts))
  const isIn: Condition = isNot ? { kind: 'oneOf', of, values: list, not: true } : { kind: 'oneOf', of, values: list }
  const wantsNull = given.length < values.length !== isNot && (!isNot || column.nullable === true)
  return wantsNull ? { kind: 'or', conditions: [isIn, { kind: 'isNull', of, not: false }] } : isIn
}

/** The elements go as an array of the column's own type. */
function toArrayTest(
  place: Place,
  column: ColumnDescription,
  operator: '@>' | '&&',
  elements: readonly unknown[],
): Condition {
  if (column.type === 'jsonb' && operator === '@>') return toIncludes(place, column, elements)
  const right: Expression = { kind: 'parameter', value: place.parameters.value(place.model, column, elements) }
  return { kind: 'compare', left: columnOf(place, column.field), operator, right }
}

function undefinedError(place: Place, column: ColumnDescription, word: string): UsageError {
  return new UsageError(
    `Cannot filter by ${place.model.name}.${column.field}: its "${word}" is undefined. Leave the member out, or give null.`,
  )
}
