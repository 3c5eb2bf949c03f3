import { UsageError } from '../core/errors.ts'
import type { ErrorClassOf, JsonText } from '../core/query.ts'
import { describeModel, type ModelDescription } from '../model/description.ts'
import type { AnyModel, Fields, Instance, Row } from '../model/infer.ts'
import type { Asked, RelationName, Tree, With } from '../sql/infer.ts'
import { isPlainObject } from '../sql/place.ts'
import type { ExplainOptions } from './explain.ts'
import type { DatabaseQuery } from './query.ts'
import { type LockOptions, Select } from './select.ts'
import type { Site } from './site.ts'

/** The primary key: its value, or where it has several fields, an object of them. */
export type Key<M> = string | number | bigint | Date | Partial<Row<Fields<M>>>

/** The row of a primary key, or null. */
export class Find<M extends AnyModel, R> implements DatabaseQuery<R | null> {
  readonly kind = 'query'
  readonly throws = []
  readonly #select: Select<M, R>

  constructor(select: Select<M, R>) {
    this.#select = select
  }

  static of<M extends AnyModel>(site: Site, model: M, key: Key<M>): Find<M, Instance<M>> {
    const where = whereKey(describeModel(model), key)
    return new Find(Select.of(site, model).where(where as object))
  }

  with<const K extends RelationName<M> | Tree<M>>(...relations: Asked<M, K>[]): Find<M, R & With<M, K>> {
    const select: Select<M, unknown> = this.#select.with(...relations)
    return new Find(select as Select<M, never>)
  }

  /** Locks the row until the transaction ends. */
  forUpdate(options?: LockOptions): Find<M, R> {
    return new Find(this.#select.forUpdate(options))
  }

  /** The row; ends in `missing` where there is none. */
  one<E>(missing: ErrorClassOf<E>): DatabaseQuery<R, E> {
    return this.#select.one(missing)
  }

  run(): Promise<R | null> {
    return this.#select.first().run()
  }

  toJson(schema: object, place: string): Promise<JsonText> | null {
    return this.#select.first().toJson?.(schema, place) ?? null
  }

  explain(options?: ExplainOptions): Promise<string> {
    return this.#select.first().explain(options)
  }
}

/** Throws UsageError for a key that is not the whole primary key. */
export function whereKey(model: ModelDescription, key: unknown): Readonly<Record<string, unknown>> {
  const names = model.primaryKey.map(({ field }) => field)
  const [only] = names
  if (!isPlainObject(key) && only !== undefined && names.length === 1) return { [only]: asked(model, only, key) }
  const given = isPlainObject(key) ? Object.keys(key) : []
  if (!isPlainObject(key) || given.length !== names.length || !names.every((name) => Object.hasOwn(key, name))) {
    throw new UsageError(
      `Cannot find a ${model.name}: its primary key is ${names.join(', ') || 'not declared'}, and that was not given. Give { ${names.join(', ')} }, or use select.`,
    )
  }
  return Object.fromEntries(names.map((name) => [name, asked(model, name, key[name])]))
}

function asked(model: ModelDescription, name: string, value: unknown): unknown {
  if (value !== undefined && value !== null) return value
  throw new UsageError(`Cannot find a ${model.name}: ${name} is ${value}. Give its value.`)
}
