import { UsageError } from '../core/errors.ts'

/** How a path parameter is read; the kinds of Starlette's convertors. */
interface Kinds {
  str: string
  int: number
  path: string
}

type Parameter<P> = P extends `${string}{${infer One}}${infer Rest}` ? One | Parameter<Rest> : never
type NameOf<One> = One extends `${infer Name}:${string}` ? Name : One & string
/** The kinds are str, int and path; this one is none. */
interface NoSuchKind<Kind> {
  readonly error: Kind
}
type ValueOf<One> = One extends `${string}:${infer Kind}`
  ? Kind extends keyof Kinds
    ? Kinds[Kind]
    : NoSuchKind<Kind>
  : string

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

/** Reads `/tasks/{task_id:int}` and `/files/{rest:path}`. Throws UsageError for what would match something else than it says. */
export function parsePath(path: string): ParsedPath {
  const parameters: PathParameter[] = []
  const segments = path.split('/')
  const pattern = segments.map((segment, index) => {
    if (!/[{}*]/.test(segment)) return segment.replaceAll(':', '::')
    const { name, kind } = readParameter(path, segment)
    if (parameters.some((parameter) => parameter.name === name))
      throw unreadable(path, `${segment} comes twice. Give each a name of its own`)
    if (kind === 'path' && index < segments.length - 1)
      throw unreadable(path, `${segment} takes all the rest. Put it last`)
    parameters.push({ name, kind })
    return kind === 'path' ? '*' : `:${name}`
  })
  return { pattern: pattern.join('/'), parameters }
}

function readParameter(path: string, segment: string): PathParameter {
  const [, name = '', kind = 'str'] = /^\{([A-Za-z_]\w*)(?::(\w+))?\}$/.exec(segment) ?? []
  if (name !== '' && isKind(kind)) return { name, kind }
  throw unreadable(
    path,
    `"${segment}" is no parameter. Write {name}, {name:int} or {name:path}, each a whole part between slashes`,
  )
}

function unreadable(path: string, why: string): UsageError {
  return new UsageError(`Cannot read the path ${path}: ${why}.`)
}

function isKind(kind: string): kind is keyof Kinds {
  return kind === 'str' || kind === 'int' || kind === 'path'
}

/** Joins parts of a path; the result ends in no slash. */
export function joinPaths(...parts: string[]): string {
  const joined = `/${parts.join('/')}`.replace(/\/{2,}/g, '/')
  return joined.length > 1 ? joined.replace(/\/$/, '') : joined
}
