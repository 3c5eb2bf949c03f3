import type { AnyModel, KeyFields, LinkKeys, Many, One, Single } from './infer.ts'

// A relation is a thunk of the whole property (`user: () => belongsTo(User, 'user_id')`), so that models may name each
// other across files: `hasMany(() => Task)` would make the compiler enter Task while it infers the model at hand.

/** The row that this model's `key` refers to: a field, or the list of fields of a key of several. */
export function belongsTo<M extends AnyModel, const K extends KeyFields>(model: M, key: K): One<M, K> {
  return { kind: 'one', model, key }
}

/** The row of `model`, or null, whose `key` refers to this one; the key is unique there (checked at start-up). */
export function hasOne<M extends AnyModel>(model: M, key: KeyFields): Single<M> {
  return { kind: 'single', model, key }
}

/** The rows of `model` whose `key` refers to this one; `key` is checked at start-up (as a type it would be circular). */
export function hasMany<M extends AnyModel>(model: M, key: KeyFields): Many<M> {
  return { kind: 'many', model, key }
}

/**
 * The rows of `model` that rows of the model `through` link with this one. `keys` names the link's fields where several
 * refer to one model: `near` refers to this one, `far` to the other.
 */
export function manyToMany<M extends AnyModel>(model: M, through: CallableFunction, keys?: LinkKeys): Many<M> {
  return { kind: 'many', model, through: through as () => AnyModel, ...(keys ? { keys } : {}) }
}
