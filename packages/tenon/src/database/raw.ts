import { UsageError } from '../core/errors.ts'
import { type ColumnDescription, describeModel, type ModelDescription } from '../model/description.ts'
import { type AnyField, Field } from '../model/field.ts'
import type { AnyModel, Instance, Value } from '../model/infer.ts'
import type { SqlExpression } from '../sql/expression.ts'
import { readerOfType } from '../sql/oids.ts'
import { columnFor, nullError, type Row } from '../sql/outputs.ts'
import { Parameters } from '../sql/parameters.ts'
import { toExpression } from '../sql/place.ts'
import { type SqlStatement, toStatement } from '../sql/statements.ts'
import { type Reader, readerOf } from '../sql/values.ts'
import type { Outcome } from './driver.ts'
import { type ExplainOptions, explain } from './explain.ts'
import { type DatabaseQuery, queryOf } from './query.ts'
import type { Site } from './site.ts'

/** What the columns of SQL of one's own are, by their names. */
export type Shape = Readonly<Record<string, { readonly kind: 'field' }>>
export type ShapedRow<S> = { -readonly [K in keyof S]: Value<S[K]> }

/** SQL of one's own as a description; run as it stands, it answers how many rows it wrote. */
export class RawQuery implements DatabaseQuery<number> {
  readonly kind = 'query'
  readonly throws = []
  readonly #site: Site
  readonly #sql: SqlExpression

  constructor(site: Site, sql: SqlExpression) {
    this.#site = site
    this.#sql = sql
  }

  /** Rows read by the types of their columns; by fields, `{ id: bigint(), name: text() }`; or as instances of a model. */
  rows(): DatabaseQuery<Record<string, unknown>[]>
  rows<M extends AnyModel>(model: M): DatabaseQuery<Instance<M>[]>
  rows<S extends Shape>(shape: S): DatabaseQuery<ShapedRow<S>[]>
  rows(shape?: AnyModel | Shape): DatabaseQuery<unknown[]> {
    return queryOf(this.#site, async (connection) => {
      const outcome = await connection.run(this.#statement())
      if (shape === undefined) return typedRows(outcome)
      return isModel(shape) ? modelRows(outcome, shape) : shapedRows(outcome, shape)
    })
  }

  run(): Promise<number> {
    return this.#site.run(async (connection) => (await connection.run(this.#statement())).affected)
  }

  explain(options?: ExplainOptions): Promise<string> {
    return explain(this.#site, (connection) => connection.run(this.#statement()), options)
  }

  #statement(): SqlStatement {
    const parameters = new Parameters()
    const raw = toExpression(parameters, this.#sql)
    if (raw.kind === 'raw') return toStatement(parameters, { kind: 'statement', raw })
    throw new UsageError('Cannot run a column as a statement. Write sql`…`.')
  }
}

function isModel(shape: AnyModel | Shape): shape is AnyModel {
  return typeof shape === 'function'
}

/** `known` answers how a column of this name and type is read where it is not by its type alone. */
export function typedRows(
  { columns, types, rows }: Outcome,
  known: (name: string, type: number) => Reader | undefined = () => undefined,
): Row[] {
  const readers = columns.map((name, index) => {
    const type = types[index] ?? 0
    return { name, read: known(name, type) ?? readerOfType(type, name) }
  })
  return rows.map((texts) => {
    const row: Row = {}
    readers.forEach(({ name, read }, index) => {
      const text = texts[index] ?? null
      row[name] = text === null ? null : read(text)
    })
    return row
  })
}

function modelRows(outcome: Outcome, model: AnyModel): object[] {
  const description = describeModel(model)
  const { columns, instance: Instance } = description
  const named = columns.map((column) => ({ member: column.field, column, isNullable: true }))
  return readNamed(outcome, named, description).map((row) => new Instance(row))
}

function shapedRows(outcome: Outcome, shape: Shape): Row[] {
  const named = Object.entries(shape).map(([member, field]) => {
    if (!(field instanceof Field))
      throw new UsageError(`Cannot read "${member}": it is no field. Give one, such as text().`)
    const column = columnFor(member, field as AnyField)
    return { member, column, isNullable: column.nullable === true }
  })
  return readNamed(outcome, named)
}

interface Named {
  readonly member: string
  readonly column: ColumnDescription
  readonly isNullable: boolean
}

function readNamed({ columns, rows }: Outcome, named: readonly Named[], model?: ModelDescription): Row[] {
  const readers = named.map(({ member, column, isNullable }) => {
    const index = columns.indexOf(column.name)
    if (index < 0) throw missingError(column.name, columns)
    return { member, index, isNullable, read: readerOf(column, model) }
  })
  return rows.map((texts) => {
    const row: Row = {}
    for (const { member, index, isNullable, read } of readers) {
      const text = texts[index] ?? null
      if (text === null && !isNullable) throw nullError(member)
      row[member] = text === null ? null : read(text)
    }
    return row
  })
}

function missingError(name: string, columns: readonly string[]): UsageError {
  return new UsageError(
    `Cannot read "${name}": the statement answers ${columns.join(', ') || 'no columns'}. Select it, or name the column with "as".`,
  )
}
