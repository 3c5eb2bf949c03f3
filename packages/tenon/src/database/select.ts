import type { ErrorClassOf, PageOf, PageRequest, Query } from '../core/query.ts'
import { describeModel, type ModelDescription } from '../model/description.ts'
import type { AnyModel, Fields, Order, OrderOptions, Related, Where, With } from '../model/infer.ts'
import { rowReader } from '../sql/rows.ts'
import { countStatement, type Selection, selectStatement } from '../sql/statements.ts'
import type { Connection } from './driver.ts'
import { TooManyRows } from './errors.ts'
import { loadRelations } from './load.ts'
import { queryOf } from './query.ts'

type Row = Record<string, unknown>

/** What a select is so far; each method of Select answers a new one. */
interface SelectState extends Selection {
  readonly relations: readonly string[]
}

/** A select as a description. Nothing runs before `run()`, or before a handler returns it. */
export class Select<M extends AnyModel, R> implements Query<R[]> {
  readonly kind = 'query'
  readonly throws = []
  readonly #connection: Pick<Connection, 'run'>
  readonly #state: SelectState

  constructor(connection: Pick<Connection, 'run'>, state: SelectState) {
    this.#connection = connection
    this.#state = state
  }

  static of<M extends AnyModel, R>(connection: Pick<Connection, 'run'>, model: M): Select<M, R> {
    return new Select(connection, { model: describeModel(model), where: [], order: [], relations: [] })
  }

  /** Keeps the rows that pass every test, also those of earlier calls. Throws UsageError for undefined. */
  where(...conditions: Where<M>[]): Select<M, R> {
    return this.#with({ where: [...this.#state.where, ...conditions] })
  }

  /** Sorts by these fields in their order, after those of earlier calls. */
  order(by: Order<M>): Select<M, R> {
    const terms = Object.entries(by) as [string, 'asc' | 'desc' | OrderOptions][]
    return this.#with({ order: [...(this.#state.order ?? []), ...terms] })
  }

  limit(count: number): Select<M, R> {
    return this.#with({ limit: count })
  }

  offset(count: number): Select<M, R> {
    return this.#with({ offset: count })
  }

  /** Loads relations too: one more statement for each, however many rows there are. */
  with<K extends keyof Related<Fields<M>>>(...relations: K[]): Select<M, R & With<M, K>> {
    return new Select(this.#connection, {
      ...this.#state,
      relations: [...this.#state.relations, ...(relations as string[])],
    })
  }

  /** One page and the count of all; rows that sort alike are ordered by their primary key, so that pages never overlap. */
  page(request: PageRequest): Query<PageOf<R>> {
    return queryOf(() => this.#page(request))
  }

  first(): Query<R | null> {
    return queryOf(async () => (await this.#rows({ ...this.#state, limit: 1 }))[0] ?? null)
  }

  /** The one row there is; ends in `missing` where there is none. Throws TooManyRows where there are more. */
  one<E>(missing: ErrorClassOf<E>): Query<R, E> {
    return queryOf(async () => {
      const [row, another] = await this.#rows({ ...this.#state, limit: 2 })
      if (another) throw new TooManyRows(this.#state.model.name)
      if (row === undefined) throw new missing()
      return row
    }, missing)
  }

  count(): Query<number> {
    return queryOf(() => this.#count())
  }

  run(): Promise<R[]> {
    return this.#rows(this.#state)
  }

  async #count(): Promise<number> {
    const { rows } = await this.#connection.run(countStatement(this.#state))
    return Number(rows[0]?.[0])
  }

  async #page({ page, limit }: PageRequest): Promise<PageOf<R>> {
    const offset = Math.min((page - 1) * limit, Number.MAX_SAFE_INTEGER)
    const order = [...(this.#state.order ?? []), ...primaryKeyOrder(this.#state.model)]
    const [total, items] = await Promise.all([this.#count(), this.#rows({ ...this.#state, order, limit, offset })])
    return { items, total, page, limit, pages: Math.ceil(total / limit) }
  }

  async #rows(state: SelectState): Promise<R[]> {
    const { rows } = await this.#connection.run(selectStatement(state))
    const read = rowReader(state.model)
    const instances: Row[] = rows.map((texts) => read(texts))
    await loadRelations(this.#connection, state.model, instances, state.relations)
    return instances as R[]
  }

  #with(change: Partial<SelectState>): Select<M, R> {
    return new Select(this.#connection, { ...this.#state, ...change })
  }
}

function primaryKeyOrder(model: ModelDescription): [string, 'asc'][] {
  return model.primaryKey.map((column) => [column.field, 'asc'])
}
