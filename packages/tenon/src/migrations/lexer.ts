import { UsageError } from '../core/errors.ts'

/** A piece of SQL. `word` is a key word, a plain name or a number, `name` a quoted one, `text` a string of any spelling. */
export interface Token {
  readonly kind: 'word' | 'name' | 'text' | 'mark' | 'comment'
  readonly text: string
  readonly start: number
  readonly end: number
}

// Chapter 4.1 of PostgreSQL's manual. The prefixed strings come before the words that their prefixes would be.
const space = /\s+/y
const patterns: readonly (readonly [Token['kind'], RegExp])[] = [
  ['comment', /--[^\n]*/y],
  ['text', /e'(?:[^'\\]+|\\[\s\S]|'')*'/iy],
  ['text', /(?:[bxn]|u&)?'[^']*(?:''[^']*)*'/iy],
  ['name', /(?:u&)?"[^"]*(?:""[^"]*)*"/iy],
  ['text', /(\$(?:[a-z_\u0080-\uffff][a-z0-9_\u0080-\uffff]*)?\$)[\s\S]*?\1/iy],
  ['word', /[a-z_\u0080-\uffff][a-z0-9_$\u0080-\uffff]*/iy],
  ['word', /\d[a-z0-9_.]*/iy],
]

const beginnings: readonly (readonly [RegExp, string])[] = [
  [/'/y, 'text'],
  [/"/y, 'name'],
  [/\/\*/y, 'comment'],
  [/\$(?:[a-z_\u0080-\uffff][a-z0-9_\u0080-\uffff]*)?\$/iy, 'text'],
]

/** Takes SQL apart as far as its statements need it. Throws UsageError where a string or a comment does not end. */
export function tokenize(sql: string, place: (position: number) => string): readonly Token[] {
  const tokens: Token[] = []
  for (let start = skipSpace(sql, 0); start < sql.length; ) {
    const token = readToken(sql, start) ?? readMark(sql, start, place)
    tokens.push(token)
    start = skipSpace(sql, token.end)
  }
  return tokens
}

/** The tokens that count, of SQL that was read before. */
export function tokensOf(sql: string): readonly Token[] {
  return tokenize(sql, () => sql).filter(({ kind }) => kind !== 'comment')
}

function skipSpace(sql: string, start: number): number {
  return matchAt(space, sql, start)?.[0].length === undefined ? start : space.lastIndex
}

function readToken(sql: string, start: number): Token | undefined {
  for (const [kind, pattern] of patterns) {
    const match = matchAt(pattern, sql, start)
    if (match) return { kind, text: match[0], start, end: start + match[0].length }
  }
  return sql.startsWith('/*', start) ? readComment(sql, start) : undefined
}

/** Comments of this kind nest, unlike those of the SQL standard. */
function readComment(sql: string, start: number): Token | undefined {
  let depth = 0
  for (const match of sql.slice(start).matchAll(/\/\*|\*\//g)) {
    depth += match[0] === '/*' ? 1 : -1
    const end = start + match.index + 2
    if (depth === 0) return { kind: 'comment', text: sql.slice(start, end), start, end }
  }
  return undefined
}

function readMark(sql: string, start: number, place: (position: number) => string): Token {
  const open = beginnings.find(([pattern]) => matchAt(pattern, sql, start))
  if (open)
    throw new UsageError(`Cannot read ${place(start)}: the ${open[1]} that begins there does not end. Close it.`)
  return { kind: 'mark', text: sql[start] ?? '', start, end: start + 1 }
}

function matchAt(pattern: RegExp, text: string, position: number): RegExpExecArray | null {
  pattern.lastIndex = position
  return pattern.exec(text)
}
