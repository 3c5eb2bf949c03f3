import { TenonError } from '../core/errors.ts'
import { originIn } from '../core/origin-scope.ts'
import { currentSignal } from '../core/signal.ts'
import type { Connection, RunOptions, Statement } from './driver.ts'
import { DatabaseError, type FailedQuery } from './errors.ts'
import { captureOrigin, type Origin, placeOfFrame, userFrames } from './origin.ts'

/** What runs a statement: the database, or the connection of a transaction. */
export type Runs = Pick<Connection, 'run'>

/** Runs work in a transaction: of its own, or as a part of the one at hand. */
export type InTransaction = <T>(work: (connection: Runs) => Promise<T>) => Promise<T>

/** Where queries are asked: inside a transaction or outside. */
export interface Context {
  readonly connection: Pick<Connection, 'run' | 'stream' | 'copyIn'>
  readonly inTransaction: InTransaction
  readonly isTransaction: boolean
}

/** What a query runs on, and what leads home when it fails: `select from Task`, and the place of its description. */
export class Site {
  readonly context: Context
  readonly what: string
  readonly #origin: Origin

  constructor(context: Context, what: string, entrance: CallableFunction) {
    this.context = context
    this.what = what
    this.#origin = originIn(what, () => captureOrigin(entrance))
  }

  run<T>(work: (connection: Runs) => Promise<T>): Promise<T> {
    return this.on(this.context.connection, work)
  }

  /** All of the work or nothing. */
  runAtOnce<T>(work: (connection: Runs) => Promise<T>): Promise<T> {
    return this.context.inTransaction((connection) => this.on(connection, work))
  }

  /** An error of the work names what failed, where it was described, and the statement without its values. */
  async on<T>(connection: Runs, work: (connection: Runs) => Promise<T>): Promise<T> {
    const noting = new NotingConnection(connection)
    try {
      return await work(noting)
    } catch (error) {
      throw this.led(error, noting.failed)
    }
  }

  /** Errors of the application (TaskNotFound) mean what they say and stay as they are. */
  led(error: unknown, statement: Statement | null): unknown {
    if (!(error instanceof TenonError) || led.has(error)) return error
    led.add(error)
    const described = userFrames(this.#origin.stack)
    // Made here, behind the await: its stack is that of whoever awaits the query.
    const running = userFrames(new Error().stack).filter((frame) => frame.includes(' at async '))
    const home = [...described, ...running.filter((frame) => !isIn(described, frame))]
    const place = placeOfFrame(home)
    const lines = [`in ${this.what}${place ? ` at ${place}` : ''}`, ...(statement ? [shortened(statement.text)] : [])]
    const own = (error.stack ?? '').slice(`${error.name}: ${error.message}\n`.length)
    error.message = [error.message, ...lines].join('\n  ')
    error.stack = [`${error.name}: ${error.message}`, ...(home.length > 0 ? home : [own])].join('\n')
    if (error instanceof DatabaseError) {
      const query: FailedQuery = { what: this.what, place, sql: statement?.text ?? null }
      Object.assign(error, { query })
    }
    return error
  }
}

/** Errors that lead home already: one that passes through two queries belongs to the inner. */
const led = new WeakSet<TenonError>()

/** Remembers the statement that failed, so that the error can show it. */
class NotingConnection implements Runs {
  failed: Statement | null = null
  readonly #connection: Runs

  constructor(connection: Runs) {
    this.#connection = connection
  }

  run(statement: Statement, options?: RunOptions) {
    const running = this.#connection.run(statement, { signal: currentSignal(), sink: options?.sink })
    return running.catch((error: unknown) => {
      this.failed ??= statement
      throw error
    })
  }
}

/** The same function of the same file, at whatever line. */
function isIn(frames: readonly string[], frame: string): boolean {
  const named = (line: string) => line.replace(' at async ', ' at ').replace(/:\d+:\d+(?=\)?$)/, '')
  return frames.some((one) => named(one) === named(frame))
}

function shortened(text: string): string {
  return text.length > 2000 ? `${text.slice(0, 2000)}…` : text
}
