import type { ErrorClassOf } from '../core/query.ts'
import { describeModel } from '../model/description.ts'
import type { AnyModel, Instance } from '../model/infer.ts'
import type { Where } from '../sql/infer.ts'
import { deleteStatement, type SqlStatement } from '../sql/statements.ts'
import type { Outcome } from './driver.ts'
import { type ExplainOptions, explain } from './explain.ts'
import { loadWritten, writtenJson } from './load.ts'
import { type DatabaseQuery, queryOf } from './query.ts'
import { type Refusals, refused } from './refusals.ts'
import type { Runs, Site } from './site.ts'
import { assertNarrowed } from './update.ts'

interface DeleteState<M> {
  readonly model: M
  readonly where: readonly object[]
  readonly everyRow: boolean
  readonly refusals: Refusals<unknown, unknown, unknown, unknown>
}

/** A delete as a description; it answers how many rows went. */
export class Delete<M extends AnyModel, E = never> implements DatabaseQuery<number, E> {
  readonly kind = 'query'
  readonly #site: Site
  readonly #state: DeleteState<M>

  constructor(site: Site, state: DeleteState<M>) {
    this.#site = site
    this.#state = state
  }

  get throws(): readonly ErrorClassOf<E>[] {
    return Object.values(this.#state.refusals) as ErrorClassOf<E>[]
  }

  /** Deletes the rows that pass every test, also those of earlier calls. Throws UsageError for undefined. */
  where(...conditions: Where<M>[]): Delete<M, E> {
    return new Delete(this.#site, { ...this.#state, where: [...this.#state.where, ...conditions] })
  }

  /** Deletes every row; without it and without a condition a delete is refused. */
  all(): Delete<M, E> {
    return new Delete(this.#site, { ...this.#state, everyRow: true })
  }

  /** Ends in this error where another row still refers to one of these. */
  onViolation<U = never, V = never, C = never, X = never>(
    refusals: Refusals<U, V, C, X>,
  ): Delete<M, E | U | V | C | X> {
    return new Delete(this.#site, { ...this.#state, refusals: { ...this.#state.refusals, ...refusals } })
  }

  /** Answers the rows that went. */
  returning(): DatabaseQuery<Instance<M>[], E> {
    const model = describeModel(this.#state.model)
    const run = async (connection: Runs) => {
      const { rows } = await connection.run(this.#statement(true)).catch(refused(this.#state.refusals))
      return (await loadWritten(connection, model, rows, [])) as Instance<M>[]
    }
    const json = writtenJson('rows', model, [], this.#state.refusals, () => this.#statement(true))
    return queryOf<Instance<M>[], E>(this.#site, { run, json }, ...this.throws)
  }

  /** Ends in `missing` where nothing was there to delete. */
  orThrow<F>(missing: ErrorClassOf<F>): DatabaseQuery<void, E | F> {
    const work = async (connection: Runs) => {
      if ((await this.#delete(connection)).affected === 0) throw new missing()
    }
    return queryOf<void, E | F>(this.#site, work, missing, ...this.throws)
  }

  run(): Promise<number> {
    return this.#site.run(async (connection) => (await this.#delete(connection)).affected)
  }

  explain(options?: ExplainOptions): Promise<string> {
    return explain(this.#site, (connection) => this.#delete(connection), options)
  }

  #delete(connection: Runs): Promise<Outcome> {
    return connection.run(this.#statement(false)).catch(refused(this.#state.refusals))
  }

  #statement(returns: boolean): SqlStatement {
    const { where, everyRow } = this.#state
    const model = describeModel(this.#state.model)
    if (!everyRow) assertNarrowed('delete', model.name, where)
    return deleteStatement({ model, where }, returns)
  }
}
