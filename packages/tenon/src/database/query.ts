import type { ErrorClassOf, Query } from '../core/query.ts'

/** A query that ends in one of these errors, made from what runs it. */
export function queryOf<T>(run: () => Promise<T>): Query<T>
export function queryOf<T, E>(run: () => Promise<T>, ...throws: ErrorClassOf<E>[]): Query<T, E>
export function queryOf<T, E>(run: () => Promise<T>, ...throws: ErrorClassOf<E>[]): Query<T, E> {
  return { kind: 'query', throws, run }
}
