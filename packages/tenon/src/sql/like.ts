import type { Place } from './place.ts'
import type { Condition, Expression } from './template.ts'

const around: Readonly<Record<string, readonly [before: string, after: string]>> = {
  contains: ['%', '%'],
  startsWith: ['', '%'],
  endsWith: ['%', ''],
  equals: ['', ''],
}

export function toLike(place: Place, of: Expression, word: string, text: string, ignoreCase: boolean): Condition {
  return { kind: 'like', of, pattern: place.parameters.add(patternOf(word, text)), ignoreCase }
}

/** `%`, `_` and `\` in the text stand for themselves. */
export function patternOf(word: string, text: string): string {
  const [before, after] = around[word] ?? ['', '']
  return `${before}${text.replace(/[\\%_]/g, '\\$&')}${after}`
}
