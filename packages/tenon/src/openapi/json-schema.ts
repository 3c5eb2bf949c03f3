/** A JSON Schema of the 2020-12 dialect, which OpenAPI 3.1 speaks: the keywords that are read here, and any other. */
export interface JsonSchema {
  [keyword: string]: unknown
  $ref?: string
  $defs?: Record<string, JsonSchema>
  type?: string | string[]
  properties?: Record<string, JsonSchema>
  required?: string[]
  description?: string
  format?: string
}

export function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Where a schema of the components is found. */
export function reference(name: string): string {
  return `#/components/schemas/${name}`
}

const single = ['items', 'additionalProperties', 'propertyNames', 'not', 'contains', 'if', 'then', 'else']
const several = ['anyOf', 'oneOf', 'allOf', 'prefixItems']
const named = ['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas']

/** A copy in which `change` was applied to every subschema and then to the whole; values such as `default` stay as they are. */
export function mapSchema(schema: JsonSchema, change: (schema: JsonSchema) => JsonSchema): JsonSchema {
  const visit = (value: unknown) => (isSchema(value) ? mapSchema(value, change) : value)
  const copy: JsonSchema = {}
  for (const [keyword, value] of Object.entries(schema)) {
    if (single.includes(keyword)) copy[keyword] = visit(value)
    else if (several.includes(keyword) && Array.isArray(value)) copy[keyword] = value.map(visit)
    else if (named.includes(keyword) && isSchema(value)) copy[keyword] = mapValues(value, visit)
    else copy[keyword] = value
  }
  return change(copy)
}

function mapValues(record: object, change: (value: unknown) => unknown): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]))
}
