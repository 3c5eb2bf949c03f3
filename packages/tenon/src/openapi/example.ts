import { isSchema, type JsonSchema } from './json-schema.ts'

/** Follows a reference: answers the schema it names, or what it was given. */
export type Resolve = (schema: JsonSchema) => JsonSchema

/** A value that the schema allows: its own example where it has one, else one made from its type, format and limits. */
export function exampleOf(schema: JsonSchema, resolve: Resolve): unknown {
  return make(schema, { resolve, name: 'text', within: [] })
}

interface Place {
  readonly resolve: Resolve
  /** The property that the value is for. */
  readonly name: string
  /** The references that led here; one that comes again is not followed. */
  readonly within: readonly string[]
}

/** Answers undefined where there is nothing to show. */
function make(schema: JsonSchema, place: Place): unknown {
  if (schema.$ref !== undefined) {
    if (place.within.includes(schema.$ref)) return undefined
    return make(place.resolve(schema), { ...place, within: [...place.within, schema.$ref] })
  }
  const { examples, default: standard, enum: values } = schema
  if (Array.isArray(examples) && examples.length > 0) return examples[0]
  if (standard !== undefined && standard !== null) return standard
  if ('const' in schema) return schema.const
  if (Array.isArray(values)) return values[0]
  const options = [schema.anyOf, schema.oneOf].find(Array.isArray)
  if (options) return makeOneOf(options, place)
  return Array.isArray(schema.allOf) ? makeAllOf(schema, schema.allOf, place) : makeFromType(schema, place)
}

function makeOneOf(options: readonly JsonSchema[], place: Place): unknown {
  const made = options.map((option) => make(option, place)).filter((value) => value !== undefined)
  return made.find((value) => value !== null) ?? made[0]
}

function makeAllOf(schema: JsonSchema, others: readonly JsonSchema[], place: Place): unknown {
  const made = [makeFromType(schema, place), ...others.map((part) => make(part, place))]
  const parts = made.filter((value) => value !== undefined)
  return parts.every(isSchema) ? Object.assign({}, ...parts) : parts[0]
}

function makeFromType(schema: JsonSchema, place: Place): unknown {
  const type = Array.isArray(schema.type) ? schema.type.find((one) => one !== 'null') : schema.type
  switch (type) {
    case 'string':
      return makeText(schema, place.name)
    case 'integer':
    case 'number':
      return makeNumber(schema)
    case 'boolean':
      return true
    case 'null':
      return null
    case 'array':
      return makeList(schema, place)
    case 'object':
      return makeObject(schema, place)
    default:
      return undefined
  }
}

const formats: Readonly<Record<string, string>> = {
  'date-time': '2026-11-23T09:30:00Z',
  date: '2026-11-23',
  time: '09:30:00',
  duration: 'P1D',
  email: 'ada@example.com',
  uuid: '01936e5a-7c00-7000-8000-000000000001',
  uri: 'https://example.com',
  hostname: 'example.com',
  ipv4: '192.0.2.1',
  ipv6: '2001:db8::1',
  byte: 'VGVub24=',
  base64: 'VGVub24=',
}

function makeText(schema: JsonSchema, name: string): string | undefined {
  const known = schema.format === undefined ? undefined : formats[schema.format]
  if (known !== undefined) return known
  const words = name.replace(/[_-]+/g, ' ').replace(/^./, (letter) => letter.toUpperCase())
  const text = words
    .padEnd(numberOr(schema.minLength, 0), '.')
    .slice(0, numberOr(schema.maxLength, words.length + 1000))
  const fits = typeof schema.pattern !== 'string' || new RegExp(schema.pattern, 'u').test(text)
  return fits ? text : undefined
}

function makeNumber(schema: JsonSchema): number {
  const step = numberOr(schema.multipleOf, 1)
  const least = numberOr(schema.minimum, numberOr(schema.exclusiveMinimum, Number.NEGATIVE_INFINITY) + step)
  const most = numberOr(schema.maximum, numberOr(schema.exclusiveMaximum, Number.POSITIVE_INFINITY) - step)
  const value = Math.max(least, Math.min(most, step))
  return schema.multipleOf === undefined ? value : Math.ceil(value / step) * step
}

function makeList(schema: JsonSchema, place: Place): unknown[] {
  if (Array.isArray(schema.prefixItems)) return schema.prefixItems.map((item) => make(item, place))
  const item = isSchema(schema.items) ? make(schema.items, place) : undefined
  return item === undefined ? [] : Array.from({ length: numberOr(schema.minItems, 1) || 1 }, () => item)
}

function makeObject(schema: JsonSchema, place: Place): Record<string, unknown> {
  const made: [string, unknown][] = []
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const value = make(property, { ...place, name })
    if (value !== undefined) made.push([name, value])
  }
  if (made.length === 0 && isSchema(schema.additionalProperties)) {
    const value = make(schema.additionalProperties, { ...place, name: 'value' })
    if (value !== undefined) made.push(['key', value])
  }
  return Object.fromEntries(made)
}

function numberOr(value: unknown, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise
}
