import { UsageError } from '../core/errors.ts'

/** How a path parameter is read; the kinds of Starlette's convertors. */
interface Kinds {
  str: string
  int: number
  path: string
}

type Parameter<P> = P extends `${string}{${infer One}}${infer Rest}` ? One | Parameter<Rest> : never
type NameOf<One> = One extends `${infer Name}:${string}` ? Name : One & string
type ValueOf<One> = One extends `${string}:${infer Kind extends keyof Kinds}` ? Kinds[Kind] : string

/** The parameters that a path names: `/tasks/{task_id:int}` has `{ task_id: number }`. */
export type ParamsOf<P> = { readonly [One in Parameter<P> as NameOf<One>]: ValueOf<One> }

export interface PathParameter {
  readonly name: string
  readonly kind: keyof Kinds
}

/** A path taken apart: `pattern` is find-my-way's spelling. */
export interface ParsedPath {
  readonly pattern: string
  readonly parameters: readonly PathParameter[]
}

/** Reads `/tasks/{task_id:int}` and `/files/{rest:path}`. Throws UsageError for a kind that does not exist. */
export function parsePath(path: string): ParsedPath {
  const parameters: PathParameter[] = []
  const pattern = path.replace(/\{([^}]*)\}/g, (_, inside: string) => {
    const [name = '', kind = 'str'] = inside.split(':')
    if (!/^[A-Za-z_]\w*$/.test(name) || !isKind(kind)) {
      throw new UsageError(
        `Cannot read the path ${path}: {${inside}} is no parameter. Write {name}, {name:int} or {name:path}.`,
      )
    }
    parameters.push({ name, kind })
    return kind === 'path' ? '*' : `:${name}`
  })
  return { pattern, parameters }
}

function isKind(kind: string): kind is keyof Kinds {
  return kind === 'str' || kind === 'int' || kind === 'path'
}

/** Joins parts of a path; the result ends in no slash. */
export function joinPaths(...parts: string[]): string {
  const joined = `/${parts.join('/')}`.replace(/\/{2,}/g, '/')
  return joined.length > 1 ? joined.replace(/\/$/, '') : joined
}
