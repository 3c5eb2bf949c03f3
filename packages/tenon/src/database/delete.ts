import type { ErrorClassOf, Query } from '../core/query.ts'
import { describeModel } from '../model/description.ts'
import type { AnyModel, Where } from '../model/infer.ts'
import { deleteStatement } from '../sql/statements.ts'
import type { Connection } from './driver.ts'
import { queryOf } from './query.ts'

/** A delete as a description; it answers how many rows went. */
export class Delete<M extends AnyModel> implements Query<number> {
  readonly kind = 'query'
  readonly throws = []
  readonly #connection: Pick<Connection, 'run'>
  readonly #model: M
  readonly #where: readonly object[]

  constructor(connection: Pick<Connection, 'run'>, model: M, where: readonly object[] = []) {
    this.#connection = connection
    this.#model = model
    this.#where = where
  }

  /** Deletes the rows that pass every test, also those of earlier calls. Throws UsageError for undefined. */
  where(...conditions: Where<M>[]): Delete<M> {
    return new Delete(this.#connection, this.#model, [...this.#where, ...conditions])
  }

  /** Ends in `missing` where nothing was there to delete. */
  orThrow<E>(missing: ErrorClassOf<E>): Query<void, E> {
    return queryOf<void, E>(async () => {
      if ((await this.run()) === 0) throw new missing()
    }, missing)
  }

  async run(): Promise<number> {
    const statement = deleteStatement(describeModel(this.#model), this.#where)
    return (await this.#connection.run(statement)).affected
  }
}
