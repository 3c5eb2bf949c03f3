import { z } from 'zod'
import { TenonError, UsageError } from '../core/errors.ts'
import { type Form, formOf, membersOf } from './forms.ts'

/** Writes a value as JSON text by its declared shape: what is not declared is not written. Throws TenonError where a value does not fit. */
export type Writer = (value: unknown, at: string) => string

type Schema = z.core.$ZodTypes

/** Compiles the writer of a schema: from the memory form (Date) to the wire form, without checking the rules again. */
export function compileWriter(schema: z.core.$ZodType): Writer {
  return writerOf(schema as Schema, new Map())
}

/** Shapes may be circular, so a writer being compiled is reached through `made` when it is called. */
function writerOf(schema: Schema, made: Map<Schema, Writer>): Writer {
  const found = made.get(schema)
  if (found) return found
  let writer: Writer | undefined
  made.set(schema, (value, at) => {
    if (!writer) throw new TenonError('TENON_WRITER', `Cannot write ${at}: its writer is not compiled yet.`)
    return writer(value, at)
  })
  writer = compile(schema, (inner) => writerOf(inner as Schema, made))
  made.set(schema, writer)
  return writer
}

function compile(schema: Schema, inner: (schema: z.core.$ZodType) => Writer): Writer {
  const form = formOf(schema)
  if (form) return plainWriters[form]
  const def = schema._zod.def
  switch (def.type) {
    case 'object': {
      const members = membersOf(schema)
      return members ? writeObject(members, inner) : writeEncoded(schema)
    }
    case 'array':
      return writeArray(inner(def.element))
    case 'nullable':
      return writeNullable(inner(def.innerType))
    case 'optional':
    case 'default':
    case 'prefault':
    case 'nonoptional':
    case 'readonly':
    case 'catch':
      return inner(def.innerType)
    case 'lazy':
      // Zod keeps the schema that the getter makes; asking the getter would make one for every value.
      return (value, at) => inner((schema as z.core.$ZodLazy)._zod.innerType)(value, at)
    case 'pipe':
      if ([def.in, def.out].some(({ _zod }) => _zod.def.type === 'transform')) throw noWayBack('a transform')
      return writeEncoded(schema)
    case 'bigint':
      throw noWayBack('a bigint')
    default:
      return writeEncoded(schema)
  }
}

type Members = NonNullable<ReturnType<typeof membersOf>>

function writeObject(declared: Members, inner: (schema: z.core.$ZodType) => Writer): Writer {
  const members = declared.map(([key, schema]) => {
    return { key, prefix: `${JSON.stringify(key)}:`, write: inner(schema), optional: schema._zod.optout === 'optional' }
  })
  return (value, at) => {
    if (typeof value !== 'object' || value === null) throw misfit(value, at, 'an object')
    let text = ''
    for (const { key, prefix, write, optional } of members) {
      const member: unknown = (value as Record<string, unknown>)[key]
      if (member === undefined && optional) continue
      text += (text === '' ? prefix : `,${prefix}`) + write(member, `${at}.${key}`)
    }
    return `{${text}}`
  }
}

function writeArray(write: Writer): Writer {
  return (value, at) => {
    if (!Array.isArray(value)) throw misfit(value, at, 'a list')
    let text = ''
    for (let index = 0; index < value.length; index++) text += (index === 0 ? '' : ',') + write(value[index], at)
    return `[${text}]`
  }
}

function writeNullable(write: Writer): Writer {
  return (value, at) => (value === null ? 'null' : write(value, at))
}

/** Needs an escape in JSON, or is half of a surrogate pair; JSON.stringify knows what to do with either. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what JSON escapes
const needsEscape = /[\u0000-\u001f"\\\ud800-\udfff]/

function writeString(value: unknown, at: string): string {
  if (typeof value !== 'string') throw misfit(value, at, 'a text')
  return toJsonText(value)
}

/** As JSON.stringify, and faster where nothing needs an escape. */
export function toJsonText(value: string): string {
  return needsEscape.test(value) ? JSON.stringify(value) : `"${value}"`
}

function writeNumber(value: unknown, at: string): string {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw misfit(value, at, 'a number')
  return String(value)
}

function writeBoolean(value: unknown, at: string): string {
  if (typeof value !== 'boolean') throw misfit(value, at, 'true or false')
  return value ? 'true' : 'false'
}

function writeDate(value: unknown, at: string): string {
  if (!(value instanceof Date) || Number.isNaN(value.getTime())) throw misfit(value, at, 'a Date')
  return `"${value.toISOString()}"`
}

function writeBigint(value: unknown, at: string): string {
  if (typeof value !== 'bigint') throw misfit(value, at, 'a bigint')
  return `"${value}"`
}

function writeBytes(value: unknown, at: string): string {
  if (!(value instanceof Uint8Array)) throw misfit(value, at, 'a Uint8Array')
  return `"${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64')}"`
}

const plainWriters: Readonly<Record<Form, Writer>> = {
  text: writeString,
  number: writeNumber,
  boolean: writeBoolean,
  instant: writeDate,
  bigint: writeBigint,
  bytes: writeBytes,
}

/** Whatever has no writer of its own goes the long way round through Zod. */
function writeEncoded(schema: z.core.$ZodType): Writer {
  return (value, at) => {
    const text: string | undefined = JSON.stringify(z.encode(schema, value))
    if (text === undefined) throw misfit(value, at, 'a value that JSON knows')
    return text
  }
}

function noWayBack(what: string): UsageError {
  return new UsageError(`Cannot write answers of this schema: there is no way from ${what} back to JSON. Use a codec.`)
}

function misfit(value: unknown, at: string, wanted: string): TenonError {
  const got = value === undefined ? 'missing' : value === null ? 'null' : `of type ${typeof value}`
  return new TenonError('TENON_ANSWER', `Cannot write the answer: ${at} is ${got}, and its schema wants ${wanted}.`)
}
