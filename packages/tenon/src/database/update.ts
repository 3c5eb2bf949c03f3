import type { ErrorClassOf, Query } from '../core/query.ts'
import { describeModel } from '../model/description.ts'
import type { AnyModel, Fields, Related, Where, With } from '../model/infer.ts'
import { rowReader } from '../sql/rows.ts'
import { selectStatement, updateStatement } from '../sql/statements.ts'
import type { Connection } from './driver.ts'
import { TooManyRows } from './errors.ts'
import { loadRelations } from './load.ts'
import { queryOf } from './query.ts'
import { type Refusals, refused } from './refusals.ts'

interface UpdateState<M> {
  readonly model: M
  readonly values: object
  readonly where: readonly object[]
  readonly relations: readonly string[]
  readonly refusals: Refusals<unknown, unknown>
}

/** Runs work in a transaction: of its own, or as a part of the one at hand. */
export type InTransaction = <T>(work: (connection: Pick<Connection, 'run'>) => Promise<T>) => Promise<T>

/** An update as a description; it answers the rows as they stand afterwards. Without values it changes and touches nothing. */
export class Update<M extends AnyModel, R, E = never> implements Query<R[], E> {
  readonly kind = 'query'
  readonly #connection: Pick<Connection, 'run'>
  readonly #inTransaction: InTransaction
  readonly #state: UpdateState<M>

  constructor(connection: Pick<Connection, 'run'>, inTransaction: InTransaction, state: UpdateState<M>) {
    this.#connection = connection
    this.#inTransaction = inTransaction
    this.#state = state
  }

  get throws(): readonly ErrorClassOf<E>[] {
    return Object.values(this.#state.refusals) as ErrorClassOf<E>[]
  }

  /** Changes the rows that pass every test, also those of earlier calls. Throws UsageError for undefined. */
  where(...conditions: Where<M>[]): Update<M, R, E> {
    return this.#with({ where: [...this.#state.where, ...conditions] })
  }

  with<K extends keyof Related<Fields<M>>>(...relations: K[]): Update<M, R & With<M, K>, E> {
    return this.#with({ relations: [...this.#state.relations, ...(relations as string[])] })
  }

  /** Ends in these errors where a unique constraint or a foreign key refuses the change. */
  onViolation<U = never, V = never>(refusals: Refusals<U, V>): Update<M, R, E | U | V> {
    return this.#with({ refusals: { ...this.#state.refusals, ...refusals } })
  }

  /** The row, where the condition finds it; null where it finds none. Throws TooManyRows, and changes nothing, where it finds more. */
  first(): Query<R | null, E> {
    return queryOf<R | null, E>(() => this.#single(), ...this.throws)
  }

  /** As `first`, but ends in `missing` where there is no such row. */
  one<F>(missing: ErrorClassOf<F>): Query<R, E | F> {
    const run = async () => {
      const row = await this.#single()
      if (row === null) throw new missing()
      return row
    }
    return queryOf<R, E | F>(run, missing, ...this.throws)
  }

  run(): Promise<R[]> {
    return this.#update(this.#connection)
  }

  /** A condition that names the whole primary key finds one row at the most; any other is tried in a transaction. */
  #single(): Promise<R | null> {
    const { primaryKey } = describeModel(this.#state.model)
    const isKeyed = primaryKey.every((column) =>
      this.#state.where.some((condition) => isPlainValue(Reflect.get(condition, column.field))),
    )
    if (isKeyed) return this.#first(this.#connection)
    return this.#inTransaction((connection) => this.#first(connection))
  }

  async #first(connection: Pick<Connection, 'run'>): Promise<R | null> {
    const [row, another] = await this.#update(connection)
    if (another) throw new TooManyRows(describeModel(this.#state.model).name)
    return row ?? null
  }

  async #update(connection: Pick<Connection, 'run'>): Promise<R[]> {
    const { values, where, relations, refusals } = this.#state
    const model = describeModel(this.#state.model)
    const changes = Object.keys(values).length > 0
    const statement = changes ? updateStatement(model, values, where) : selectStatement({ model, where })
    const { rows } = await connection.run(statement).catch(refused(refusals))
    const read = rowReader(model)
    const instances = rows.map((texts) => read(texts))
    await loadRelations(connection, model, instances, relations)
    return instances as R[]
  }

  #with<S, F>(change: Partial<UpdateState<M>>): Update<M, S, F> {
    return new Update(this.#connection, this.#inTransaction, { ...this.#state, ...change })
  }
}

function isPlainValue(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number'
}
