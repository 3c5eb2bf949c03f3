import { isSchema, type JsonSchema } from './json-schema.ts'

/** Says the same in fewer words: what generators add for validators and a reader of documentation has no use for. */
export function simplify(schema: JsonSchema): JsonSchema {
  return withoutNoise(withNullType(withExamples(schema)))
}

/** A `pattern` beside a `format` is the generator's regular expression for it; limits of safe integers are no rule. */
function withoutNoise(schema: JsonSchema): JsonSchema {
  const { pattern, minimum, maximum, propertyNames, ...rest } = schema
  if (pattern !== undefined && schema.format === undefined) rest.pattern = pattern
  if (isSchema(propertyNames) && JSON.stringify(propertyNames) !== '{"type":"string"}')
    rest.propertyNames = propertyNames
  if (schema.type === 'integer' && minimum === -(2 ** 31) && maximum === 2 ** 31 - 1) {
    return { ...rest, type: 'integer', format: 'int32' }
  }
  if (minimum !== undefined && minimum !== Number.MIN_SAFE_INTEGER) rest.minimum = minimum
  if (maximum !== undefined && maximum !== Number.MAX_SAFE_INTEGER) rest.maximum = maximum
  const isLong = minimum === Number.MIN_SAFE_INTEGER || maximum === Number.MAX_SAFE_INTEGER
  return isLong && rest.format === undefined ? { ...rest, format: 'int64' } : rest
}

/** `anyOf: [{ type: 'string', … }, { type: 'null' }]` becomes `type: ['string', 'null'], …`. */
function withNullType(schema: JsonSchema): JsonSchema {
  const { anyOf, ...rest } = schema
  if (!Array.isArray(anyOf) || anyOf.length !== 2 || !isNull(anyOf[1])) return schema
  const inner: unknown = anyOf[0]
  if (!isSchema(inner) || typeof inner.type !== 'string' || 'const' in inner) return schema
  const enumeration = Array.isArray(inner.enum) ? { enum: [...inner.enum, null] } : {}
  return { ...inner, ...rest, type: [inner.type, 'null'], ...enumeration }
}

function isNull(value: unknown): boolean {
  return isSchema(value) && value.type === 'null'
}

/** `example` is deprecated in OpenAPI 3.1 for JSON Schema's own `examples`. */
function withExamples(schema: JsonSchema): JsonSchema {
  if (!('example' in schema)) return schema
  const { example, ...rest } = schema
  return 'examples' in rest ? rest : { ...rest, examples: [example] }
}
