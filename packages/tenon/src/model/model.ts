import type { z } from 'zod'
import type { AnyModel, CheckFields, Created, Expanded, Related, Row, SchemaOf, Visible, Writable } from './infer.ts'
import { createShape, expandedShape, publicShape, updateShape } from './shapes.ts'

/** A model as `Model(…)` makes it: a class of rows that carries its table, its fields and its derived shapes. */
export interface ModelClass<N extends string, F> extends AnyModel {
  new (row: Row<F>): Row<F>
  readonly prototype: Row<F>
  readonly table: N
  readonly fields: F
  readonly options: ModelOptions<F>
  /** What a client sends to make one: defaults are filled in, unknown members are dropped. */
  readonly create: z.ZodObject<{ [K in keyof F as F[K] extends Writable ? K : never]: Created<F[K]> }>
  /** What a client sends to change one: absent stays absent, null stays null. */
  readonly update: z.ZodObject<{
    [K in keyof F as F[K] extends Writable ? K : never]: z.ZodExactOptional<SchemaOf<F[K]>>
  }>
  /** What a client sees. */
  readonly public: z.ZodObject<{ [K in keyof F as F[K] extends Visible ? K : never]: SchemaOf<F[K]> }>
  /** What a client sees, with the public shapes of these relations. */
  expand<K extends keyof Related<F>>(
    ...relations: K[]
  ): z.ZodObject<{ [P in keyof F as F[P] extends Visible ? P : P & K]: Expanded<F[P], F> }>
}

export interface IndexOptions<F> {
  readonly name: string
  readonly fields: readonly (keyof F)[]
}

export interface ModelOptions<F> {
  readonly indexes?: readonly (readonly (keyof F)[] | IndexOptions<F>)[]
  readonly uniques?: readonly (readonly (keyof F)[])[]
}

/** Defines a model: `class Task extends Model('tasks', { id: identity(), title: text() }) {}`. */
export function Model<const N extends string, F extends object>(
  table: N,
  fields: F & CheckFields<F>,
  options: ModelOptions<F> = {},
): ModelClass<N, F> {
  class Base {
    static readonly kind = 'model'
    static readonly table = table
    static readonly fields = fields
    static readonly options = options

    // A shape is made once per class, on first use: only then does the class have its name and do its relations exist.
    static get create() {
      return keep(this, 'create', createShape(this.name, fields))
    }
    static get update() {
      return keep(this, 'update', updateShape(this.name, fields))
    }
    static get public() {
      return keep(this, 'public', publicShape(this.name, fields))
    }
    static expand(...relations: string[]) {
      return expandedShape(this.name, fields, relations)
    }

    constructor(row: object) {
      Object.assign(this, row)
    }
  }
  return Base as unknown as ModelClass<N, F>
}

function keep(model: object, property: string, shape: z.ZodObject): z.ZodObject {
  Object.defineProperty(model, property, { value: shape })
  return shape
}
