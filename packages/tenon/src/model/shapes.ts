import { z } from 'zod'
import { UsageError } from '../core/errors.ts'
import { withComparisons } from './comparisons.ts'
import { type AnyField, Computed, Field } from './field.ts'
import type { AnyModel, KeyFields, Many, One, Single } from './infer.ts'
import { shapeNames } from './registries.ts'

type Shape = Record<string, z.core.$ZodType>

type Member = AnyField | Computed<z.core.$ZodType>

/** In the create shape. */
export const isWritable = (member: Member) => !hasOneOf(member, 'readOnly', 'private', 'generated', 'computed')
const isChangeable = (member: Member) => isWritable(member) && !hasOneOf(member, 'writeOnce')
const isVisible = (member: Member) => !hasOneOf(member, 'writeOnly', 'private')

function hasOneOf(member: Member, ...marks: Member['marks'][number][]): boolean {
  return member.marks.some((mark) => marks.includes(mark))
}

export function createShape(name: string, fields: object, checks: object): z.ZodObject {
  return named(`${name}Create`, withComparisons(z.object(shapeOf(fields, isWritable, inCreate)), fields, checks))
}

/** A comparison needs both of its members; one that only the stored row could answer is left to the table. */
export function updateShape(name: string, fields: object, checks: object): z.ZodObject {
  const shape = shapeOf(fields, isChangeable, (member) => z.exactOptional(member.schema))
  return named(`${name}Update`, withComparisons(z.object(shape), fields, checks))
}

export function publicShape(name: string, fields: object): z.ZodObject {
  return named(name, z.object(shapeOf(fields, isVisible, (member) => member.schema)))
}

/** Relations become getters: models may be circular, so the other model's shape is read when it is first needed. */
export function expandedShape(name: string, fields: object, relations: string[]): z.ZodObject {
  const shape = shapeOf(fields, isVisible, (member) => member.schema)
  for (const relation of relations) {
    Object.defineProperty(shape, relation, { get: () => related(name, fields, relation), enumerable: true })
  }
  return named(`${name}With${relations.map(capitalized).join('')}`, z.object(shape))
}

function shapeOf(
  fields: object,
  keep: (member: Member) => boolean,
  schemaOf: (member: Member) => z.core.$ZodType,
): Shape {
  const shape: Shape = {}
  for (const [name, entry] of Object.entries(fields)) {
    const isMember = entry instanceof Field || entry instanceof Computed
    if (isMember && keep(entry)) shape[name] = schemaOf(entry)
  }
  return shape
}

function inCreate(member: Member): z.core.$ZodType {
  if (hasOneOf(member, 'optional')) return z.exactOptional(member.schema)
  if (member instanceof Field && hasOneOf(member, 'default')) return z._default(member.schema, member.column.default)
  return member.schema
}

type Published = AnyModel & { readonly public: z.core.$ZodType }

function related(name: string, fields: object, relation: string): z.core.$ZodType {
  const thunk: unknown = Reflect.get(fields, relation)
  if (typeof thunk !== 'function') {
    throw new UsageError(`Cannot expand ${name}: it has no relation "${relation}". Name one of its relations.`)
  }
  const found = thunk() as One<Published, KeyFields> | Single<Published> | Many<Published>
  const schema = found.model.public
  if (found.kind === 'many') return z.array(schema)
  if (found.kind === 'single') return z.nullable(schema)
  const isNullable = [found.key].flat().some((key) => (Reflect.get(fields, key) as AnyField).column.nullable)
  return isNullable ? z.nullable(schema) : schema
}

function named(name: string, shape: z.ZodObject): z.ZodObject {
  return shape.register(shapeNames, { id: name })
}

function capitalized(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1)
}
