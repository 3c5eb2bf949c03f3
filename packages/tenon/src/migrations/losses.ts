import { tokensOf } from './lexer.ts'
import type { Direction } from './report.ts'
import type { Revision } from './revision.ts'
import { type SqlStatement, splitStatements } from './statements.ts'

const losing = /^(drop (table|schema|materialized view|database|owned|column)|truncate|delete from)\b/
const alterTable = /^alter (table|foreign table)\b/
const harmless = new Set(['constraint', 'default', 'not', 'identity', 'expression'])

/** The statements of a section after which rows or columns are gone for good, as far as their words tell. */
export function findLosses(revision: Revision, direction: Direction): readonly SqlStatement[] {
  return splitStatements(revision[direction], revision.file).filter(({ sql }) => isLosing(sql))
}

function isLosing(sql: string): boolean {
  const words = tokensOf(sql).map(({ text }) => text.toLowerCase())
  const text = words.slice(0, 12).join(' ')
  if (losing.test(text)) return true
  return alterTable.test(text) && words.some((word, index) => word === 'drop' && !harmless.has(words[index + 1] ?? ''))
}
