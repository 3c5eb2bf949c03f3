import type { ErrorClassOf, Query } from '../core/query.ts'
import { describeModel } from '../model/description.ts'
import type { AnyModel, Fields, Related, With } from '../model/infer.ts'
import { rowReader } from '../sql/rows.ts'
import { insertStatement } from '../sql/statements.ts'
import type { Connection } from './driver.ts'
import { loadRelations } from './load.ts'
import { queryOf } from './query.ts'
import { type Refusals, refused } from './refusals.ts'

interface InsertState<M> {
  readonly model: M
  readonly values: object
  readonly relations: readonly string[]
  readonly refusals: Refusals<unknown, unknown>
}

/** An insert of one row as a description; it answers the row as it was stored. */
export class Insert<M extends AnyModel, R, E = never> implements Query<R, E> {
  readonly kind = 'query'
  readonly #connection: Pick<Connection, 'run'>
  readonly #state: InsertState<M>

  constructor(connection: Pick<Connection, 'run'>, state: InsertState<M>) {
    this.#connection = connection
    this.#state = state
  }

  get throws(): readonly ErrorClassOf<E>[] {
    return Object.values(this.#state.refusals) as ErrorClassOf<E>[]
  }

  with<K extends keyof Related<Fields<M>>>(...relations: K[]): Insert<M, R & With<M, K>, E> {
    return new Insert(this.#connection, {
      ...this.#state,
      relations: [...this.#state.relations, ...(relations as string[])],
    })
  }

  /** Ends in these errors where a unique constraint or a foreign key refuses the row. */
  onViolation<U = never, V = never>(refusals: Refusals<U, V>): Insert<M, R, E | U | V> {
    return new Insert(this.#connection, { ...this.#state, refusals: { ...this.#state.refusals, ...refusals } })
  }

  /** Answers null, and changes nothing, where such a row stands already. */
  onConflictDoNothing(): Query<R | null, E> {
    return queryOf<R | null, E>(() => this.#insert('nothing'), ...this.throws)
  }

  async run(): Promise<R> {
    return (await this.#insert('error')) as R
  }

  async #insert(onConflict: 'error' | 'nothing'): Promise<R | null> {
    const model = describeModel(this.#state.model)
    const statement = insertStatement(model, [this.#state.values], onConflict)
    const { rows } = await this.#connection.run(statement).catch(refused(this.#state.refusals))
    const texts = rows[0]
    if (!texts) return null
    const row = rowReader(model)(texts)
    await loadRelations(this.#connection, model, [row], this.#state.relations)
    return row as R
  }
}
