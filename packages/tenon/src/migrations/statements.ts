import { UsageError } from '../core/errors.ts'
import { type Token, tokenize, tokensOf } from './lexer.ts'

/** Walks over a table by a key, `rows` of it at a time; names are SQL as its author wrote them. */
export interface Batch {
  readonly table: string
  readonly key: readonly string[]
  readonly rows: number
}

/** One statement without its semicolon, and the line of the file on which it begins. */
export interface SqlStatement {
  readonly sql: string
  readonly line: number
  readonly batch?: Batch
}

interface Position {
  readonly sql: string
  readonly line: number
}

const marker = /^--\s*migrate:\s*(.*?)\s*$/
const identifier = `(?:"(?:[^"]|"")+"|[a-zA-Z_][a-zA-Z0-9_$]*)`
const batchPattern = new RegExp(
  String.raw`^batch\s+(${identifier}(?:\.${identifier})?)\s*\(\s*(${identifier}(?:\s*,\s*${identifier})*)\s*\)\s*(\d+)$`,
)

/** The statements of a section. Throws UsageError with file and line. */
export function splitStatements(section: Position, file = 'the section'): readonly SqlStatement[] {
  const lines = lineCounter(section)
  const place = (position: number) => `${file}:${lines(position)}`
  const splitter = new Splitter(section.sql, lines, place)
  for (const token of tokenize(section.sql, place)) splitter.take(token)
  return splitter.end()
}

/** The statement with the condition in the place of `:batch`. */
export function withCondition(sql: string, condition: string): string {
  let result = ''
  let last = 0
  for (const { start, end } of placeholders(tokensOf(sql))) {
    result += `${sql.slice(last, start)}${condition}`
    last = end
  }
  return result + sql.slice(last)
}

class Splitter {
  readonly #sql: string
  readonly #line: (position: number) => number
  readonly #place: (position: number) => string
  readonly #statements: SqlStatement[] = []
  #tokens: Token[] = []
  /** Parentheses that are open: a rule's actions stand in them, with semicolons. */
  #depth = 0
  /** BEGIN ATOMIC, and the CASEs inside it, that are open. */
  #blocks = 0
  #batch: { readonly batch: Batch; readonly position: number } | undefined

  constructor(sql: string, line: (position: number) => number, place: (position: number) => string) {
    this.#sql = sql
    this.#line = line
    this.#place = place
  }

  take(token: Token): void {
    if (token.kind === 'comment') this.#readComment(token)
    else if (token.text === ';' && this.#depth === 0 && this.#blocks === 0) this.#close()
    else {
      this.#tokens.push(token)
      if (token.text === '(') this.#depth++
      else if (token.text === ')') this.#depth = Math.max(0, this.#depth - 1)
      else if (token.kind === 'word' && this.#depth === 0) this.#countBlocks(token.text.toLowerCase())
    }
  }

  end(): readonly SqlStatement[] {
    this.#close()
    if (this.#batch) throw this.#problem(this.#batch.position, 'no statement follows it. Put it above the statement')
    return this.#statements
  }

  #close(): void {
    const [first] = this.#tokens
    const last = this.#tokens.at(-1)
    if (first && last) this.#statements.push(this.#statement(first.start, last.end))
    this.#tokens = []
    this.#depth = 0
    this.#blocks = 0
  }

  #statement(start: number, end: number): SqlStatement {
    const found = placeholders(this.#tokens)
    const marked = this.#batch
    this.#batch = undefined
    const statement = { sql: this.#sql.slice(start, end), line: this.#line(start) }
    if (marked === undefined) {
      const [stray] = found
      if (stray === undefined) return statement
      throw this.#problem(stray.start, 'stands in a statement without a batch', ':batch', batchAdvice)
    }
    if (found.length > 0) return { ...statement, batch: marked.batch }
    throw this.#problem(marked.position, 'the statement below it has no :batch in it. Write "where :batch"')
  }

  #readComment({ text, start }: Token): void {
    const content = marker.exec(text)?.[1]
    if (content === undefined) return
    const isAtLineStart = start === 0 || this.#sql[start - 1] === '\n'
    if (!isAtLineStart) throw this.#problem(start, 'it does not begin its line. Move it there', text)
    if (this.#tokens.length > 0) throw this.#problem(start, 'it stands inside a statement. Put it above', text)
    if (this.#batch) throw this.#problem(start, 'another batch stands above it, without a statement between', text)
    this.#batch = { batch: this.#readBatch(content, start), position: start }
  }

  #readBatch(content: string, position: number): Batch {
    const [, table, key, rows] = batchPattern.exec(content) ?? []
    if (table === undefined || key === undefined || Number(rows) === 0) {
      throw this.#problem(position, 'it does not say what it needs', `-- migrate:${content}`, batchAdvice)
    }
    return { table, key: key.match(new RegExp(identifier, 'g')) ?? [], rows: Number(rows) }
  }

  // As psql does it: only a function's or a procedure's own body.
  #countBlocks(word: string): void {
    if (!this.#isRoutine()) return
    if (word === 'begin' || (word === 'case' && this.#blocks > 0)) this.#blocks++
    else if (word === 'end') this.#blocks = Math.max(0, this.#blocks - 1)
  }

  #isRoutine(): boolean {
    const words = this.#tokens.slice(0, 4).map(({ text }) => text.toLowerCase())
    return /^create (or replace )?(function|procedure)\b/.test(words.join(' '))
  }

  #problem(position: number, reason: string, what = '-- migrate:batch', advice = ''): UsageError {
    return new UsageError(`Cannot read ${this.#place(position)}: "${what}": ${reason}.${advice}`)
  }
}

const batchAdvice = ' Write "-- migrate:batch <table> (<key columns>) <rows>" in the line above the statement.'

interface Span {
  readonly start: number
  readonly end: number
}

/** Each `:batch`; `x::batch` is a cast, and `x[1:batch]` a slice. */
function placeholders(tokens: readonly Token[]): readonly Span[] {
  const found: Span[] = []
  let brackets = 0
  for (const [index, token] of tokens.entries()) {
    if (token.text === '[') brackets++
    else if (token.text === ']') brackets--
    const next = tokens[index + 1]
    const before = tokens[index - 1]
    const isCast = before?.text === ':' && before.end === token.start
    if (token.text !== ':' || isCast || brackets > 0 || next?.text !== 'batch' || next.start !== token.end) continue
    found.push({ start: token.start, end: next.end })
  }
  return found
}

/** Asked for ascending positions, it counts each line once. */
function lineCounter({ sql, line }: Position): (position: number) => number {
  let known = { position: 0, line }
  return (position) => {
    const from = position < known.position ? { position: 0, line } : known
    known = { position, line: from.line + sql.slice(from.position, position).split('\n').length - 1 }
    return known.line
  }
}
