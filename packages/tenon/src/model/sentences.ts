import type { z } from 'zod'

/** What is wrong, in one sentence that names the value: "title must have at least 1 character." */
export function sentenceOf(issue: z.core.$ZodIssue, value: unknown): string {
  const name = issue.path.length > 0 ? issue.path.map(String).join('.') : 'The value'
  if (value === undefined) return `${name} is missing.`
  return `${name} ${predicateOf(issue)}.`
}

const kinds: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'an object',
  array: 'a list',
  null: 'null',
}

const formats: Readonly<Record<string, string>> = {
  email: 'an e-mail address',
  uuid: 'a UUID',
  url: 'a URL',
  hostname: 'a host name',
  ipv4: 'an IPv4 address',
  ipv6: 'an IPv6 address',
  base64: 'a text in base64',
  date: 'a date like 2026-01-31',
  time: 'a time like 09:30:00',
  duration: 'a duration like P1DT2H',
  datetime: 'a date and time like 2026-01-31T12:00:00Z, of the years 1 to 9999',
}

function predicateOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${kinds[issue.expected] ?? issue.expected}`
    case 'invalid_value':
      return `must be one of ${issue.values.map((value) => JSON.stringify(value)).join(', ')}`
    case 'invalid_format':
      if (issue.format === 'regex') return `must match ${issue.pattern}`
      return `must be ${formats[issue.format] ?? `of the format ${issue.format}`}`
    case 'too_small':
      return `must ${limitOf(issue.origin, 'at least', issue.minimum)}`
    case 'too_big':
      return `must ${limitOf(issue.origin, 'at most', issue.maximum)}`
    case 'custom':
      return issue.message === 'Invalid input' ? 'does not follow its rule' : issue.message
    default:
      return `is not valid: ${issue.message}`
  }
}

function limitOf(origin: string, how: string, limit: number | bigint): string {
  if (origin === 'string') return `have ${how} ${limit} character${Number(limit) === 1 ? '' : 's'}`
  if (origin === 'array' || origin === 'set') return `have ${how} ${limit} item${Number(limit) === 1 ? '' : 's'}`
  if (origin === 'date')
    return `be ${how === 'at least' ? 'no earlier' : 'no later'} than ${new Date(Number(limit)).toISOString()}`
  return `be ${how} ${limit}`
}
