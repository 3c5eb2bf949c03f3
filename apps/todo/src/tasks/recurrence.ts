import ical from 'ical.js'
import { text } from 'tenon/model'

const parts = 'UNTIL|COUNT|INTERVAL|BYSECOND|BYMINUTE|BYHOUR|BYDAY|BYMONTHDAY|BYYEARDAY|BYWEEKNO|BYMONTH|BYSETPOS|WKST'
const outline = new RegExp(`^(RRULE:)?FREQ=[A-Z]+(;(${parts})=[A-Z0-9,+-]+)*$`)

/** A recurrence rule of RFC 5545, section 3.3.10, with or without its `RRULE:` in front. */
export function recurrenceRule() {
  return text({ max: 500, trim: true, test: isRecurrenceRule })
}

/** ical.js passes over parts that it does not know and counts that make no sense, so those are refused first. */
export function isRecurrenceRule(value: string): boolean {
  if (!outline.test(value) || /;(COUNT|INTERVAL)=(?!0*[1-9]\d*(;|$))/.test(value)) return false
  const names = value
    .replace('RRULE:', '')
    .split(';')
    .map((part) => part.split('=')[0])
  if (new Set(names).size < names.length || (names.includes('COUNT') && names.includes('UNTIL'))) return false
  try {
    ical.Recur.fromString(value.replace('RRULE:', ''))
    return true
  } catch {
    return false
  }
}
