// The conditional types of queries: what where, order, with, only, select and aggregate take, and what they answer.
import type {
  Changes,
  Fields,
  Instance,
  KeyNames,
  With as Loaded,
  Many,
  Member,
  One,
  Related,
  Row,
  SomeField,
  TargetOf,
  Value,
} from '../model/infer.ts'
import type { Aggregate } from './aggregates.ts'
import type { Expressed, Ref, SqlExpression, TypedExpression } from './expression.ts'

export type FieldName<M> = keyof Row<Fields<M>> & string

/** What `where` takes for a model: a test for each field, and tests of the rows of a relation. All of them must hold. */
export type Where<M> = { readonly [K in keyof Fields<M>]?: Tested<Fields<M>[K], M> } & Expressed
type Tested<X, M> = X extends SomeField
  ? Test<Value<X>, M>
  : X extends Member
    ? NotAColumn
    : X extends () => { readonly kind: 'many' }
      ? RowsTest<TargetOf<X>>
      : RowTest<TargetOf<X>>
/** The class computes such a member, so the database cannot be asked for it. */
interface NotAColumn {
  readonly error: 'computed by the class'
}

/** A value (null asks for null), a column or an expression to be equal to, or tests that all hold. */
export type Test<T, M> = T | Operand<M> | Tests<T, M>
type Operand<M> = Ref<FieldName<M>> | SqlExpression
type Tests<T, M> = Comparison<T, M> &
  ([NonNullable<T>] extends [string]
    ? TextTests
    : [NonNullable<T>] extends [number | bigint | boolean | Date | Uint8Array]
      ? unknown
      : [NonNullable<T>] extends [readonly (infer E)[]]
        ? ListTests<E>
        : DocumentTests<T>)
interface Comparison<T, M> {
  readonly equals?: T | Operand<M>
  /** The opposite of equal: rows without a value are among them. */
  readonly not?: T | Operand<M>
  readonly in?: readonly T[]
  readonly notIn?: readonly T[]
  readonly lt?: NonNullable<T> | Operand<M>
  readonly lte?: NonNullable<T> | Operand<M>
  readonly gt?: NonNullable<T> | Operand<M>
  readonly gte?: NonNullable<T> | Operand<M>
  /** Both ends are among them. */
  readonly between?: readonly [from: NonNullable<T>, to: NonNullable<T>]
}
/** `%` and `_` are ordinary characters. */
interface TextTests {
  readonly contains?: string
  readonly startsWith?: string
  readonly endsWith?: string
  /** For contains, startsWith, endsWith and equals. */
  readonly ignoreCase?: boolean
}
interface ListTests<E> {
  readonly has?: E
  readonly hasAll?: readonly E[]
  readonly hasAny?: readonly E[]
}
interface DocumentTests<T> {
  /** Tests of what stands inside: `{ at: { theme: { dark: true } } }`. Null finds what is missing too. */
  readonly at?: Inside<NonNullable<T>>
  /** Holds these members at least, at any depth (`@>`, which an index can serve). */
  readonly includes?: unknown
}
type Inside<T> = unknown extends T ? Readonly<Record<string, unknown>> : { readonly [K in keyof T]?: Within<T[K]> }
type Within<T> =
  | T
  | null
  | (NonNullable<T> extends string | number | boolean ? InsideTests<NonNullable<T>> : Inside<NonNullable<T>>)
type InsideTests<T> = Pick<Comparison<T, never>, 'not' | 'lt' | 'lte' | 'gt' | 'gte' | 'in'> &
  (T extends string ? TextTests : unknown)

interface RowsTest<M> {
  readonly some?: Where<M>
  readonly none?: Where<M>
  readonly every?: Where<M>
}
interface RowTest<M> {
  readonly is?: Where<M>
  readonly isNot?: Where<M>
  readonly some?: Where<M>
  readonly none?: Where<M>
}

