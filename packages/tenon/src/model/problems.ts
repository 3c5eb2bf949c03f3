import type { z } from 'zod'
import { errorCodes } from './registries.ts'
import { sentenceOf } from './sentences.ts'

/** What is wrong with one value of an input. `code` is that of its field where a rule is broken, null where the type is wrong. */
export interface Problem {
  readonly path: readonly PropertyKey[]
  readonly message: string
  readonly code: string | null
}

/** Tells, for each issue that Zod raised, whether the value has the wrong type or breaks a rule of its field. */
export function toProblems(schema: z.core.$ZodType, input: unknown, issues: readonly z.core.$ZodIssue[]): Problem[] {
  return issues.map((issue) => {
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

/** The code nearest to the value: walks the schema along the path and through its wrappers. */
function codeAt(schema: z.core.$ZodType, path: readonly PropertyKey[]): string | null {
  let current: z.core.$ZodTypes | undefined = schema as z.core.$ZodTypes
  let code: string | null = null
  let depth = 0
  while (current) {
    code = errorCodes.get(current)?.code ?? code
    const def: z.core.$ZodTypes['_zod']['def'] = current._zod.def
    if (def.type === 'object' && depth < path.length) {
      current = def.shape[String(path[depth++])] as z.core.$ZodTypes | undefined
    } else if (def.type === 'array' && depth < path.length) {
      depth++
      current = def.element as z.core.$ZodTypes
    } else if (def.type === 'pipe') {
      current = def.in as z.core.$ZodTypes
    } else {
      current = 'innerType' in def ? (def.innerType as z.core.$ZodTypes) : undefined
    }
  }
  return code
}
