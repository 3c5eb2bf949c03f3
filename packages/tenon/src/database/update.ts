import { UsageError } from '../core/errors.ts'
import type { ErrorClassOf, JsonText } from '../core/query.ts'
import { describeModel } from '../model/description.ts'
import type { AnyModel } from '../model/infer.ts'
import type { Asked, RelationName, Tree, Where, With } from '../sql/infer.ts'
import { type Branch, toBranches } from '../sql/related.ts'
import { type SqlStatement, selectStatement } from '../sql/statements.ts'
import { isEmpty } from '../sql/where.ts'
import { updateStatement } from '../sql/writes.ts'
import { TooManyRows } from './errors.ts'
import { type ExplainOptions, explain } from './explain.ts'
import { type JsonWork, jsonOf } from './json.ts'
import { loadWritten, noteOfRelations, writtenJson } from './load.ts'
import { type DatabaseQuery, queryOf, type Works } from './query.ts'
import { type Refusals, refused } from './refusals.ts'
import type { Runs, Site } from './site.ts'

interface UpdateState<M> {
  readonly model: M
  readonly values: object
  readonly where: readonly object[]
  readonly everyRow: boolean
  readonly relations: readonly Branch[]
  readonly refusals: Refusals<unknown, unknown, unknown, unknown>
}

/** An update as a description; it answers the rows as they stand afterwards. Without values it changes and touches nothing. */
export class Update<M extends AnyModel, R, E = never> implements DatabaseQuery<R[], E> {
  readonly kind = 'query'
  readonly #site: Site
  readonly #state: UpdateState<M>

  constructor(site: Site, state: UpdateState<M>) {
    this.#site = site
    this.#state = state
  }

  get throws(): readonly ErrorClassOf<E>[] {
    return Object.values(this.#state.refusals) as ErrorClassOf<E>[]
  }

  /** Changes the rows that pass every test, also those of earlier calls. Throws UsageError for undefined. */
  where(...conditions: Where<M>[]): Update<M, R, E> {
    return this.#with({ where: [...this.#state.where, ...conditions] })
  }

  /** Changes every row; without it and without a condition an update is refused. */
  all(): Update<M, R, E> {
    return this.#with({ everyRow: true })
  }

  /** Loads relations of the changed rows by one more statement. */
  with<const K extends RelationName<M> | Tree<M>>(...relations: Asked<M, K>[]): Update<M, R & With<M, K>, E> {
    const branches = toBranches(describeModel(this.#state.model), relations)
    return this.#with({ relations: [...this.#state.relations, ...branches] })
  }

  /** Ends in these errors where a constraint of that sort refuses the change. */
  onViolation<U = never, V = never, C = never, X = never>(
    refusals: Refusals<U, V, C, X>,
  ): Update<M, R, E | U | V | C | X> {
    return this.#with({ refusals: { ...this.#state.refusals, ...refusals } })
  }

  /** The row, where the condition finds it; null where it finds none. Throws TooManyRows, and changes nothing, where it finds more. */
  first(): DatabaseQuery<R | null, E> {
    const run = (connection: Runs) => this.#first(connection)
    return this.#single<R | null, E>({ run, json: this.#json('row') }, ...this.throws)
  }

  /** As `first`, but ends in `missing` where there is no such row. */
  one<F>(missing: ErrorClassOf<F>): DatabaseQuery<R, E | F> {
    const run = async (connection: Runs) => {
      const row = await this.#first(connection)
      if (row === null) throw new missing()
      return row
    }
    return this.#single<R, E | F>({ run, json: this.#json('row', missing) }, missing, ...this.throws)
  }

  run(): Promise<R[]> {
    return this.#site.run((connection) => this.#update(connection))
  }

  toJson(schema: object, place: string): Promise<JsonText> | null {
    return jsonOf(this.#json('rows'), schema, place, (work) => this.#site.run(work))
  }

  explain(options?: ExplainOptions): Promise<string> {
    const note = noteOfRelations(describeModel(this.#state.model), this.#state.relations)
    return explain(this.#site, (connection) => this.#update(connection), options, note)
  }

  /** A condition that names the whole primary key finds one row at the most; any other is tried in a transaction. */
  #single<T, F>(works: Works<T>, ...throws: ErrorClassOf<F>[]): DatabaseQuery<T, F> {
    const { primaryKey } = describeModel(this.#state.model)
    const isKeyed =
      primaryKey.length > 0 &&
      primaryKey.every((column) =>
        this.#state.where.some((condition) => isPlainValue(Reflect.get(condition, column.field))),
      )
    return queryOf<T, F>(this.#site, { ...works, isAtOnce: !isKeyed }, ...throws)
  }

  async #first(connection: Runs): Promise<R | null> {
    const [row, another] = await this.#update(connection)
    if (another) throw new TooManyRows(describeModel(this.#state.model).name)
    return row ?? null
  }

  async #update(connection: Runs): Promise<R[]> {
    const { relations, refusals } = this.#state
    const { rows } = await connection.run(this.#statement()).catch(refused(refusals))
    return (await loadWritten(connection, describeModel(this.#state.model), rows, relations)) as R[]
  }

  #json(answers: 'rows' | 'row', missing?: new () => unknown): JsonWork {
    const { relations, refusals } = this.#state
    const model = describeModel(this.#state.model)
    return writtenJson(answers, model, relations, refusals, () => this.#statement(), missing)
  }

  #statement(): SqlStatement {
    const { values, where, everyRow } = this.#state
    const model = describeModel(this.#state.model)
    if (!everyRow) assertNarrowed('update', model.name, where)
    const changes = Object.keys(values).length > 0
    return changes ? updateStatement({ model, where }, values) : selectStatement({ model, where })
  }

  #with<S, F>(change: Partial<UpdateState<M>>): Update<M, S, F> {
    return new Update(this.#site, { ...this.#state, ...change })
  }
}

function isPlainValue(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint'
}

/** A condition that was forgotten, or built from nothing, must not reach every row. */
export function assertNarrowed(verb: 'update' | 'delete', model: string, where: readonly object[]): void {
  if (!where.every(isEmpty)) return
  throw new UsageError(
    `Cannot ${verb} every ${model}: no condition was given. Add where(…), or say all() if every row is meant.`,
  )
}
