import { AsyncLocalStorage } from 'node:async_hooks'
import type { AnyModel, Changes, Instance, NewRow } from '../model/infer.ts'
import { Delete } from './delete.ts'
import type { Connection, Driver } from './driver.ts'
import { Insert } from './insert.ts'
import { Select } from './select.ts'
import { type InTransaction, Update } from './update.ts'

/** What can be asked of a database, inside a transaction and outside. */
export abstract class Statements {
  readonly #connection: Pick<Connection, 'run'>
  readonly #inTransaction: InTransaction

  constructor(connection: Pick<Connection, 'run'>, inTransaction: InTransaction) {
    this.#connection = connection
    this.#inTransaction = inTransaction
  }

  select<M extends AnyModel>(model: M): Select<M, Instance<M>> {
    return Select.of(this.#connection, model)
  }

  /** A new row; fields with a default may be left out. */
  insert<M extends AnyModel>(model: M, values: NewRow<M>): Insert<M, Instance<M>> {
    return new Insert(this.#connection, { model, values, relations: [], refusals: {} })
  }

  /** Without `where` it changes every row. */
  update<M extends AnyModel>(model: M, values: Changes<M>): Update<M, Instance<M>> {
    return new Update(this.#connection, this.#inTransaction, { model, values, where: [], relations: [], refusals: {} })
  }

  /** Without `where` it deletes every row. */
  delete<M extends AnyModel>(model: M): Delete<M> {
    return new Delete(this.#connection, model)
  }

  /** Runs `work` so that all of it happens or nothing; inside a transaction it is a savepoint. */
  abstract transaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T>
}

/** A database: each statement on its own commits at once. */
export class Database extends Statements {
  readonly #driver: Driver

  constructor(driver: Driver) {
    super(driver, (work) => driver.transaction(work))
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
    super(connection, (work) => this.transaction((inner) => work(inner.#connection)))
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
