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
