import { AsyncLocalStorage } from 'node:async_hooks'
import type { Kysely } from 'kysely'
import { UsageError } from '../core/errors.ts'
import { describeModel } from '../model/description.ts'
import type { AnyModel, Instance, NewRow } from '../model/infer.ts'
import { type SqlValue, sql } from '../sql/expression.ts'
import type { Assignments } from '../sql/infer.ts'
import { Delete } from './delete.ts'
import type { CopySource, Driver, ListenOptions, PoolMetrics, Subscription, TransactionSettings } from './driver.ts'
import { Find, type Key } from './find.ts'
import { Insert, InsertMany } from './insert.ts'
import { type Buildable, kyselyQuery, type Tables } from './kysely.ts'
import { warnOfPoolSize } from './pool-size.ts'
import type { DatabaseQuery } from './query.ts'
import { RawQuery } from './raw.ts'
import { withRetries } from './retries.ts'
import { InTurn, inSavepoint, Scope } from './scope.ts'
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

  /** SQL of one's own; `${…}` becomes a parameter: db.sql`select … where id = ${id}`.rows(Task). */
  sql(texts: TemplateStringsArray, ...values: SqlValue[]): RawQuery {
    return new RawQuery(new Site(this.#context, 'SQL', this.sql), sql(texts, ...values))
  }

  /** The way out to Kysely's builder, typed by the models: `db.kysely({ Task }, (tables) => tables.selectFrom('tasks').…)`. */
  kysely<Models extends Readonly<Record<string, AnyModel>>, O>(
    models: Models,
    build: (tables: Kysely<Tables<Models>>) => Buildable<O>,
  ): DatabaseQuery<O[]> {
    return kyselyQuery(new Site(this.#context, 'Kysely', this.kysely), models, build)
  }

  /** Sends the payload to those that listen, at the commit. */
  async notify(channel: string, payload = ''): Promise<void> {
    await this.#context.connection.run({ text: 'select pg_notify($1, $2)', values: [channel, payload] })
  }

  /** `copy … from stdin`; resolves to the number of rows. The text is sent as it stands. */
  copyFrom(sql: string, source: CopySource): Promise<number> {
    return this.#context.connection.copyIn(sql, source)
  }

  /** Runs `work` so that all of it happens or nothing; inside a transaction it is a savepoint. */
  abstract transaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T>

  #site(what: string, model: AnyModel, entrance: CallableFunction): Site {
    return new Site(this.#context, `${what} ${describeModel(model).name}`, entrance)
  }
}

export interface TransactionOptions extends TransactionSettings {
  /** How often the whole callback is run again after a serialization failure or a deadlock; 0 unless given. */
  readonly retries?: number
}

export interface DatabaseOptions {
  /** Hears what fails after a commit, where nobody waits for it; `console.error` unless given. */
  readonly report?: (error: unknown) => void
}

/** A database: each statement on its own commits at once. */
export class Database extends Statements {
  readonly #driver: Driver
  readonly #report: (error: unknown) => void

  constructor(driver: Driver, options: DatabaseOptions = {}) {
    super({ connection: driver, inTransaction: (work) => driver.transaction(work), isTransaction: false })
    this.#driver = driver
    this.#report = options.report ?? console.error
  }

  get place(): string {
    return this.#driver.place
  }

  /** With `retries`, `work` may run several times: what it does outside the database must bear that. */
  async transaction<T>(
    work: (transaction: Transaction) => Promise<T>,
    { retries = 0, ...settings }: TransactionOptions = {},
  ): Promise<T> {
    let scope: Scope | undefined
    const result = await withRetries(retries, () =>
      this.#driver.transaction((connection) => {
        const current = new Scope(connection)
        scope = current
        return Transaction.run(current, work)
      }, settings),
    )
    for (const finish of scope?.finishers ?? []) await this.#finish(finish)
    return result
  }

  /**
   * Calls the handler with the payload of each `notify`, on a connection that is kept for it and opened again when it
   * is lost; `onGap` then tells that something may have been missed. Not behind a pooler.
   */
  listen(
    channel: string,
    handler: (payload: string) => unknown,
    options: Pick<ListenOptions, 'onGap'> = {},
  ): Promise<Subscription> {
    return this.#driver.listen(channel, handler, { report: this.#report, ...options })
  }

  /** `copy … to stdout`, in pieces as they come. The text is sent as it stands. */
  copyTo(sql: string): AsyncIterable<Uint8Array> {
    return this.#driver.copyOut(sql)
  }

  /** How many connections there are, who waits for one, and how long others have waited. */
  metrics(): PoolMetrics {
    return this.#driver.metrics()
  }

  /** A sentence where `instances` of this service would ask for more connections than the server gives; null otherwise. */
  warnOfPoolSize(instances = 1): Promise<string | null> {
    return warnOfPoolSize(this.#driver, instances)
  }

  /** Answers when the database does. Throws DatabaseUnavailable. */
  async ping(): Promise<void> {
    await this.#driver.run({ text: 'select 1', values: [] })
  }

  close(): Promise<void> {
    return this.#driver.close()
  }

  async #finish(work: () => unknown): Promise<void> {
    try {
      await work()
    } catch (error) {
      this.#report(error)
    }
  }
}

/** The statements of one transaction; its own transactions are savepoints. */
export class Transaction extends Statements {
  readonly #scope: Scope
  /** The savepoint that the code at hand runs in, shared by all of one transaction. */
  readonly #current: AsyncLocalStorage<Transaction>
  readonly #depth: number
  #last: Promise<unknown> = Promise.resolve()
  /** Savepoints that are open, or wait for their turn. */
  #open = 0

  private constructor(scope: Scope, current: AsyncLocalStorage<Transaction>, depth: number) {
    const inTransaction: InTransaction = (work) => this.transaction((inner) => work(inner.#scope))
    super({ connection: new InTurn(scope, () => this.#turn()), inTransaction, isTransaction: true })
    this.#scope = scope
    this.#current = current
    this.#depth = depth
  }

  static run<T>(scope: Scope, work: (transaction: Transaction) => Promise<T>): Promise<T> {
    const current = new AsyncLocalStorage<Transaction>()
    const transaction = new Transaction(scope, current, 0)
    return current.run(transaction, () => transaction.#complete(work))
  }

  /**
   * Savepoints stand on top of each other, so two that start side by side take turns, and one that starts inside
   * another stands on that, whichever of the two it was called on.
   */
  transaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    const innermost = this.#current.getStore()
    return (innermost && !innermost.#scope.ended ? innermost : this).#nest(work)
  }

  /** Refused: until its last piece is read it would keep the transaction's connection from every other statement. */
  copyTo(_sql: string): never {
    throw new UsageError(
      'Cannot copy out of a transaction: its connection could do nothing else meanwhile. Use select(…).stream() here, or copyTo of the database.',
    )
  }

  /**
   * Runs once the outermost transaction has committed, in the order of the calls, and never where this one is rolled
   * back. `transaction` waits for it; its error is reported and changes nothing.
   */
  afterCommit(work: () => unknown): void {
    this.#scope.afterCommit(work)
  }

  /** Code beside a savepoint waits for its end, so as not to be rolled back with it; code inside goes on. */
  async #turn(): Promise<void> {
    while (this.#open > 0 && this.#current.getStore() === this) await this.#last
  }

  #nest<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    this.#open++
    const turn = this.#last.then(() => this.#savepoint(work)).finally(() => this.#open--)
    this.#last = turn.catch(() => {})
    return turn
  }

  async #savepoint<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    const scope = new Scope(this.#scope)
    const inner = new Transaction(scope, this.#current, this.#depth + 1)
    const result = await inSavepoint(this.#scope, `tenon_${inner.#depth}`, () =>
      this.#current.run(inner, () => inner.#complete(work)),
    )
    this.#scope.finishers.push(...scope.finishers)
    return result
  }

  async #complete<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    try {
      return await work(this)
    } finally {
      this.#scope.end()
    }
  }
}
