import type { z } from 'zod'
import type { Schema } from '../http/schema.ts'
import { errorCodes } from '../model/registries.ts'

/** An error code that an input may answer, with the path of the first value that has it. */
export interface InputCode {
  readonly code: string
  readonly path: readonly string[]
}

/** The error codes of a schema and of all that it holds, each once: a value that breaks such a rule answers 400 with it. */
export function inputCodes(schema: Schema): InputCode[] {
  const found = new Map<string, InputCode>()
  if ('_zod' in schema) collect(schema as Schema & z.core.$ZodType, [], found, new Set())
  return [...found.values()]
}

type Found = Map<string, InputCode>

function collect(schema: z.core.$ZodType, path: readonly string[], found: Found, seen: Set<z.core.$ZodType>): void {
  if (seen.has(schema)) return
  seen.add(schema)
  const code = errorCodes.get(schema)?.code
  if (code !== undefined && !found.has(code)) found.set(code, { code, path })
  const { def } = (schema as z.core.$ZodTypes)._zod
  if (def.type === 'object') {
    for (const [name, property] of Object.entries(def.shape)) collect(property, [...path, name], found, seen)
  } else {
    for (const part of partsOf(def)) collect(part, path, found, seen)
  }
}

function partsOf(def: z.core.$ZodTypes['_zod']['def']): readonly z.core.$ZodType[] {
  switch (def.type) {
    case 'array':
      return [def.element]
    case 'union':
      return def.options
    case 'intersection':
      return [def.left, def.right]
    case 'tuple':
      return def.items
    case 'record':
    case 'map':
      return [def.keyType, def.valueType]
    case 'set':
      return [def.valueType]
    case 'pipe':
      return [def.in, def.out]
    case 'lazy':
      return [def.getter()]
    default:
      return 'innerType' in def ? [def.innerType] : []
  }
}
