import { z } from 'zod'
import { UsageError } from '../core/errors.ts'
import { type AnyField, Field } from './field.ts'
import type { AnyModel, Many, One } from './infer.ts'
import { shapeNames } from './registries.ts'

type Shape = Record<string, z.core.$ZodType>

const isWritable = (field: AnyField) => !field.marks.includes('readOnly') && !field.marks.includes('private')
const isVisible = (field: AnyField) => !field.marks.includes('writeOnly') && !field.marks.includes('private')

export function createShape(name: string, fields: object): z.ZodObject {
  return named(`${name}Create`, shapeOf(fields, isWritable, inCreate))
}

export function updateShape(name: string, fields: object): z.ZodObject {
  return named(
    `${name}Update`,
    shapeOf(fields, isWritable, (field) => z.exactOptional(field.schema)),
  )
}

export function publicShape(name: string, fields: object): z.ZodObject {
  return named(
    name,
    shapeOf(fields, isVisible, (field) => field.schema),
  )
}

/** Relations become getters: models may be circular, so the other model's shape is read when it is first needed. */
export function expandedShape(name: string, fields: object, relations: string[]): z.ZodObject {
  const shape = shapeOf(fields, isVisible, (field) => field.schema)
  for (const relation of relations) {
    Object.defineProperty(shape, relation, { get: () => related(name, fields, relation), enumerable: true })
  }
  return named(`${name}With${relations.map(capitalized).join('')}`, shape)
}

function shapeOf(
  fields: object,
  keep: (field: AnyField) => boolean,
  schemaOf: (field: AnyField) => z.core.$ZodType,
): Shape {
  const shape: Shape = {}
  for (const [name, field] of Object.entries(fields)) {
    if (field instanceof Field && keep(field)) shape[name] = schemaOf(field)
  }
  return shape
}

function inCreate(field: AnyField): z.core.$ZodType {
  if (field.marks.includes('optional')) return z.exactOptional(field.schema)
  if (field.marks.includes('default')) return z._default(field.schema, field.column.default)
  return field.schema
}

type Published = AnyModel & { readonly public: z.core.$ZodType }

function related(name: string, fields: object, relation: string): z.core.$ZodType {
  const thunk: unknown = Reflect.get(fields, relation)
  if (typeof thunk !== 'function') {
    throw new UsageError(`Cannot expand ${name}: it has no relation "${relation}". Name one of its relations.`)
  }
  const found = thunk() as One<Published, string> | Many<Published>
  const schema = found.model.public
  if (found.kind === 'many') return z.array(schema)
  return (Reflect.get(fields, found.key) as AnyField).column.nullable ? z.nullable(schema) : schema
}

function named(name: string, shape: Shape): z.ZodObject {
  return z.object(shape).register(shapeNames, { id: name })
}

function capitalized(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1)
}
