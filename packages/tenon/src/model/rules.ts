import { z } from 'zod'
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
    const instant = Date.parse(context.value)
    // A text that is no date at all is refused by its format already.
    if (Number.isNaN(instant) || (instant >= firstInstant && instant <= lastInstant)) return
    context.issues.push({
      code: 'invalid_format',
      format: 'datetime',
      input: context.value,
      message: 'is out of range',
    })
  })
  return check
}
