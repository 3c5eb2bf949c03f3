import { z } from 'zod'
import { instantPattern, toInstant } from '../core/instant.ts'
import { characterCount, isStorableText } from '../core/text.ts'

/** The `params` of an issue that says "not a value of this type", as against "breaks a rule". */
export const wrongType = { wrongType: true }

/** Refuses what PostgreSQL cannot keep as text; such a value is of the wrong type, whatever rules the field has. */
export function storable() {
  const check = z.check<string>((context) => {
    if (isStorableText(context.value)) return
    context.issues.push({
      code: 'custom',
      message: 'must be Unicode text without NUL characters',
      input: context.value,
      params: wrongType,
      continue: false,
    })
  })
  return check
}

/** Counts characters as PostgreSQL's char_length and JSON Schema's maxLength do; Zod's own rules count UTF-16 units. */
export function characters({
  min = 0,
  max = Number.POSITIVE_INFINITY,
}: {
  readonly min?: number
  readonly max?: number
}) {
  const check = z.check<string>((context) => {
    const count = characterCount(context.value)
    const input = context.value
    if (count < min) context.issues.push({ code: 'too_small', origin: 'string', minimum: min, inclusive: true, input })
    if (count > max) context.issues.push({ code: 'too_big', origin: 'string', maximum: max, inclusive: true, input })
  })
  check._zod.onattach.push(({ _zod: { bag } }) => {
    if (min > 0) bag.minimum = min
    if (Number.isFinite(max)) bag.maximum = max
  })
  return check
}

const firstInstant = Date.parse('0001-01-01T00:00:00.000Z')
const lastInstant = Date.parse('9999-12-31T23:59:59.999Z')

/** RFC 3339 has four digits for the year, so an instant outside the years 1 to 9999 could be read and never written. */
export function inYears1To9999() {
  const check = z.check<string>((context) => {
    const instant = toInstant(context.value).getTime()
    if (instant >= firstInstant && instant <= lastInstant) return
    // A text that is no date at all is refused by its format already.
    if (!instantPattern.test(context.value)) return
    context.issues.push({
      code: 'invalid_format',
      format: 'datetime',
      input: context.value,
      message: 'is out of range',
    })
  })
  return check
}

/** A rule of a text in words of its own. The pattern, where it has one, is in the documentation too. */
export function matching(pattern: RegExp | null, message: string, test: (value: string) => boolean = () => true) {
  const check = z.check<string>((context) => {
    const { value, issues } = context
    // One sentence about a value is enough, and a rule may rely on those before it.
    if (issues.length > 0 || ((pattern?.test(value) ?? true) && test(value))) return
    issues.push({ code: 'custom', message, input: value })
  })
  check._zod.onattach.push(({ _zod: { bag } }) => {
    if (pattern) bag.patterns = new Set([...(bag.patterns instanceof Set ? bag.patterns : []), pattern])
  })
  return check
}

/** Counts the bytes that a base64 text stands for. */
export function byteCount({ min = 0, max = Number.POSITIVE_INFINITY }: MaybeLimits) {
  const check = z.check<string>((context) => {
    const { value, issues } = context
    if (issues.length > 0) return
    const count = (value.length / 4) * 3 - (/=*$/.exec(value)?.[0].length ?? 0)
    if (count < min)
      issues.push({ code: 'custom', message: `must have at least ${min} byte${min === 1 ? '' : 's'}`, input: value })
    if (count > max)
      issues.push({ code: 'custom', message: `must have at most ${max} byte${max === 1 ? '' : 's'}`, input: value })
  })
  check._zod.onattach.push(({ _zod: { bag } }) => {
    if (min > 0) bag.minimum = 4 * Math.ceil(min / 3)
    if (Number.isFinite(max)) bag.maximum = 4 * Math.ceil(max / 3)
  })
  return check
}

interface MaybeLimits {
  readonly min?: number | undefined
  readonly max?: number | undefined
}

/** Refuses a document with a text, or a name, that jsonb cannot keep. */
export function storableDocument() {
  return z.check<unknown>((context) => {
    if (isStorable(context.value)) return
    const message = 'must hold only Unicode text without NUL characters'
    context.issues.push({ code: 'custom', message, input: context.value, params: wrongType, continue: false })
  })
}

function isStorable(value: unknown): boolean {
  if (typeof value === 'string') return isStorableText(value)
  if (Array.isArray(value)) return value.every(isStorable)
  if (typeof value !== 'object' || value === null) return true
  return Object.entries(value).every(([name, member]) => isStorableText(name) && isStorable(member))
}
