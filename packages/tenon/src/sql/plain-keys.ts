import type { ColumnDescription, ModelDescription } from '../model/description.ts'
import { Ref, SqlExpression } from './expression.ts'
import type { OrderItem } from './order.ts'
import type { Output } from './outputs.ts'
import { isPlainObject } from './place.ts'
import type { Branch } from './related.ts'
import { isOutOfRange, toText } from './values.ts'

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
    for (const condition of conditions) {
      if (!isPlainObject(condition)) return this.#give()
      this.text += '\0where'
      for (const name in condition) this.#test(name, condition[name])
    }
    return this
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
    } else if (isPlainObject(test) && !column.values) {
      const words = Object.keys(test)
      const [word = ''] = words
      if (words.length === 1 && /^[lg]te?$/.test(word) && isScalar(test[word])) this.#compare(column, word, test[word])
      else this.#give()
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
