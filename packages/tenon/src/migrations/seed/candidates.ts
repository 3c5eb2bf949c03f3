import { fromPattern } from './from-pattern.ts'
import type { Random } from './random.ts'
import type { SeedCheck, SeedColumn } from './read-tables.ts'

// Of most types something. The server says which of them a type takes.
const texts = [
  'ada',
  'Ada Lovelace',
  'ada@example.test',
  'grace@example.test',
  'alan@example.test',
  '#1a2b3c',
  '#ffffff',
  '#000000',
  'https://example.test/1',
  '+493012345',
  'en',
  'DE',
  'EUR',
  'a',
  'b',
  'A1',
  'ab-cd',
  'aaaaaaaa',
  'Ünïcode ✓',
  'two\nlines',
  '',
]
const numbers = ['1', '2', '3', '0', '7', '10', '42', '100', '1000', '-1', '0.5', '12.34', '99999', '5000000000']
const times = ['2026-01-02 03:04:05+00', '2025-12-31', '2026-06-15T12:00:00Z', '03:04:05', '1 day', '02:30:00']
const others = [
  'true',
  'false',
  '{}',
  '{"a": 1}',
  '[]',
  '[1, "b"]',
  '"x"',
  '[1,2,3]',
  '00000000-0000-4000-8000-000000000001',
  '00000000-0000-4000-8000-000000000002',
  '00000000-0000-4000-8000-000000000003',
  '\\x00ff',
  '\\x',
  '10.0.0.1',
  '192.168.0.0/24',
  '08:00:2b:01:02:03',
  '[1,5)',
  '[2026-01-01,2026-02-01)',
  'empty',
  '101',
  '1',
  '(1,2)',
  '((0,0),(1,1))',
  '<(0,0),1>',
  '(,)',
  '(1,a)',
  '<a/>',
  '{1,2,3}',
]
const longest = 20_000

/** Values worth trying for a column, the likeliest first: its labels, what its checks speak of, then some of each type. */
export function candidatesFor(column: SeedColumn, checks: readonly SeedCheck[], random: Random): string[] {
  const spoken = checks
    .filter(({ columns }) => columns.includes(column.name))
    .flatMap((check) => fromCheck(check, random))
  const scalars = [...column.labels, ...spoken, ...texts, ...numbers, ...times, ...others]
  if (!column.isArray) return [...new Set(scalars)]
  const wanted = sizes(checks.map(({ expression }) => expression).join(' ')).filter((size) => size <= 20)
  return [
    ...new Set(
      scalars.flatMap((item) => [
        item,
        arrayLiteral([item]),
        ...wanted.map((size) => arrayLiteral(Array(size).fill(item))),
      ]),
    ),
  ]
}

/** In PostgreSQL's text form. */
export function arrayLiteral(items: readonly (string | null)[]): string {
  return `{${items.map((item) => (item === null ? 'NULL' : `"${item.replace(/["\\]/g, '\\$&')}"`)).join(',')}}`
}

function fromCheck({ expression }: SeedCheck, random: Random): string[] {
  const found: string[] = []
  for (const [, operator = '', quoted = ''] of expression.matchAll(/(~~\*?|~\*?)?\s*\(?E?'((?:[^']|'')*)'/g)) {
    const literal = quoted.replaceAll("''", "'")
    if (operator.startsWith('~~')) found.push(literal.replaceAll(/[%_]/g, 'a'), literal.replaceAll('%', ''))
    else if (operator) for (let count = 0; count < 8; count++) found.push(fromPattern(literal, random))
    else found.push(literal, ...near(literal))
  }
  found.push(
    ...[...expression.matchAll(/(?<![\w.'])-?\d+(?:\.\d+)?/g)].flatMap(([number]) => [number, ...near(number)]),
  )
  if (/length|cardinality/.test(expression)) found.push(...sizes(expression).map(word))
  if (/upper\(/.test(expression)) found.push('ADA', 'GRACE')
  return found
}

function near(text: string): string[] {
  if (!/^-?\d{1,15}(\.\d+)?$/.test(text)) return []
  return [String(Number(text) + 1), String(Number(text) - 1)]
}

function sizes(expression: string): number[] {
  const numbers = [...expression.matchAll(/(?<![\w.'])\d{1,6}/g)].map(([number]) => Number(number))
  return [...new Set(numbers.flatMap((size) => [size, size - 1, size + 1]))].filter(
    (size) => size > 0 && size <= longest,
  )
}

function word(size: number): string {
  return 'abcdefghij'.repeat(Math.ceil(size / 10)).slice(0, size)
}
