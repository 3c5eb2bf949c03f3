// Every conditional type of models lives here; model.ts only names them.
import type { z } from 'zod'

/** What a field says about itself besides its schema. The same words stand in the type and, as data, in the field. */
export type Mark = 'default' | 'optional' | 'readOnly' | 'writeOnly' | 'writeOnce' | 'private' | 'generated'

/** The part of a field that inference reads: `default` is filled in by the parser, `optional` by the database. */
export interface Marked<M extends Mark | 'computed'> {
  readonly kind: 'field'
  readonly marks: readonly M[]
}
export type Writable = Marked<'default' | 'optional' | 'writeOnly' | 'writeOnce'>
export type Changeable = Marked<'default' | 'optional' | 'writeOnly'>
export type Visible = Marked<'default' | 'optional' | 'readOnly' | 'writeOnce' | 'generated' | 'computed'>
type Demanded = Marked<'readOnly' | 'writeOnly' | 'writeOnce' | 'private'>
type Stored = Marked<Exclude<Mark, 'generated'>>
/** A field that has a column. */
export type SomeField = Marked<Mark>
/** Whatever is no relation. */
export type Member = Marked<Mark | 'computed'>

export type SchemaOf<X> = X extends { readonly schema: infer S extends z.core.$ZodType } ? S : never
export type Value<X> = X extends { readonly schema: { readonly _zod: { readonly output: infer T } } } ? T : never
export type Created<X> =
  X extends Marked<infer M>
    ? 'optional' extends M
      ? z.ZodExactOptional<SchemaOf<X>>
      : 'default' extends M
        ? z.ZodDefault<SchemaOf<X>>
        : SchemaOf<X>
    : never

export type Row<F> = { [K in keyof F as F[K] extends SomeField ? K : never]: Value<F[K]> }

/** A model is told by its brand, never by its structure; its parts are read by name. */
export interface AnyModel {
  readonly kind: 'model'
}
export type Fields<M> = M extends { readonly fields: infer F } ? F : never
export type Instance<M> = M extends { readonly prototype: infer I } ? I : never
type Public<M> = M extends { readonly public: infer S extends z.core.$ZodType } ? S : never

/** The fields of a key: one name, or a list of them. */
export type KeyFields = string | readonly string[]
/** The names in it, as a union. */
export type KeyNames<Key> = Key extends readonly (infer Name)[] ? Name : Key

export interface One<M, Key> {
  readonly kind: 'one'
  readonly model: M
  readonly key: Key
}
export interface Many<M> {
  readonly kind: 'many'
  readonly model: M
  readonly key?: KeyFields
  readonly through?: () => AnyModel
  /** The link's fields that refer to this model and to the other, where the link has several. */
  readonly keys?: LinkKeys
}
export interface LinkKeys {
  readonly near: KeyFields
  readonly far: KeyFields
}

/** The row, where there is one, that refers to this one. */
export interface Single<M> {
  readonly kind: 'single'
  readonly model: M
  readonly key: KeyFields
}

/** The relations of a model; `keyof` is written where it is used, so that an error lists the names. */
export type Related<F> = { [K in keyof F as F[K] extends Member ? never : K & string]: F[K] }

/** The model that a relation leads to. */
export type TargetOf<X> = X extends () => { readonly model: infer M } ? M : never

type Loaded<X, F> = X extends () => Many<infer M>
  ? Instance<M>[]
  : X extends () => One<infer M, infer Key>
    ? Instance<M> | (null extends Row<F>[KeyNames<Key> & keyof Row<F>] ? null : never)
    : X extends () => Single<infer M>
      ? Instance<M> | null
      : never
export type Expanded<X, F> = X extends Member
  ? SchemaOf<X>
  : X extends () => Many<infer M>
    ? z.ZodArray<Public<M>>
    : X extends () => One<infer M, infer Key>
      ? null extends Row<F>[KeyNames<Key> & keyof Row<F>]
        ? z.ZodNullable<Public<M>>
        : Public<M>
      : X extends () => Single<infer M>
        ? z.ZodNullable<Public<M>>
        : never

/** What queries take and give, told by the class so that an editor shows `With<typeof Task, "tags">`. */
export type With<M, K extends keyof Fields<M>> = { [P in K]: Loaded<Fields<M>[P], Fields<M>> }
/** What an insert needs: every column that is not generated, but those that have a default may be left out. */
export type NewRow<M> = Needed<M> & Changes<M>
/** What an update may set. */
export type Changes<M> = { [K in keyof Fields<M> as Fields<M>[K] extends Stored ? K : never]?: Value<Fields<M>[K]> }
type Needed<M> = { [K in keyof Fields<M> as Fields<M>[K] extends Demanded ? K : never]: Value<Fields<M>[K]> }

/** Good entries answer `unknown`; for a bad one this name and its two arguments are the error a user reads. */
interface NotAField<Name, Hint> {
  readonly error: [Name, Hint]
}
export type CheckFields<F> = {
  [K in keyof F]: F[K] extends Member
    ? unknown
    : F[K] extends (...none: never) => unknown
      ? unknown
      : NotAField<K, 'a field such as text(), or a relation as a thunk: () => belongsTo(User, "user_id")'>
}
