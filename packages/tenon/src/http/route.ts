import type { HttpErrorClass } from '../core/http-error.ts'
import type { Answer } from './answer.ts'
import type { Uses } from './dependency.ts'
import type { Schema } from './schema.ts'

export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** What a route declares beside its method and path. */
export interface RouteOptions {
  readonly params?: Schema
  readonly query?: Schema
  readonly headers?: Schema
  readonly cookies?: Schema
  /** A JSON body. */
  readonly body?: Schema
  /** A body of `application/x-www-form-urlencoded`, instead of `body`. */
  readonly form?: Schema
  /** A schema (200), an answer such as `created(schema)`, or several answers. Without it the route answers 204. */
  readonly returns?: Schema | Answer<unknown> | readonly Answer<unknown>[]
  /** The errors it may end in, beside those of its dependencies and of its inputs. */
  readonly throws?: readonly HttpErrorClass[]
  readonly uses?: Uses
  readonly summary?: string
  readonly description?: string
  /** Left out of the OpenAPI document. */
  readonly hidden?: boolean
}

/** A route as a value; `path` is whole (`/api/v1/tasks/{task_id:int}`). */
export interface Route<Path extends string = string> {
  readonly method: HttpMethod
  readonly path: Path
  readonly options: RouteOptions
  readonly uses: Uses
  readonly tags: readonly string[]
  readonly handler: (context: never) => unknown
}
