import type { z } from 'zod'
import { UsageError } from '../core/errors.ts'
import { Computed, Field } from './field.ts'
import type {
  AnyModel,
  Changeable,
  CheckFields,
  Created,
  Expanded,
  Related,
  Row,
  SchemaOf,
  Visible,
  Writable,
} from './infer.ts'
import type { ModelOptions } from './options.ts'
import { assertDirect, type ModelParts } from './parts.ts'
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
    [K in keyof F as F[K] extends Changeable ? K : never]: z.ZodExactOptional<SchemaOf<F[K]>>
  }>
  /** What a client sees. */
  readonly public: z.ZodObject<{ [K in keyof F as F[K] extends Visible ? K : never]: SchemaOf<F[K]> }>
  /** What a client sees, with the public shapes of these relations. */
  expand<K extends keyof Related<F>>(
    ...relations: K[]
  ): z.ZodObject<{ [P in keyof F as F[P] extends Visible ? P : P & K]: Expanded<F[P], F> }>
}

/** Defines a model: `class Task extends Model('tasks', { id: identity(), title: text() }) {}`. */
export function Model<const N extends string, F extends object>(
  table: N,
  fields: F & CheckFields<F>,
  options: ModelOptions<F> = {},
): ModelClass<N, F> {
  checkEntries(table, fields)
  const kept = new Map<string, z.ZodObject>()

  class Base {
    static readonly kind = 'model'
    static readonly table = table
    static readonly fields = fields
    static readonly options = options

    // A shape is made once, on first use: only then does the class have its name and do its relations exist.
    static get create() {
      return keep(kept, this, 'create', () => createShape(this.name, fields))
    }
    static get update() {
      return keep(kept, this, 'update', () => updateShape(this.name, fields))
    }
    static get public() {
      return keep(kept, this, 'public', () => publicShape(this.name, fields))
    }
    static expand(...relations: string[]) {
      assertDirect(this)
      return expandedShape(this.name, fields, relations)
    }

    constructor(row: object) {
      Object.assign(this, row)
    }
  }
  // A class that extends it has a name of its own.
  Object.defineProperty(Base, 'name', { value: table })
  return Base as unknown as ModelClass<N, F>
}

function keep(
  kept: Map<string, z.ZodObject>,
  model: ModelParts,
  property: string,
  make: () => z.ZodObject,
): z.ZodObject {
  assertDirect(model)
  const shape = kept.get(property) ?? make()
  kept.set(property, shape)
  return shape
}

/** The compiler says it better; this is for those who do not ask it. */
function checkEntries(table: string, fields: object): void {
  if (typeof fields === 'function') {
    throw new UsageError(
      `Cannot define the model "${table}": its fields are another model. Share fields by spreading an object of them.`,
    )
  }
  for (const [name, entry] of Object.entries(fields)) {
    const isThunk = typeof entry === 'function' && !('kind' in entry)
    if (entry instanceof Field || entry instanceof Computed || isThunk) continue
    throw new UsageError(
      `Cannot define the model "${table}": "${name}" is neither a field nor a relation. Write a field such as text(), or a relation as a thunk: () => belongsTo(User, 'user_id').`,
    )
  }
}