/** What `order` takes: fields in the order in which they count. */
export type Order<M> = { readonly [K in keyof Row<Fields<M>>]?: Direction | OrderOptions } & Expressed
export type Direction = 'asc' | 'desc'
export interface OrderOptions {
  readonly direction: Direction
  readonly nulls?: 'first' | 'last'
  readonly ignoreCase?: boolean
}

/** What an insert on conflict or an update sets: values, or expressions of the row as it stands. */
export type Assignments<M> = { readonly [K in keyof Changes<M>]: Changes<M>[K] | SqlExpression }

/** What `with` takes beside names: for each relation `true`, the names below it, or a branch. */
export type Tree<M> = object & { readonly [K in keyof Related<Fields<M>>]?: Branch<Fields<M>[K]> }
type Branch<X> =
  | true
  | readonly RelationName<TargetOf<X>>[]
  | (X extends () => { readonly kind: 'many' } ? RowsBranch<TargetOf<X>> : RowBranch<TargetOf<X>>)
interface RowBranch<M> {
  /** No list: that is for names. */
  readonly length?: never
  readonly with?: Tree<M> | readonly RelationName<M>[]
}
/** Some of a relation's rows: those that pass, in this order, so many for each row. */
interface RowsBranch<M> extends RowBranch<M> {
  readonly where?: Where<M>
  readonly order?: Order<M>
  readonly limit?: number
}
export type RelationName<M> = keyof Related<Fields<M>>
/** What `with` was given; in a tree, names that are no relation are refused by their own name. */
export type Asked<M, K> = K & (K extends string ? K : { readonly [P in Exclude<keyof K, RelationName<M>>]: never })

/** What `with` adds to a row: the relations of these names, and those of a tree. */
export type With<M, K> = Loaded<M, K & keyof Fields<M>> &
  ([Extract<K, object>] extends [never] ? unknown : WithTree<M, Extract<K, object>>)
type WithTree<M, T> = { [P in keyof T & keyof Fields<M>]: LoadedTree<Fields<M>[P], Fields<M>, T[P]> }
type LoadedTree<X, F, B> = X extends () => Many<infer M>
  ? (Instance<M> & Below<M, B>)[]
  : X extends () => One<infer M, infer Key>
    ? (Instance<M> & Below<M, B>) | (null extends Row<F>[KeyNames<Key> & keyof Row<F>] ? null : never)
    : (Instance<TargetOf<X>> & Below<TargetOf<X>, B>) | null
type Below<M, B> = B extends readonly (infer K extends keyof Fields<M>)[]
  ? Loaded<M, K>
  : B extends { readonly with: readonly (infer K extends keyof Fields<M>)[] }
    ? Loaded<M, K>
    : B extends { readonly with: infer T }
      ? WithTree<M, T>
      : unknown

export type Only<M, K extends FieldName<M>> = Pick<Row<Fields<M>>, K>

/** What `select` takes: `true` for the field of that name, another field's name, or an expression `.as(field)`. */
export type Selected<M> = Readonly<Record<string, true | FieldName<M> | TypedExpression<unknown>>>
export type SelectedRow<M, S> = {
  -readonly [K in keyof S]: S[K] extends TypedExpression<infer T>
    ? T
    : S[K] extends keyof Row<Fields<M>>
      ? Row<Fields<M>>[S[K]]
      : K extends keyof Row<Fields<M>>
        ? Row<Fields<M>>[K]
        : never
}

export type AggregatedRow<M, A> = {
  -readonly [K in keyof A]: A[K] extends TypedExpression<infer T>
    ? T
    : A[K] extends Aggregate<infer Kind, infer Field>
      ? Aggregated<Kind, Row<Fields<M>>[Field & keyof Row<Fields<M>>]>
      : never
}
type Aggregated<Kind, T> = Kind extends 'count' | 'countDistinct'
  ? number
  : (Kind extends 'avg' ? Mean<NonNullable<T>> : NonNullable<T>) | null
type Mean<T> = T extends bigint ? number : T
