import { UsageError } from '../core/errors.ts'
import type { AnyField } from '../model/field.ts'
import type { AnyModel, Fields, Row, Value } from '../model/infer.ts'

/** What may stand in `${…}`: values become parameters; names come from models only, through `sql.ref` and `sql.table`. */
export type SqlValue = SqlScalar | readonly SqlScalar[] | SqlPart
type SqlScalar = string | number | bigint | boolean | Date | Uint8Array | null
type SqlPart = SqlExpression | Ref<string> | Table | Excluded

/** Marks expressions, so that a condition or an order may be one without being a union of types. */
declare const expression: unique symbol
export interface Expressed {
  readonly [expression]?: true
}

/** A piece of SQL as data: its texts, and what stands between them. */
export class SqlExpression implements Expressed {
  declare readonly [expression]?: true
  readonly texts: readonly string[]
  readonly values: readonly SqlValue[]

  constructor(texts: readonly string[], values: readonly SqlValue[]) {
    this.texts = texts
    this.values = values
  }

  /** Says what the value is, by a field: `sql\`length(${sql.ref('title')})\`.as(integer())`. */
  as<F extends { readonly kind: 'field' }>(field: F): TypedExpression<Value<F>> {
    return new TypedExpression(this, field as unknown as AnyField)
  }
}

/** An expression whose value is read as a field's. */
export class TypedExpression<T> {
  declare readonly value: T
  readonly of: SqlExpression
  readonly field: AnyField

  constructor(of: SqlExpression, field: AnyField) {
    this.of = of
    this.field = field
  }
}

/** The column of a field of the model at hand, or of the model that is named. */
export class Ref<K extends string> {
  readonly field: K
  readonly model: AnyModel | null

  constructor(field: K, model: AnyModel | null = null) {
    this.field = field
    this.model = model
  }
}

export class Table {
  readonly model: AnyModel

  constructor(model: AnyModel) {
    this.model = model
  }
}

/** The value that an insert wanted to store where it met a row. */
export class Excluded {
  readonly field: string

  constructor(field: string) {
    this.field = field
  }
}

function ref<const K extends string>(field: K): Ref<K>
function ref<M extends AnyModel, K extends keyof Row<Fields<M>> & string>(model: M, field: K): Ref<K>
function ref(...given: [field: string] | [model: AnyModel, field: string]): Ref<string> {
  return given.length === 1 ? new Ref(given[0]) : new Ref(given[1], given[0])
}

function tag(texts: TemplateStringsArray, ...values: SqlValue[]): SqlExpression {
  if (!Array.isArray(texts) || !('raw' in texts)) {
    throw new UsageError(
      'Cannot take SQL from a text: it may hold what a client sent. Write sql`…`, with values where they belong in it.',
    )
  }
  return new SqlExpression(texts, values)
}

/**
 * SQL by a tagged template: `${…}` is a parameter, never text. `sql.ref('title')` is a column, `sql.table(Task)` a table,
 * `sql.join(list)` a list with commas, `sql.excluded('title')` the value that an insert on conflict brought.
 */
export const sql = Object.assign(tag, {
  ref,
  table: (model: AnyModel) => new Table(model),
  excluded: (field: string) => new Excluded(field),
  join: (values: readonly SqlValue[], separator = sqlComma) =>
    new SqlExpression(
      ['', ...values.slice(1).map(() => separator.texts.join('')), ''].slice(0, values.length + 1),
      values,
    ),
})

const sqlComma = new SqlExpression([', '], [])
