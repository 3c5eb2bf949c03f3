import ical from 'ical.js'
import { text } from 'tenon/model'

const parts = 'UNTIL|COUNT|INTERVAL|BYSECOND|BYMINUTE|BYHOUR|BYDAY|BYMONTHDAY|BYYEARDAY|BYWEEKNO|BYMONTH|BYSETPOS|WKST'
const outline = new RegExp(`^(RRULE:)?FREQ=[A-Z]+(;(${parts})=[A-Z0-9,+-]+)*$`)

/** A recurrence rule of RFC 5545, section 3.3.10, with or without its `RRULE:` in front. */
export function recurrenceRule() {
  return text({ max: 500, trim: true, test: isRecurrenceRule })
}

/** ical.js passes over parts that it does not know and counts that make no sense, so those are refused first. */
export function isRecurrenceRule(given: string): boolean {
  const value = given.toUpperCase()
  if (!outline.test(value) || /;(COUNT|INTERVAL)=(?!0*[1-9]\d*(;|$))/.test(value)) return false
  const rule = value.replace('RRULE:', '')
  const parts = new Map(rule.split(';').map((part) => part.split('=') as [string, string]))
  if (parts.size < rule.split(';').length || (parts.has('COUNT') && parts.has('UNTIL'))) return false
  // "The second Monday" means something in a month or a year alone.
  if (!/^(MONTHLY|YEARLY)$/.test(parts.get('FREQ') ?? '') && /\d/.test(parts.get('BYDAY') ?? '')) return false
  return isDate(parts.get('UNTIL') ?? '20000101') && isReadable(rule)
}

/** `20261231` or `20261231T235959Z`, and a day that there is. */
function isDate(text: string): boolean {
  const [, year, month, day] = /^(\d{4})(\d\d)(\d\d)(T([01]\d|2[0-3])[0-5]\d[0-5]\dZ?)?$/.exec(text) ?? []
  const date = new Date(`${year}-${month}-${day}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.getUTCDate() === Number(day)
}

function isReadable(rule: string): boolean {
  try {
    ical.Recur.fromString(rule)
    return true
  } catch {
    return false
  }
}
