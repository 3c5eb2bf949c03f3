import type { Place } from './place.ts'
import type { Condition, Expression } from './template.ts'

const around: Readonly<Record<string, readonly [before: string, after: string]>> = {
  contains: ['%', '%'],
  startsWith: ['', '%'],
  endsWith: ['%', ''],
  equals: ['', ''],
}

/** `%`, `_` and `\` in the text stand for themselves. */
export function toLike(place: Place, of: Expression, word: string, text: string, ignoreCase: boolean): Condition {
  const [before, after] = around[word] ?? ['', '']
  const pattern = place.parameters.add(`${before}${text.replace(/[\\%_]/g, '\\$&')}${after}`)
  return { kind: 'like', of, pattern, ignoreCase }
}
