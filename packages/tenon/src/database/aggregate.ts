import type { AnyModel } from '../model/infer.ts'
import type { Aggregate } from '../sql/aggregates.ts'
import type { TypedExpression } from '../sql/expression.ts'
import type { AggregatedRow, Direction, FieldName, Only, OrderOptions } from '../sql/infer.ts'
import { toOrderItems } from '../sql/order.ts'
import { type Aggregation, aggregateStatement, aggregationReader, type Filter } from '../sql/statements.ts'
import { type ExplainOptions, explain } from './explain.ts'
import { type DatabaseQuery, queryOf } from './query.ts'
import type { Runs, Site } from './site.ts'

type AggregateKind = 'count' | 'countDistinct' | 'sum' | 'avg' | 'min' | 'max'
/** What `aggregate` takes: count(), sum('hours'), …, or an expression `.as(field)`. */
export type Aggregates<M> = Readonly<Record<string, Aggregate<AggregateKind, FieldName<M>> | TypedExpression<unknown>>>
export type AggregateQuery<M, A> = DatabaseQuery<AggregatedRow<M, A>>

export function aggregateOf<M, A extends object>(site: Site, filter: Filter, aggregates: A): AggregateQuery<M, A> {
  const aggregation = toAggregation(filter, [], aggregates)
  return queryOf(site, async (connection) => {
    const [row] = await rowsOf(connection, aggregation)
    return row as AggregatedRow<M, A>
  })
}

/** Groups of rows as a description; `aggregate` makes the query. */
export class GroupedSelect<M extends AnyModel, K extends FieldName<M>> {
  readonly #site: Site
  readonly #filter: Filter
  readonly #fields: readonly K[]

  constructor(site: Site, filter: Filter, fields: readonly K[]) {
    this.#site = site
    this.#filter = filter
    this.#fields = fields
  }

  aggregate<const A extends Aggregates<M>>(aggregates: A): Groups<Only<M, K> & AggregatedRow<M, A>> {
    return new Groups(this.#site, toAggregation(this.#filter, this.#fields, aggregates))
  }
}

/** One row for each group. */
export class Groups<R> implements DatabaseQuery<R[]> {
  readonly kind = 'query'
  readonly throws = []
  readonly #site: Site
  readonly #aggregation: Aggregation

  constructor(site: Site, aggregation: Aggregation) {
    this.#site = site
    this.#aggregation = aggregation
  }

  /** Sorts by fields of the group and by aggregates, by their names. */
  order(by: { readonly [K in keyof R]?: Direction | OrderOptions }): Groups<R> {
    return this.#with({ order: [...this.#aggregation.order, ...toOrderItems(by)] })
  }

  limit(count: number): Groups<R> {
    return this.#with({ limit: count })
  }

  run(): Promise<R[]> {
    return this.#site.run((connection) => rowsOf(connection, this.#aggregation)) as Promise<R[]>
  }

  explain(options?: ExplainOptions): Promise<string> {
    return explain(this.#site, (connection) => rowsOf(connection, this.#aggregation), options)
  }

  #with(change: Partial<Aggregation>): Groups<R> {
    return new Groups(this.#site, { ...this.#aggregation, ...change })
  }
}

function toAggregation(filter: Filter, group: readonly string[], aggregates: object): Aggregation {
  return { model: filter.model, where: filter.where, group, aggregates: new Map(Object.entries(aggregates)), order: [] }
}

async function rowsOf(connection: Runs, aggregation: Aggregation): Promise<object[]> {
  const { rows } = await connection.run(aggregateStatement(aggregation))
  const read = aggregationReader(aggregation)
  return rows.map((texts) => read(texts))
}
