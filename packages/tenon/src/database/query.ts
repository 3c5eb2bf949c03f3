import type { ErrorClassOf, JsonText, Query } from '../core/query.ts'
import { type ExplainOptions, explain } from './explain.ts'
import { type JsonWork, jsonOf } from './json.ts'
import type { Runs, Site } from './site.ts'

/** A query of a database: it can also say how the server would go about it. */
export interface DatabaseQuery<T, E = never> extends Query<T, E> {
  /** The server's plan, as text. With `analyze` it runs and is rolled back. */
  explain(options?: ExplainOptions): Promise<string>
}

/** What a query does: for values, and where it can, for JSON. */
export interface Works<T> {
  readonly run: (connection: Runs) => Promise<T>
  readonly json?: JsonWork
  /** All of it happens or nothing. */
  readonly isAtOnce?: boolean
}

/** A query that ends in one of these errors, made from what runs it. */
export function queryOf<T>(site: Site, works: Works<T> | Works<T>['run']): DatabaseQuery<T>
export function queryOf<T, E>(
  site: Site,
  works: Works<T> | Works<T>['run'],
  ...throws: ErrorClassOf<E>[]
): DatabaseQuery<T, E>
export function queryOf<T, E>(
  site: Site,
  works: Works<T> | Works<T>['run'],
  ...throws: ErrorClassOf<E>[]
): DatabaseQuery<T, E> {
  return new WorkQuery(site, typeof works === 'function' ? { run: works } : works, throws)
}

class WorkQuery<T, E> implements DatabaseQuery<T, E> {
  readonly kind = 'query'
  readonly throws: readonly ErrorClassOf<E>[]
  readonly #site: Site
  readonly #works: Works<T>

  constructor(site: Site, works: Works<T>, throws: readonly ErrorClassOf<E>[]) {
    this.#site = site
    this.#works = works
    this.throws = throws
  }

  run(): Promise<T> {
    return this.#run(this.#works.run)
  }

  toJson(schema: object, place: string): Promise<JsonText> | null {
    const { json } = this.#works
    return json ? jsonOf(json, schema, place, (work) => this.#run(work)) : null
  }

  explain(options?: ExplainOptions): Promise<string> {
    return explain(this.#site, this.#works.run, options)
  }

  #run<R>(work: (connection: Runs) => Promise<R>): Promise<R> {
    return this.#works.isAtOnce ? this.#site.runAtOnce(work) : this.#site.run(work)
  }
}
