import type { Route } from '../http/route.ts'
import { Components, type Warn } from './components.ts'
import { securitySchemesOf } from './dependencies.ts'
import { mergeTwins } from './merge.ts'
import { toOperationId } from './names.ts'
import { type OperationContext, toOperation } from './operation.ts'
import { toPathTemplate } from './path.ts'
import { errorSchema } from './responses.ts'

export interface DocumentOptions {
  readonly title: string
  readonly version: string
  /** Markdown. */
  readonly description?: string
  /** Where the API is reached, if not where the document is. */
  readonly servers?: readonly { readonly url: string; readonly description?: string }[]
  /** The order and the texts of the groups; tags of routes that are not named here come after. */
  readonly tags?: readonly { readonly name: string; readonly description?: string }[]
  /** Told what cannot be described; a process warning without it. */
  readonly warn?: Warn
}

/** An OpenAPI 3.1 document: plain data, the same bytes for the same routes. */
export interface OpenApiDocument {
  readonly openapi: string
  readonly info: { readonly title: string; readonly version: string; readonly description?: string }
  readonly servers?: readonly { readonly url: string }[]
  readonly tags?: readonly { readonly name: string }[]
  readonly paths: Readonly<Record<string, Readonly<Record<string, object>>>>
  readonly components: Readonly<Record<string, Readonly<Record<string, object>>>>
}

/** Describes the routes as an OpenAPI 3.1 document; `hidden` ones are left out. */
export function toDocument(routes: readonly Route[], options: DocumentOptions): OpenApiDocument {
  const { title, version, description, servers, warn = warnProcess } = options
  const visible = routes.filter((route) => !route.options.hidden)
  const components = new Components(warn)
  const described = toPaths(visible, { components, error: components.add('Error', errorSchema), warn })
  const whole = { paths: described, schemas: components.reachableFrom(described) }
  const { paths, schemas } = mergeTwins(whole, (name) => components.wantedName(name))
  const tags = toTags(visible, options)
  const securitySchemes = toSecuritySchemes(visible)
  return {
    openapi: '3.1.0',
    info: { title, version, ...(description === undefined ? {} : { description }) },
    ...(servers ? { servers } : {}),
    ...(tags.length > 0 ? { tags } : {}),
    paths,
    components: {
      schemas,
      ...(Object.keys(securitySchemes).length > 0 ? { securitySchemes } : {}),
    },
  }
}

function warnProcess(message: string): void {
  process.emitWarning(message, { code: 'TENON_OPENAPI' })
}

function toPaths(routes: readonly Route[], context: OperationContext): OpenApiDocument['paths'] {
  const paths: Record<string, Record<string, object>> = {}
  const ids = new Set<string>()
  for (const route of routes) {
    const template = toPathTemplate(route.path)
    const operations = paths[template.path] ?? {}
    const id = toOperationId(route, ids)
    ids.add(id)
    operations[route.method.toLowerCase()] = toOperation(route, template, id, context)
    paths[template.path] = operations
  }
  return paths
}

function toTags(routes: readonly Route[], { tags = [] }: DocumentOptions): { readonly name: string }[] {
  const used = routes.flatMap((route) => route.tags.map((name) => ({ name })))
  return [...new Map([...used, ...tags].map((tag) => [tag.name, tag])).values()].sort((one, other) => {
    return orderOf(one.name, tags) - orderOf(other.name, tags)
  })
}

function orderOf(name: string, tags: readonly { readonly name: string }[]): number {
  const index = tags.findIndex((tag) => tag.name === name)
  return index < 0 ? tags.length : index
}

function toSecuritySchemes(routes: readonly Route[]): Record<string, object> {
  return Object.fromEntries(routes.flatMap(securitySchemesOf).map(({ name, definition }) => [name, definition]))
}
