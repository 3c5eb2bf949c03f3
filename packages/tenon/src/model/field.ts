import { z } from 'zod'
import { type Column, isMade, isSql, type Made, type Reference, type Sql } from './column.ts'
import type { Mark, Marked } from './infer.ts'
import { withCode } from './registries.ts'

/** A column that carries the Zod schema of its value. Every method answers a new field. */
export class Field<S extends z.core.$ZodType, M extends Mark = never> implements Marked<M> {
  readonly kind = 'field'
  readonly schema: S
  readonly column: Column
  readonly marks: readonly M[]

  constructor(schema: S, column: Column, marks: readonly M[] = []) {
    this.schema = schema
    this.column = column
    this.marks = marks
  }

  /** Null is a value of its own; left out of a create it means null, left out of an update it means unchanged. */
  nullable(): Field<z.ZodNullable<S>, M | 'default'> {
    const column = { default: null, ...this.column, nullable: true }
    return new Field(z.nullable(this.schema), column, [...this.marks, 'default'])
  }

  /** A constant, filled in by the parser; an expression of the database (`now`); or made for each row (`uuidV7`). */
  default(value: Sql | Made<z.output<S>>): Field<S, M | 'optional'>
  default(value: z.output<S>): Field<S, M | 'default'>
  default(value: unknown): Field<S, M | 'default' | 'optional'> {
    const mark = isSql(value) || isMade(value) ? 'optional' : 'default'
    return new Field(this.schema, { ...this.column, default: value }, [...this.marks, mark])
  }

  /** In no create and no update: clients see it and never set it. */
  readOnly(): Field<S, M | 'readOnly'> {
    return this.#marked('readOnly')
  }

  /** Clients set it and never see it. */
  writeOnly(): Field<S, M | 'writeOnly'> {
    return this.#marked('writeOnly')
  }

  /** Clients set it when they create, and never change it. */
  writeOnce(): Field<S, M | 'writeOnce'> {
    return this.#marked('writeOnce')
  }

  /** In no API shape at all. */
  private(): Field<S, M | 'private'> {
    return this.#marked('private')
  }

  /** Computed by the database from other columns of the row and stored; in no create, update or insert. */
  generated(value: Sql): Field<S, M | 'generated'> {
    return new Field(this.schema, { ...this.column, generated: value }, [...this.marks, 'generated'])
  }

  unique(): Field<S, M> {
    return this.#column({ unique: true })
  }

  primaryKey(): Field<S, M> {
    return this.#column({ primaryKey: true })
  }

  /** Set by every update that changes the row; a `now` here also never repeats the millisecond before. */
  onUpdate(value: Sql): Field<S, M> {
    return this.#column({ onUpdate: value })
  }

  /** A foreign key, as a thunk: `references(() => User, { onDelete: 'cascade' })`. */
  references(model: CallableFunction, options: Omit<Reference, 'model'> = {}): Field<S, M> {
    return this.#column({ references: { model, ...options } })
  }

  /** The column's own name, where it is not the field's in snake_case. */
  columnName(name: string): Field<S, M> {
    return this.#column({ name })
  }

  /** A value of the right type that breaks this field's rule answers 400 with this code instead of 422. */
  code(code: string): Field<S, M> {
    withCode(this.schema, code)
    return this
  }

  /** Text for the API's documentation, and the column's comment. */
  describe(description: string): Field<S, M> {
    return this.#documented({ description }).#column({ comment: description })
  }

  /** A value, as it is on the wire, that the API's documentation shows. */
  example(value: z.input<S>): Field<S, M> {
    return this.#documented({ examples: [value] })
  }

  #documented(meta: Record<string, unknown>): Field<S, M> {
    z.globalRegistry.add(this.schema, { ...z.globalRegistry.get(this.schema), ...meta })
    return this
  }

  #column(change: Partial<Column>): Field<S, M> {
    return new Field(this.schema, { ...this.column, ...change }, this.marks)
  }

  #marked<N extends Mark>(mark: N): Field<S, M | N> {
    return new Field(this.schema, this.column, [...this.marks, mark])
  }
}

/** A field whose schema and marks are not known to the compiler. */
export type AnyField = Field<z.core.$ZodType, Mark>

/** A member that the class computes (a getter): in no table and no row, but in what clients see. */
export class Computed<S extends z.core.$ZodType> implements Marked<'computed'> {
  readonly kind = 'field'
  readonly marks = ['computed'] as const
  readonly schema: S

  constructor(schema: S) {
    this.schema = schema
  }
}

/** Declares a getter of the class public: `overdue: computed(boolean())` beside `get overdue() { … }`. */
export function computed<S extends z.core.$ZodType>(value: {
  readonly kind: 'field'
  readonly schema: S
}): Computed<S> {
  return new Computed(value.schema)
}
