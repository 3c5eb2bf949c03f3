import type { z } from 'zod'
import { errorCodes } from './registries.ts'
import { sentenceOf } from './sentences.ts'

/** What is wrong with one value of an input. `code` is that of its field where a rule is broken, null where the type is wrong. */
export interface Problem {
  readonly path: readonly PropertyKey[]
  readonly message: string
  readonly code: string | null
}

/** A body can be wrong in a hundred thousand places; nobody needs to be told of all. */
const mostProblems = 100

/** Tells, for each issue that Zod raised, whether the value has the wrong type or breaks a rule of its field. */
export function toProblems(schema: z.core.$ZodType, input: unknown, issues: readonly z.core.$ZodIssue[]): Problem[] {
  return issues.slice(0, mostProblems).map((issue) => {
    const value = valueAt(input, issue.path)
    const code = isWrongType(issue, value) ? null : codeAt(schema, issue.path)
    return { path: issue.path, message: sentenceOf(issue, value), code }
  })
}

function isWrongType(issue: z.core.$ZodIssue, value: unknown): boolean {
  if (value === undefined || value === null) return true
  if (issue.code === 'invalid_type') return true
  if (issue.code === 'invalid_value') return !issue.values.some((wanted) => typeof wanted === typeof value)
  if (issue.code === 'custom') return issue.params?.wrongType === true
  return issue.code === 'unrecognized_keys' || issue.code === 'invalid_union' || issue.code === 'invalid_key'
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value = input
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined
    value = (value as Record<PropertyKey, unknown>)[key]
  }
  return value
}

/** The code nearest to the value, along the path and through wrappers. */
function codeAt(schema: z.core.$ZodType, path: readonly PropertyKey[]): string | null {
  for (const [inner, rest] of inside(schema as z.core.$ZodTypes, path)) {
    const code = codeAt(inner, rest)
    if (code !== null) return code
  }
  return errorCodes.get(schema)?.code ?? null
}

type Inside = readonly (readonly [schema: z.core.$ZodType, path: readonly PropertyKey[]])[]

function inside({ _zod: { def } }: z.core.$ZodTypes, path: readonly PropertyKey[]): Inside {
  const [key, ...rest] = path
  switch (def.type) {
    case 'object': {
      const member = key === undefined ? undefined : def.shape[String(key)]
      return member ? [[member, rest]] : []
    }
    case 'array':
      return key === undefined ? [] : [[def.element, rest]]
    case 'record':
      return key === undefined ? [] : [[def.valueType, rest]]
    case 'tuple': {
      const item = def.items[Number(key)] ?? def.rest
      return item ? [[item, rest]] : []
    }
    case 'union':
      return def.options.map((option) => [option, path])
    case 'intersection':
      return [
        [def.left, path],
        [def.right, path],
      ]
    case 'pipe':
      return [[def.in, path]]
    default:
      return 'innerType' in def ? [[def.innerType, path]] : []
  }
}
