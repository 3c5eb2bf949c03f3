import { parsePath } from '../http/path.ts'
import type { JsonSchema } from './json-schema.ts'

/** A route's path in OpenAPI's spelling, `/tasks/{task_id}`, with the schemas of its parameters. */
export interface PathTemplate {
  readonly path: string
  readonly parameters: Readonly<Record<string, JsonSchema>>
}

export function toPathTemplate(routePath: string): PathTemplate {
  const parameters = parsePath(routePath).parameters.map(({ name, kind }) => {
    const schema: JsonSchema = kind === 'int' ? { type: 'integer', format: 'int64' } : { type: 'string' }
    return [name, schema] as const
  })
  return { path: routePath.replace(/\{([^}:]*):[^}]*\}/g, '{$1}'), parameters: Object.fromEntries(parameters) }
}
