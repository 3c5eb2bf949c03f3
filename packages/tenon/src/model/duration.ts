const parts = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.\d{1,6})?S)?)?$/

/** True for an ISO 8601 duration that PostgreSQL's interval holds: months and days of four bytes, microseconds of eight. */
export function isStorableDuration(text: string): boolean {
  const found = parts.exec(text)
  if (!found) return false
  const [years = 0, months = 0, weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = found
    .slice(1)
    .map((part) => Number(part ?? 0))
  const fields = [years * 12 + months, weeks * 7 + days, hours, minutes, seconds]
  // Each number alone must fit in four bytes too; with that the sum of the times fits in eight.
  return fields.every((field) => field < 2 ** 31)
}

/** PostgreSQL's default form of an interval, `1 year 2 mons -3 days 04:05:06.5`, as an ISO 8601 duration. */
export function toDuration(interval: string): string {
  const fields: Record<string, string> = {}
  for (const [, amount = '', unit = ''] of interval.matchAll(/([+-]?\d+) (year|mon|day)s?/g)) fields[unit] = amount
  const [, sign = '', hours = '0', minutes = '0', seconds = '0'] =
    /([+-]?)(\d+):(\d\d):(\d\d(?:\.\d+)?)$/.exec(interval) ?? []
  const negative = sign === '-' ? '-' : ''
  const dates = [part(fields.year, 'Y'), part(fields.mon, 'M'), part(fields.day, 'D')].join('')
  const times = [part(hours, 'H', negative), part(minutes, 'M', negative), part(seconds, 'S', negative)].join('')
  return `P${dates}${times === '' && dates !== '' ? '' : `T${times === '' ? '0S' : times}`}`
}

function part(amount: string | undefined, unit: string, sign = ''): string {
  const text = (amount ?? '0').replace(/^\+/, '').replace(/^0+(?=\d)/, '')
  return Number(text) === 0 ? '' : `${sign}${text}${unit}`
}
