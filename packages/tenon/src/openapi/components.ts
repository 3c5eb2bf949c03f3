import type { z } from 'zod'
import type { Schema } from '../http/schema.ts'
import { isSchema, type JsonSchema, mapSchema, reference } from './json-schema.ts'
import { simplify } from './simplify.ts'
import { fromZod } from './zod-schema.ts'

export type Warn = (message: string) => void

const prefix = reference('')

/** The schemas of a document: turns those of the routes into JSON Schema and keeps the named ones, each once. */
export class Components {
  readonly #schemas = new Map<string, JsonSchema>()
  /** Each name given away, with the one that was wanted. */
  readonly #wanted = new Map<string, string>()
  readonly #names = new Map<z.core.$ZodType, string>()
  readonly #described = new Map<Schema, JsonSchema>()
  readonly #warn: Warn

  constructor(warn: Warn) {
    this.#warn = warn
  }

  /** Keeps a schema under a name, or a name like it where that one is taken, and answers the reference to it. */
  add(wanted: string, schema: JsonSchema): JsonSchema {
    const name = this.#allocate(wanted)
    this.#schemas.set(name, schema)
    return { $ref: reference(name) }
  }

  /** The JSON Schema of what goes over the wire; `{}` where it cannot be said, with a warning that names the place. */
  describe(schema: Schema, place: string): JsonSchema {
    const described = this.#described.get(schema) ?? this.#convert(schema, place)
    this.#described.set(schema, described)
    return described
  }

  /** The schema itself, where what is given refers to one. */
  resolve(schema: JsonSchema): JsonSchema {
    const name = schema.$ref?.slice(prefix.length)
    return (name !== undefined && this.#schemas.get(name)) || schema
  }

  /** The kept schemas that `root` refers to, directly or not, by name. */
  reachableFrom(root: unknown): Record<string, JsonSchema> {
    const found = new Map<string, JsonSchema>()
    const pending = referencesIn(root)
    for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
      const schema = this.#schemas.get(name)
      if (!schema || found.has(name)) continue
      found.set(name, schema)
      pending.push(...referencesIn(schema))
    }
    return Object.fromEntries([...found].sort(([one], [other]) => (one < other ? -1 : 1)))
  }

  /** The name that a kept schema was to have; another where that one was taken. */
  wantedName(name: string): string {
    return this.#wanted.get(name) ?? name
  }

  #convert(schema: Schema, place: string): JsonSchema {
    try {
      if (isZod(schema)) return this.#hoist(this.#fromZod(schema, place), false)
      return this.#hoist(fromStandard(schema), true)
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      this.#warn(`Cannot describe the ${place}: ${reason}. The OpenAPI document says "anything" there.`)
      return {}
    }
  }

  #fromZod(schema: z.core.$ZodType, place: string): JsonSchema {
    return fromZod(schema, {
      nameOf: (named, wanted) => this.#nameOf(named, wanted),
      onUnknown: (path, message) => {
        const where = path.length > 0 ? ` at "${path.join('.')}"` : ''
        this.#warn(`Cannot describe the ${place}${where}: ${message}. The OpenAPI document says "anything" there.`)
      },
    })
  }

  #nameOf(schema: z.core.$ZodType, wanted: string): string {
    const name = this.#names.get(schema) ?? this.#allocate(wanted)
    this.#names.set(schema, name)
    return name
  }

  #allocate(wanted: string): string {
    const base = wanted.replace(/[^A-Za-z0-9._-]/g, '_')
    let name = base
    for (let count = 2; this.#wanted.has(name); count++) name = `${base}${count}`
    this.#wanted.set(name, base)
    return name
  }

  /** Moves a schema's own definitions into the components, and itself where it refers to itself. */
  #hoist(converted: JsonSchema, isForeign: boolean): JsonSchema {
    const { $schema: _, $defs: definitions = {}, ...root } = converted
    const names = new Map<string, string>()
    for (const key of Object.keys(definitions)) {
      // Zod's own definitions bear names that were allocated here, but for those it had to make up.
      const isMadeUp = key.startsWith('__schema')
      names.set(`#/$defs/${key}`, isForeign || isMadeUp ? this.#allocate(isMadeUp ? 'Schema' : key) : key)
    }
    if (JSON.stringify(root).includes('"$ref":"#"')) names.set('#', this.#allocate('Schema'))

    const rewritten = (schema: JsonSchema) => mapSchema(schema, (part) => simplify(withReference(part, names)))
    for (const [key, definition] of Object.entries(definitions)) {
      const name = names.get(`#/$defs/${key}`) ?? key
      if (!this.#schemas.has(name)) this.#schemas.set(name, rewritten(definition))
    }
    const own = names.get('#')
    if (own === undefined) return rewritten(root)
    this.#schemas.set(own, rewritten(root))
    return { $ref: reference(own) }
  }
}

function withReference(schema: JsonSchema, names: ReadonlyMap<string, string>): JsonSchema {
  const name = schema.$ref === undefined ? undefined : names.get(schema.$ref)
  return name === undefined ? schema : { ...schema, $ref: reference(name) }
}

function referencesIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(referencesIn)
  if (!isSchema(value)) return []
  const inner = Object.values(value).flatMap(referencesIn)
  return typeof value.$ref === 'string' && value.$ref.startsWith(prefix)
    ? [value.$ref.slice(prefix.length), ...inner]
    : inner
}

function isZod(schema: Schema): schema is Schema & z.core.$ZodType {
  return '_zod' in schema
}

/** Standard Schema 1.1's JSON Schema part, where the library has it. https://standardschema.dev/json-schema */
interface StandardJsonSchema {
  readonly jsonSchema?: { readonly input: (options: { readonly target: string }) => Record<string, unknown> }
}

function fromStandard(schema: Schema): JsonSchema {
  const { jsonSchema } = schema['~standard'] as StandardJsonSchema
  if (!jsonSchema) throw new Error(`its library "${schema['~standard'].vendor}" gives no JSON Schema`)
  return jsonSchema.input({ target: 'draft-2020-12' })
}
