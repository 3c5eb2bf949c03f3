import { UsageError } from '../core/errors.ts'
import type { ErrorClassOf, JsonText, PageOf, PageRequest, Query, RowStream } from '../core/query.ts'
import { describeModel } from '../model/description.ts'
import type { AnyModel, Instance } from '../model/infer.ts'
import type {
  Asked,
  FieldName,
  Only,
  Order,
  RelationName,
  Selected,
  SelectedRow,
  Tree,
  Where,
  With,
} from '../sql/infer.ts'
import type { JsonRows } from '../sql/json-rows.ts'
import { toOrderItems } from '../sql/order.ts'
import { outputReader, outputsOf, toOutputs } from '../sql/outputs.ts'
import { type Branch, toBranches } from '../sql/related.ts'
import {
  countStatement,
  existsStatement,
  type Selection,
  type SqlStatement,
  selectStatement,
} from '../sql/statements.ts'
import type { Lock } from '../sql/template.ts'
import { type AggregateQuery, type Aggregates, aggregateOf, GroupedSelect } from './aggregate.ts'
import { TooManyRows } from './errors.ts'
import { type ExplainOptions, explain } from './explain.ts'
import { type JsonAnswer, type JsonWork, jsonOf } from './json.ts'
import { type CursorPage, type CursorRequest, cursorPage, type InvalidCursor, numberedPage } from './page.ts'
import { type DatabaseQuery, queryOf } from './query.ts'
import type { Runs, Site } from './site.ts'
import { SelectStream } from './stream.ts'

export interface LockOptions {
  /** Leaves out the rows that another transaction has locked. */
  readonly skipLocked?: boolean
  /** Fails at once where another transaction has locked a row. */
  readonly noWait?: boolean
}

export interface StreamOptions {
  /** How many rows are fetched at a time; 500 unless given. */
  readonly batch?: number
  /** Stops the server when it is aborted; the loop then ends in StatementCancelled. */
  readonly signal?: AbortSignal
}

/** What a select is so far; each method of Select answers a new one. */
interface SelectState extends Selection {
  readonly relations: readonly Branch[]
}

/** A select as a description. Nothing runs before `run()`, or before a handler returns it. */
export class Select<M extends AnyModel, R> implements DatabaseQuery<R[]> {
  readonly kind = 'query'
  readonly throws = []
  readonly #site: Site
  readonly #state: SelectState

  constructor(site: Site, state: SelectState) {
    this.#site = site
    this.#state = state
  }

  static of<M extends AnyModel>(site: Site, model: M): Select<M, Instance<M>> {
    return new Select(site, { model: describeModel(model), where: [], order: [], relations: [] })
  }

  /** Keeps the rows that pass every test, also those of earlier calls. Throws UsageError for undefined. */
  where(...conditions: Where<M>[]): Select<M, R> {
    return this.#with({ where: [...this.#state.where, ...conditions] })
  }

  /** Sorts by these fields in their order, or by an expression, after those of earlier calls. */
  order(by: Order<M>): Select<M, R> {
    return this.#with({ order: [...(this.#state.order ?? []), ...toOrderItems(by)] })
  }

  limit(count: number): Select<M, R> {
    return this.#with({ limit: count })
  }

  offset(count: number): Select<M, R> {
    return this.#with({ offset: count })
  }

