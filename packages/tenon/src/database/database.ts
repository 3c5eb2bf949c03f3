import { AsyncLocalStorage } from 'node:async_hooks'
import { describeModel } from '../model/description.ts'
import type { AnyModel, Instance, NewRow } from '../model/infer.ts'
import type { Assignments } from '../sql/infer.ts'
import { Delete } from './delete.ts'
import type { Connection, Driver } from './driver.ts'
import { Find, type Key } from './find.ts'
import { Insert, InsertMany } from './insert.ts'
import { Select } from './select.ts'
import { type Context, type InTransaction, Site } from './site.ts'
import { Update } from './update.ts'

/** What can be asked of a database, inside a transaction and outside. */
export abstract class Statements {
  readonly #context: Context

  constructor(context: Context) {
    this.#context = context
  }

  select<M extends AnyModel>(model: M): Select<M, Instance<M>> {
    return Select.of(this.#site('select from', model, this.select), model)
  }

  /** The row of a primary key or null: `db.find(Task, 1)`, `db.find(Link, { task_id, tag_id }).one(NoLink)`. */
  find<M extends AnyModel>(model: M, key: Key<M>): Find<M, Instance<M>> {
    return Find.of(this.#site('find', model, this.find), model, key)
  }

  /** A new row, or many by one statement; fields with a default may be left out. */
  insert<M extends AnyModel>(model: M, rows: readonly NewRow<M>[]): InsertMany<M, Instance<M>>
  insert<M extends AnyModel>(model: M, values: NewRow<M>): Insert<M, Instance<M>>
  insert<M extends AnyModel>(model: M, values: NewRow<M> | readonly NewRow<M>[]) {
    const site = this.#site('insert into', model, this.insert)
    const state = { model, relations: [], refusals: {} }
    if (Array.isArray(values)) return new InsertMany(site, { ...state, rows: values })
    return new Insert(site, { ...state, rows: [values] })
  }

  /** Values, or expressions of the row as it stands: sql`…`. Every row is changed only where `all()` says so. */
  update<M extends AnyModel>(model: M, values: Assignments<M>): Update<M, Instance<M>> {
    const state = { model, values, where: [], everyRow: false, relations: [], refusals: {} }
    return new Update(this.#site('update of', model, this.update), state)
  }

  /** Every row is deleted only where `all()` says so. */
  delete<M extends AnyModel>(model: M): Delete<M> {
    const state = { model, where: [], everyRow: false, refusals: {} }
    return new Delete(this.#site('delete from', model, this.delete), state)
  }

  /** Runs `work` so that all of it happens or nothing; inside a transaction it is a savepoint. */
  abstract transaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T>

  #site(what: string, model: AnyModel, entrance: CallableFunction): Site {
    return new Site(this.#context, `${what} ${describeModel(model).name}`, entrance)
  }
}

/** A database: each statement on its own commits at once. */
export class Database extends Statements {
  readonly #driver: Driver

  constructor(driver: Driver) {
    super({ connection: driver, inTransaction: (work) => driver.transaction(work), isTransaction: false })
    this.#driver = driver
  }

  get place(): string {
    return this.#driver.place
  }

  transaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    return this.#driver.transaction((connection) => work(new Transaction(connection)))
  }

  /** Answers when the database does. Throws DatabaseUnavailable. */
  async ping(): Promise<void> {
    await this.#driver.run({ text: 'select 1', values: [] })
  }

  close(): Promise<void> {
    return this.#driver.close()
  }
}

/** The statements of one transaction; its own transactions are savepoints. */
export class Transaction extends Statements {
  readonly #connection: Connection
  readonly #turns = new AsyncLocalStorage<true>()
  #last: Promise<unknown> = Promise.resolve()
  #depth = 0

  constructor(connection: Connection) {
    const inTransaction: InTransaction = (work) => this.transaction((inner) => work(inner.#connection))
    super({ connection, inTransaction, isTransaction: true })
    this.#connection = connection
  }

  /** Savepoints stand on top of each other, so two that start side by side take turns. */
  transaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    if (this.#turns.getStore()) return this.#savepoint(work)
    const turn = this.#last.then(() => this.#turns.run(true, () => this.#savepoint(work)))
    this.#last = turn.catch(() => {})
    return turn
  }

  async #savepoint<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    const name = `tenon_${++this.#depth}`
    await this.#connection.script(`savepoint ${name}`)
    try {
      const result = await work(this)
      await this.#connection.script(`release savepoint ${name}`)
      return result
    } catch (error) {
      await this.#connection.script(`rollback to savepoint ${name}; release savepoint ${name}`)
      throw error
    } finally {
      this.#depth--
    }
  }
}
