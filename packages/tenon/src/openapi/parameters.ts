import type { Route } from '../http/route.ts'
import type { Schema } from '../http/schema.ts'
import type { Components } from './components.ts'
import type { JsonSchema } from './json-schema.ts'
import type { PathTemplate } from './path.ts'

/** The `parameters` of an operation: each property of its path, query, header and cookie inputs is one. */
export function toParameters(route: Route, template: PathTemplate, components: Components): object[] {
  const { params, query, headers, cookies } = route.options
  const of = (schema: Schema | undefined, what: string) =>
    fieldsOf(schema, `${what} of ${route.method} ${route.path}`, components)
  const declared = new Map(of(params, 'path parameters').map((field) => [field.name, field]))
  const path = Object.entries(template.parameters).map(([name, schema]) => {
    return { ...(declared.get(name) ?? { name, schema }), isRequired: true }
  })
  return [
    ...path.map((field) => toParameter(field, 'path')),
    ...of(query, 'query').map((field) => toParameter(field, 'query')),
    ...of(headers, 'headers').map((field) => toParameter(field, 'header')),
    ...of(cookies, 'cookies').map((field) => toParameter(field, 'cookie')),
  ]
}

interface InputField {
  readonly name: string
  readonly schema: JsonSchema
  readonly isRequired: boolean
}

function fieldsOf(schema: Schema | undefined, place: string, components: Components): InputField[] {
  if (!schema) return []
  const whole = components.resolve(components.describe(schema, place))
  // An intersection or an inheritance is an `allOf` of objects.
  const parts = [whole, ...(Array.isArray(whole.allOf) ? whole.allOf : [])].map((part) => components.resolve(part))
  return parts.flatMap(({ properties = {}, required = [] }) =>
    Object.entries(properties).map(([name, property]) => ({
      name,
      schema: property,
      isRequired: required.includes(name),
    })),
  )
}

function toParameter({ name, schema, isRequired }: InputField, place: 'path' | 'query' | 'header' | 'cookie'): object {
  const { description, deprecated, ...rest } = schema
  return {
    name,
    in: place,
    required: isRequired,
    ...(description === undefined ? {} : { description }),
    ...(deprecated === true ? { deprecated } : {}),
    schema: rest,
  }
}
