import { toJsonText } from '../model/writer.ts'
import { type Cell, writeCell } from './json-cells.ts'
import type { Texts } from './outputs.ts'

/** One member of an object: of a column, or of a relation. */
export type Part =
  | {
      /** `,"name":` */
      readonly prefix: string
      readonly index: number
      readonly cell: Cell
      /** What null is written as, or a function that throws. */
      readonly none: string | ((place: string) => string)
    }
  | {
      readonly prefix: string
      readonly index: number
      readonly related: (value: string | null, place: string) => string
    }

/** Writes an object from its columns' texts and, by the same indexes, the values of its relations. */
export type Write = (texts: Texts, related: readonly unknown[], place: string) => string

/** A function of one expression, compiled by the engine; where the process forbids that, one that walks the parts. */
export function generated(parts: readonly Part[]): Write {
  if (parts.length === 0) return () => '{}'
  try {
    return compiled(parts)
  } catch (error) {
    if (error instanceof EvalError) return walked(parts)
    throw error
  }
}

/** Nothing of the user's goes into the source but JSON texts of names and numbers of columns. */
export function compiled(parts: readonly Part[]): Write {
  const functions: unknown[] = []
  const named = (value: unknown) => `f${functions.push(value) - 1}`
  const terms = parts.map((part) => {
    const text = `t[${part.index}]`
    const prefix = JSON.stringify(part.prefix)
    if ('related' in part) return `${prefix}+${named(part.related)}(r[${part.index}],place)`
    const none = typeof part.none === 'string' ? JSON.stringify(part.none) : `${named(part.none)}(place)`
    return `${prefix}+(${text}===null?${none}:${termOf(part.cell, text, named)})`
  })
  // Each function in a constant of its own, so that the engine can inline it.
  const constants = functions.map((_, index) => `const f${index}=f[${index}]`).join(';')
  const make = new Function('f', 's', `${constants};return (t,r,place)=>${terms.join('+')}+'}'`)
  return make(functions, toJsonText) as Write
}

function termOf(cell: Cell, text: string, named: (value: unknown) => string): string {
  switch (cell.kind) {
    case 'bare':
      return text
    case 'quoted':
      return `'"'+${text}+'"'`
    case 'text':
      return `s(${text})`
    case 'boolean':
      return `(${text}==='t'?'true':'false')`
    case 'written':
    case 'whole':
    case 'instant':
      return `${named(cell.write)}(${text},place)`
  }
}

export function walked(parts: readonly Part[]): Write {
  return (texts, related, place) => {
    let json = ''
    for (const part of parts) json += part.prefix + memberOf(part, texts, related, place)
    return `${json}}`
  }
}

function memberOf(part: Part, texts: Texts, related: readonly unknown[], place: string): string {
  if ('related' in part) return part.related(related[part.index] as string | null, place)
  const text = texts[part.index] ?? null
  if (text !== null) return writeCell(part.cell, text, place)
  return typeof part.none === 'string' ? part.none : part.none(place)
}
