import { UsageError } from '../core/errors.ts'
import type { ColumnDescription } from '../model/description.ts'
import { toArrayText } from './array-text.ts'
import { toLike } from './like.ts'
import { columnOf, isPlainObject, type Place } from './place.ts'
import { type Condition, type Expression, raw } from './template.ts'

const comparisons: Readonly<Record<string, string>> = { lt: '<', lte: '<=', gt: '>', gte: '>=' }
const words = new Set([
  ...Object.keys(comparisons),
  'not',
  'in',
  'contains',
  'startsWith',
  'endsWith',
  'equals',
  'ignoreCase',
])

/** What is asked of the inside of a JSON document; an object of tests' names is tests, any other object leads deeper. */
export function toDocumentTests(place: Place, column: ColumnDescription, tests: object): Condition {
  assertDocument(place, column)
  return { kind: 'and', conditions: inside(place, columnOf(place, column.field), [], tests) }
}

/** `@>`: a GIN index on the column serves it. */
export function toIncludes(place: Place, column: ColumnDescription, document: unknown): Condition {
  assertDocument(place, column)
  return raw`${columnOf(place, column.field)} @> ${json(place, document)}`
}

function inside(place: Place, document: Expression, path: readonly string[], tests: object): Condition[] {
  return Object.entries(tests).flatMap(([name, test]) => at(place, document, [...path, name], test))
}

function at(place: Place, document: Expression, path: readonly string[], test: unknown): Condition[] {
  if (isPlainObject(test) && !isTests(test)) return inside(place, document, path, test)
  const where: Expression = { kind: 'parameter', value: place.parameters.add(toArrayText(path)) }
  const value = raw`${document} #> ${where}`
  const text = raw`(${document} #>> ${where})`
  if (!isPlainObject(test)) return [toEqual(place, value, text, test)]
  return Object.entries(test)
    .filter(([word]) => word !== 'ignoreCase')
    .map(([word, operand]) => toInsideTest(place, { value, text, word, operand, ignoreCase: test.ignoreCase === true }))
}

interface InsideTest {
  readonly value: Expression
  readonly text: Expression
  readonly word: string
  readonly operand: unknown
  readonly ignoreCase: boolean
}

function toInsideTest(place: Place, { value, text, word, operand, ignoreCase }: InsideTest): Condition {
  if (word === 'equals' && !ignoreCase) return toEqual(place, value, text, operand)
  if (word === 'not') return { kind: 'not', condition: toEqual(place, value, text, operand) }
  if (word === 'in' && Array.isArray(operand)) {
    return { kind: 'or', conditions: operand.map((one) => toEqual(place, value, text, one)) }
  }
  if (typeof operand === 'string' && comparisons[word] === undefined)
    return toLike(place, text, word, operand, ignoreCase)
  // Values of different types have an order in PostgreSQL too; a number is compared with numbers only.
  const type: Expression = { kind: 'parameter', value: place.parameters.add(typeof operand) }
  const compared = { texts: [' ', ` ${comparisons[word]} `, ''], parts: [value, json(place, operand)] }
  return { kind: 'and', conditions: [raw`jsonb_typeof(${value}) = ${type}`, { kind: 'raw', ...compared }] }
}

function toEqual(place: Place, value: Expression, text: Expression, operand: unknown): Condition {
  if (operand === null) return { kind: 'isNull', of: text, not: false }
  return raw`${value} = ${json(place, operand)}`
}

function json(place: Place, value: unknown): Expression {
  const text = JSON.stringify(value)
  if (text === undefined)
    throw new UsageError('Cannot filter by a document: the value is undefined. Leave the member out, or give null.')
  return raw`${{ kind: 'parameter', value: place.parameters.add(text) }}::jsonb`
}

function isTests(test: object): boolean {
  const names = Object.keys(test)
  return names.length > 0 && names.every((name) => words.has(name))
}

function assertDocument(place: Place, column: ColumnDescription): void {
  if (column.type === 'jsonb') return
  throw new UsageError(
    `Cannot look inside ${place.model.name}.${column.field}: it is no JSON document but ${column.type}. Use it on a json field.`,
  )
}
