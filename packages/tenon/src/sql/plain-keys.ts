import type { ColumnDescription, ModelDescription } from '../model/description.ts'
import { Ref, SqlExpression } from './expression.ts'
import { patternOf } from './like.ts'
import type { OrderItem } from './order.ts'
import type { Output } from './outputs.ts'
import { isPlainObject } from './place.ts'
import type { Branch } from './related.ts'
import { isOutOfRange, toText } from './values.ts'
import { Junction } from './where.ts'

const likeWords: ReadonlySet<string> = new Set(['contains', 'startsWith', 'endsWith', 'equals'])

/**
 * The key of a statement that says only plain things: fields that equal values, or are less or greater; an order of
 * fields. Made in a tenth of the time that its template takes. Null wherever a part is not plain.
 */
export class PlainKey {
  text: string
  /** The values, in the order in which the template numbers its parameters. */
  readonly texts: (string | null)[] = []
  isPlain = true
  readonly #model: ModelDescription

  constructor(model: ModelDescription, kind: string) {
    this.#model = model
    this.text = kind
  }

  where(conditions: readonly object[]): this {
    for (const condition of conditions) this.#condition(condition)
    return this
  }

  #condition(condition: object): void {
    if (condition instanceof Junction) {
      this.text += `\0${condition.kind}(`
      for (const inner of condition.conditions) this.#condition(inner)
      this.text += ')'
    } else if (isPlainObject(condition)) {
      this.text += '\0where'
      for (const name in condition) this.#test(name, condition[name])
    } else {
      this.#give()
    }
  }

  order(items: readonly OrderItem[]): this {
    for (const item of items) {
      if (item instanceof SqlExpression || (item[1] !== 'asc' && item[1] !== 'desc')) return this.#give()
      this.text += `\0by ${item[0]}\0${item[1]}`
    }
    return this
  }

  count(word: 'limit' | 'offset', count: number | undefined): this {
    if (count === undefined) return this
    if (!Number.isSafeInteger(count) || count < 0) return this.#give()
    this.text += `\0${word}`
    this.texts.push(String(count))
    return this
  }

  outputs(members: readonly Output[] | null, relations: readonly Branch[]): this {
    for (const { name, of } of members ?? []) {
      if (typeof of !== 'string') return this.#give()
      this.text += `\0${name}\0${of}`
    }
    for (const branch of relations) this.#related(branch)
    return this
  }

  values(columns: readonly ColumnDescription[], values: readonly unknown[]): this {
    columns.forEach((column, index) => {
      const value = values[index]
      if (value instanceof SqlExpression || value instanceof Ref) this.#give()
      if (!this.isPlain) return
      this.text += `\0${column.field}`
      this.texts.push(toText(this.#model, column, value))
    })
    return this
  }

  #related({ name, where, order, limit, below }: Branch): void {
    if (where.length > 0 || order.length > 0 || limit !== null) this.#give()
    this.text += `\0with ${name}\0(`
    for (const branch of below) this.#related(branch)
    this.text += ')'
  }

  #test(name: string, test: unknown): void {
    const column = this.#model.byField.get(name)
    if (!column) {
      this.#give()
    } else if (isScalar(test)) {
      this.#compare(column, '=', test)
    } else if (isPlainObject(test)) {
      this.#operation(column, test)
    } else {
      this.#give()
    }
  }

  #operation(column: ColumnDescription, test: Readonly<Record<string, unknown>>): void {
    const words = Object.keys(test)
    const [word = ''] = words
    const value = test[word]
    const inAnyCase = words.length === 2 && words[1] === 'ignoreCase' && test.ignoreCase === true
    const isLike = inAnyCase ? likeWords.has(word) : words.length === 1 && word !== 'equals' && likeWords.has(word)
    if (isLike && column.type === 'text' && typeof value === 'string') {
      this.text += `\0${column.field}\0${word}${inAnyCase ? ' in any case' : ''}`
      this.texts.push(patternOf(word, value))
    } else if (
      words.length === 1 &&
      isScalar(value) &&
      (word === 'equals' || (/^[lg]te?$/.test(word) && !column.values))
    ) {
      this.#compare(column, word === 'equals' ? '=' : word, value)
    } else {
      this.#give()
    }
  }

  #compare(column: ColumnDescription, word: string, value: unknown): void {
    if (isOutOfRange(column, value)) {
      this.#give()
      return
    }
    this.text += `\0${column.field}\0${word}`
    this.texts.push(toText(this.#model, column, value))
  }

  #give(): this {
    this.isPlain = false
    return this
  }
}

function isScalar(value: unknown): boolean {
  const type = typeof value
  return type === 'string' || type === 'number' || type === 'bigint' || type === 'boolean' || value instanceof Date
}
