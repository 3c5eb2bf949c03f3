/** A Date that also knows the microseconds behind its milliseconds, which PostgreSQL keeps; `toISOString()` writes them. */
export class PreciseDate extends Date {
  /** From 1 to 999. */
  readonly microseconds: number

  constructor(milliseconds: number, microseconds: number) {
    super(milliseconds)
    this.microseconds = microseconds
  }

  override toISOString(): string {
    return `${super.toISOString().slice(0, -1)}${String(this.microseconds).padStart(3, '0')}Z`
  }
}

/** A plain Date where that is exact. */
export function instantOf(milliseconds: number, microseconds: number): Date {
  return microseconds > 0 ? new PreciseDate(milliseconds, microseconds) : new Date(milliseconds)
}

const extended = String.raw`(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?`
const basic = String.raw`(\d{4})(\d\d)(\d\d)[Tt](\d\d)(\d\d)(?:(\d\d)(?:[.,](\d+))?)?`
const offset = String.raw`(?:[Zz]|([+-])(\d\d)(?::?([0-5]\d))?)?`

const extendedPattern = new RegExp(`^${extended}${offset}$`)
const basicPattern = new RegExp(`^${basic}${offset}$`)

/** What looks like a date and time of RFC 3339 or ISO 8601; whether there is such a day is another question. */
export const instantPattern = new RegExp(`^(?:${extended}|${basic})${offset}$`)

/** Reads a date and time of RFC 3339 or ISO 8601, as UTC where it has no offset; an invalid Date where there is none such. */
export function toInstant(text: string): Date {
  return usualInstant(text) ?? anyInstant(text)
}

const [point, dash, colon, capitalT, capitalZ] = [46, 45, 58, 84, 90]

/** What almost every client sends, `2026-01-31T12:00:00Z` with a fraction or without, at a tenth of the cost; null for all else. */
function usualInstant(text: string): Date | null {
  const end = text.length - 1
  const isUsual =
    (end === 19 || (end > 20 && end < 27 && text.charCodeAt(19) === point)) &&
    text.charCodeAt(4) === dash &&
    text.charCodeAt(7) === dash &&
    text.charCodeAt(10) === capitalT &&
    text.charCodeAt(13) === colon &&
    text.charCodeAt(16) === colon &&
    text.charCodeAt(end) === capitalZ
  if (!isUsual) return null
  const year = digits(text, 0, 4)
  const month = digits(text, 5, 7)
  const day = digits(text, 8, 10)
  const hour = digits(text, 11, 13)
  const minute = digits(text, 14, 16)
  const second = digits(text, 17, 19)
  const fraction = digits(text, 20, end) * (tens[26 - Math.max(end, 20)] as number)
  // Before the year 100 Date.UTC thinks of the last century. Every month has 28 days; NaN fails here too.
  if (!(year > 99 && month > 0 && month < 13 && day > 0 && day < 29)) return null
  if (!(hour < 24 && minute < 60 && second < 60 && fraction >= 0)) return null
  const microseconds = fraction % 1000
  return instantOf(Date.UTC(year, month - 1, day, hour, minute, second, (fraction - microseconds) / 1000), microseconds)
}

const tens = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000]

/** The number that these places of a text say; NaN where one is no digit. */
function digits(text: string, from: number, to: number): number {
  let value = 0
  for (let index = from; index < to; index++) {
    const digit = text.charCodeAt(index) - 48
    if (digit < 0 || digit > 9) return Number.NaN
    value = value * 10 + digit
  }
  return value
}

function anyInstant(text: string): Date {
  const match = extendedPattern.exec(text) ?? basicPattern.exec(text)
  if (!match) return new Date(Number.NaN)
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((part) => Number(part ?? 0)) as Parts
  const fraction = (match[7] ?? '').slice(0, 6).padEnd(6, '0')
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  // A day that there is not becomes one of the next month.
  if (date.getUTCDate() !== day || date.getUTCMonth() !== month - 1 || hour > 23 || minute > 59 || second > 59) {
    return new Date(Number.NaN)
  }
  const [, sign, hours, minutes] = match.slice(7)
  if (Number(hours ?? 0) > 23) return new Date(Number.NaN)
  const shift = (sign === '-' ? 1 : -1) * (Number(hours ?? 0) * 60 + Number(minutes ?? 0))
  date.setUTCHours(hour, minute + shift, second, Number(fraction.slice(0, 3)))
  return instantOf(date.getTime(), Number(fraction.slice(3)))
}

type Parts = [year: number, month: number, day: number, hour: number, minute: number, second: number]
