import { z } from 'zod'
import { shapeNames } from '../model/registries.ts'
import type { JsonSchema } from './json-schema.ts'

/** What the conversion of one Zod schema needs to know from outside. */
export interface ZodSchemaOptions {
  /** The component's name for a schema that has one, the same for each time it is met. */
  readonly nameOf: (schema: z.core.$ZodType, wanted: string) => string
  /** Told of each part that JSON Schema cannot say. */
  readonly onUnknown: (path: readonly (string | number)[], message: string) => void
}

/** The JSON Schema of the wire form: Zod's `input`, for requests and for answers, which are written by running a schema backwards. */
export function fromZod(schema: z.core.$ZodType, options: ZodSchemaOptions): JsonSchema {
  const converted = z.toJSONSchema(schema, {
    io: 'input',
    metadata: new Metadata(options.nameOf),
    unrepresentable: ({ zodSchema, path, message }) => instead(zodSchema) ?? reported(path, message, options),
    override: ({ zodSchema, jsonSchema }) => restore(zodSchema, jsonSchema),
  })
  return converted as JsonSchema
}

type Meta = Record<string, unknown>

/** Both registries at once, the names of shapes and the texts of fields: `toJSONSchema` reads a single one, by `get`. */
class Metadata extends z.core.$ZodRegistry<Meta> {
  readonly #nameOf: ZodSchemaOptions['nameOf']

  constructor(nameOf: ZodSchemaOptions['nameOf']) {
    super()
    this.#nameOf = nameOf
  }

  override get(schema: z.core.$ZodType): never {
    const { id, ...meta }: Meta = { ...z.globalRegistry.get(schema), ...shapeNames.get(schema) }
    return (typeof id === 'string' ? { ...meta, id: this.#nameOf(schema, id) } : meta) as never
  }
}

/** Types that have no JSON form of their own but one that everybody uses; or what the schema's metadata says. */
function instead(schema: z.core.$ZodTypes): z.core.JSONSchema.BaseSchema | null {
  const type = schema._zod.def.type
  if (type === 'bigint') return { type: 'integer', format: 'int64' }
  if (type === 'date') return { type: 'string', format: 'date-time' }
  return z.globalRegistry.get(schema)?.type === undefined ? null : {}
}

function reported(path: readonly (string | number)[], message: string, options: ZodSchemaOptions): 'any' {
  options.onUnknown(path, message)
  return 'any'
}

/** Puts back what Zod leaves out: the default and the examples of whatever holds a codec, as if they were those of its memory form. */
function restore(schema: z.core.$ZodTypes, json: z.core.JSONSchema.BaseSchema): void {
  // It also calls nothing a date-time that may come without an offset; RFC 3339 is the nearest that has a name.
  if (isDateTime(schema)) json.format = 'date-time'
  const examples = z.globalRegistry.get(schema)?.examples
  if (Array.isArray(examples) && json.examples === undefined) json.examples = examples
  if (schema._zod.def.type !== 'default' || json.default !== undefined) return
  const value = wireDefault(schema._zod.def)
  if (value !== undefined) json.default = value
}

function isDateTime({ _zod: { def } }: z.core.$ZodTypes): boolean {
  return def.type === 'string' && 'format' in def && def.format === 'datetime'
}

function wireDefault(def: z.core.$ZodDefaultDef): unknown {
  const value = def.defaultValue
  // A function's answer is another object each time, and what it answers at the start is not what it will answer.
  if (value instanceof Date && value !== def.defaultValue) return undefined
  try {
    return JSON.parse(JSON.stringify(z.encode(def.innerType, value)))
  } catch {
    return typeof value === 'object' ? undefined : value
  }
}
