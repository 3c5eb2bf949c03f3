import type { ErrorClassOf, Query } from '../core/query.ts'
import { type ExplainOptions, explain } from './explain.ts'
import type { Runs, Site } from './site.ts'

/** A query of a database: it can also say how the server would go about it. */
export interface DatabaseQuery<T, E = never> extends Query<T, E> {
  /** The server's plan, as text. With `analyze` it runs and is rolled back. */
  explain(options?: ExplainOptions): Promise<string>
}

type Work<T> = (connection: Runs) => Promise<T>

/** A query that ends in one of these errors, made from what runs it. */
export function queryOf<T>(site: Site, work: Work<T>): DatabaseQuery<T>
export function queryOf<T, E>(site: Site, work: Work<T>, ...throws: ErrorClassOf<E>[]): DatabaseQuery<T, E>
export function queryOf<T, E>(site: Site, work: Work<T>, ...throws: ErrorClassOf<E>[]): DatabaseQuery<T, E> {
  return {
    kind: 'query',
    throws,
    run: () => site.run(work),
    explain: (options) => explain(site, work, options),
  }
}
