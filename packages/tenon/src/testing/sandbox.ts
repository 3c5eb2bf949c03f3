import { TenonError } from '../core/errors.ts'
import { readCursor } from '../database/cursor.ts'
import type {
  Connection,
  CopySource,
  Driver,
  Outcome,
  PoolMetrics,
  Statement,
  StreamOptions,
  Subscription,
} from '../database/driver.ts'
import { type Dependency, dependency, type Replacement } from '../http/dependency.ts'

class RolledBack extends Error {}

/** A driver whose every statement runs inside one transaction of `driver` that is rolled back at the end. */
export interface Sandbox extends Driver {
  /** Rolls everything back; the driver underneath stays open. */
  close(): Promise<void>
}

/** Opens a transaction that holds all that a test does; inside it, transactions are savepoints. */
export async function openSandbox(driver: Driver): Promise<Sandbox> {
  const opened = Promise.withResolvers<Connection>()
  const closing = Promise.withResolvers<never>()
  const ended = driver.transaction((connection) => {
    opened.resolve(connection)
    return closing.promise
  })
  ended.catch(opened.reject)
  const connection = await opened.promise
  const close = async () => {
    closing.reject(new RolledBack('The test has ended.'))
    await ended.catch((error) => {
      if (!(error instanceof RolledBack)) throw error
    })
  }
  return new SavepointDriver(driver, connection, close)
}

/** For `override`: the application gets a sandbox of `opened` in the place of its driver, rolled back when it ends. */
export function sandboxed(original: Dependency<Driver>, opened: Driver): Replacement {
  const replacement = dependency(
    {},
    async function* () {
      const sandbox = await openSandbox(opened)
      yield sandbox
      await sandbox.close()
    },
    { scope: 'app' },
  )
  return { original, replacement }
}

class SavepointDriver implements Sandbox {
  readonly kind: Driver['kind']
  readonly place: string
  readonly close: () => Promise<void>
  readonly #driver: Driver
  readonly #connection: Connection
  #last: Promise<unknown> = Promise.resolve()

  constructor(driver: Driver, connection: Connection, close: () => Promise<void>) {
    this.kind = driver.kind
    this.#driver = driver
    this.place = `${driver.place} (rolled back)`
    this.close = close
    this.#connection = connection
  }

  /** A statement that fails must not spoil the transaction for those after it. */
  run(statement: Statement): Promise<Outcome> {
    return this.transaction((connection) => connection.run(statement))
  }

  transaction<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    const turn = this.#last.then(() => this.#savepoint(work))
    this.#last = turn.catch(() => {})
    return turn
  }

  stream(statement: Statement, options?: StreamOptions): AsyncIterable<Outcome> {
    return readCursor(this, statement, options)
  }

  copyIn(sql: string, source: CopySource): Promise<number> {
    return this.transaction((connection) => connection.copyIn(sql, source))
  }

  session<T>(): Promise<T> {
    return Promise.reject(refusal('open a session in'))
  }

  copyOut(): AsyncIterable<Uint8Array> {
    throw refusal('copy from')
  }

  listen(): Promise<Subscription> {
    return Promise.reject(refusal('listen in'))
  }

  metrics(): PoolMetrics {
    return this.#driver.metrics()
  }

  async #savepoint<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    await this.#connection.script('savepoint sandbox')
    try {
      const result = await work(this.#connection)
      await this.#connection.script('release savepoint sandbox')
      return result
    } catch (error) {
      await this.#connection.script('rollback to savepoint sandbox; release savepoint sandbox')
      throw error
    }
  }
}

function refusal(what: string): TenonError {
  return new TenonError(
    'TENON_SANDBOX',
    `Cannot ${what} a sandbox: it is one transaction on one connection. Use a database of its own.`,
  )
}