  /** Loads relations in the same statement: by name, or as a tree of relations below relations. */
  with<const K extends RelationName<M> | Tree<M>>(...relations: Asked<M, K>[]): Select<M, R & With<M, K>> {
    const branches = toBranches(this.#state.model, relations)
    return this.#with({ relations: [...this.#state.relations, ...branches] })
  }

  /** Rows of these fields alone; plain objects, without the getters and methods of the class. */
  only<K extends FieldName<M>>(...fields: K[]): Select<M, Only<M, K>> {
    return this.#with({ members: fields.map((field) => ({ name: field, of: field })) })
  }

  /** Rows of these members: `{ id: true, owner: 'user_id', length: sql\`…\`.as(integer()) }`. */
  select<const S extends Selected<M>>(members: S): Select<M, SelectedRow<M, S>> {
    return this.#with({ members: toOutputs(this.#state.model, members) })
  }

  /** Rows that are alike come once. */
  distinct(): Select<M, R> {
    return this.#with({ distinct: true })
  }

  /** Locks the rows until the transaction ends. Throws UsageError outside of one: the lock would be gone at once. */
  forUpdate(options: LockOptions = {}): Select<M, R> {
    return this.#locked('update', options)
  }

  /** As forUpdate, but others may lock the rows so too. */
  forShare(options: LockOptions = {}): Select<M, R> {
    return this.#locked('share', options)
  }

  /**
   * One page and the count of all, or the page behind a cursor; rows that sort alike are ordered by their primary key,
   * so that pages never overlap. A cursor that is none ends in InvalidCursor.
   */
  page(request: PageRequest): DatabaseQuery<PageOf<R>>
  page(request: CursorRequest): DatabaseQuery<CursorPage<R>, InvalidCursor>
  page(request: PageRequest | CursorRequest): Query<unknown, InvalidCursor> {
    return 'page' in request
      ? numberedPage(this.#site, this.#state, request)
      : cursorPage(this.#site, this.#state, request)
  }

  first(): DatabaseQuery<R | null> {
    return queryOf(this.#site, {
      run: async (connection) => (await this.#rows(connection, 1))[0] ?? null,
      json: this.#json('row', async (connection, answer) => answer.one(await this.#written(connection, answer, 1))),
    })
  }

  /** The one row there is; ends in `missing` where there is none. Throws TooManyRows where there are more. */
  one<E>(missing: ErrorClassOf<E>): DatabaseQuery<R, E> {
    const run = async (connection: Runs) => {
      const [row, another] = await this.#rows(connection, 2)
      if (another) throw new TooManyRows(this.#state.model.name)
      if (row === undefined) throw new missing()
      return row
    }
    const json = this.#json('row', async (connection, answer) => {
      const rows = await this.#written(connection, answer, 2)
      if (rows.count > 1) throw new TooManyRows(this.#state.model.name)
      if (rows.count === 0) throw new missing()
      return answer.finish(rows)
    })
    return queryOf(this.#site, { run, json }, missing)
  }

  /** How many rows there are, whatever the limit. */
  count(): DatabaseQuery<number> {
    return queryOf(this.#site, async (connection) => {
      if (this.#state.distinct) throw distinctError(this.#state.model.name)
      const { rows } = await connection.run(countStatement(this.#state))
      return Number(rows[0]?.[0])
    })
  }

  exists(): DatabaseQuery<boolean> {
    return queryOf(this.#site, async (connection) => {
      const { rows } = await connection.run(existsStatement(this.#state))
      return rows[0]?.[0] === 't'
    })
  }

  /** One row of values for all the rows: `{ total: count(), latest: max('due_date') }`. */
  aggregate<const A extends Aggregates<M>>(aggregates: A): AggregateQuery<M, A> {
    return aggregateOf(this.#site, this.#state, aggregates)
  }

  /** One row for each set of values of these fields; `aggregate` says what it holds beside them. */
  groupBy<K extends FieldName<M>>(...fields: K[]): GroupedSelect<M, K> {
    return new GroupedSelect(this.#site, this.#state, fields)
  }

  /** The rows one by one, fetched in batches while they are consumed: memory holds one batch. */
  stream(options: StreamOptions = {}): RowStream<R> {
    return new SelectStream(this.#site, this.#state, options)
  }

  run(): Promise<R[]> {
    return this.#site.run((connection) => this.#rows(connection))
  }

  toJson(schema: object, place: string): Promise<JsonText> | null {
    const json = this.#json('rows', async (connection, answer) =>
      answer.finish(await this.#written(connection, answer)),
    )
    return jsonOf(json, schema, place, (work) => this.#site.run(work))
  }

  explain(options?: ExplainOptions): Promise<string> {
    return explain(this.#site, (connection) => this.#rows(connection), options)
  }

  async #rows(connection: Runs, limit?: number): Promise<R[]> {
    const { rows } = await connection.run(this.#statement(limit))
    return rows.map(outputReader(this.#state.model, outputsOf(this.#state))) as R[]
  }

  #written(connection: Runs, answer: JsonAnswer, limit?: number): Promise<JsonRows> {
    return answer.read(connection, this.#statement(limit), limit === undefined ? undefined : 1)
  }

  #statement(limit?: number): SqlStatement {
    return selectStatement(limit === undefined ? this.#state : { ...this.#state, limit })
  }

  #json(answers: 'rows' | 'row', work: JsonWork['work']): JsonWork {
    return { source: { answers, model: this.#state.model, ...outputsOf(this.#state) }, work }
  }

  #locked(strength: Lock['strength'], { skipLocked, noWait }: LockOptions): Select<M, R> {
    if (!this.#site.context.isTransaction) {
      const { name } = this.#state.model
      throw new UsageError(
        `Cannot lock rows of ${name} outside a transaction: the lock would end with the statement. Ask inside transaction(work).`,
      )
    }
    return this.#with({ lock: { strength, wait: skipLocked ? 'skip locked' : noWait ? 'nowait' : null } })
  }

  #with<S>(change: Partial<SelectState>): Select<M, S> {
    return new Select(this.#site, { ...this.#state, ...change })
  }
}

function distinctError(model: string): UsageError {
  return new UsageError(
    `Cannot count distinct rows of ${model} by count(). Say aggregate({ total: countDistinct('field') }).`,
  )
}
