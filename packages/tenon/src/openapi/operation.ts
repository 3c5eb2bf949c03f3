import type { SecurityScheme } from '../http/dependency.ts'
import type { Route } from '../http/route.ts'
import type { Schema } from '../http/schema.ts'
import type { Components, Warn } from './components.ts'
import { securitySchemesOf } from './dependencies.ts'
import type { JsonSchema } from './json-schema.ts'
import { toSummary } from './names.ts'
import { toParameters } from './parameters.ts'
import type { PathTemplate } from './path.ts'
import { toResponses, withExample } from './responses.ts'

/** What all operations of a document share. */
export interface OperationContext {
  readonly components: Components
  /** The reference to the schema of errors. */
  readonly error: JsonSchema
  readonly warn: Warn
}

/** One route as an OpenAPI operation. */
export function toOperation(route: Route, template: PathTemplate, id: string, context: OperationContext): object {
  const { components, error, warn } = context
  const parameters = toParameters(route, template, components)
  const body = toRequestBody(route, components)
  const security = securitySchemesOf(route)
  return {
    ...(route.tags.length > 0 ? { tags: route.tags } : {}),
    summary: route.options.summary ?? toSummary(route),
    ...(route.options.description === undefined ? {} : { description: route.options.description }),
    operationId: id,
    ...(security.length > 0 ? { security: toSecurity(security) } : {}),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(body ? { requestBody: body } : {}),
    responses: toResponses(route, components, error, warn),
  }
}

/** An empty requirement says that the operation answers without any, too. */
function toSecurity(schemes: readonly SecurityScheme[]): object[] {
  const all = Object.fromEntries(schemes.map(({ name }) => [name, []]))
  return schemes.every(({ optional }) => optional) ? [all, {}] : [all]
}

function toRequestBody({ method, path, options: { body, form } }: Route, components: Components): object | null {
  const schema = body ?? form
  if (!schema) return null
  const type = body ? 'application/json' : 'application/x-www-form-urlencoded'
  const content = withExample(components.describe(schema, `body of ${method} ${path}`), components)
  return { required: !isOptional(schema), content: { [type]: content } }
}

function isOptional(schema: Schema): boolean {
  const internals = (schema as { readonly _zod?: { readonly optin?: string } })._zod
  return internals?.optin === 'optional'
}
