import { type Token, tokensOf } from '../lexer.ts'

/** What a runner has to know of a statement. Names are SQL as it is written. */
export type Form =
  | { readonly kind: 'plain' }
  /** BEGIN, COMMIT and their like. */
  | { readonly kind: 'control' }
  /** Sets something for the session. */
  | { readonly kind: 'setting' }
  /** CREATE INDEX CONCURRENTLY; `rest` is what stands behind the table's name. */
  | ({ readonly kind: 'createIndex'; readonly name: string | undefined; readonly table: string } & IndexParts)
  | { readonly kind: 'dropIndex'; readonly name: string; readonly ifExists: boolean }
  | { readonly kind: 'reindex'; readonly what: string; readonly name: string | undefined }
  /** Cannot run in a transaction; `repeatable` where doing it twice does no harm. */
  | { readonly kind: 'alone'; readonly repeatable: boolean }

interface IndexParts {
  readonly unique: boolean
  readonly rest: string
}

const controls = /^(begin|start transaction|commit|end|rollback(?! to\b)(?! \w+ to\b)|abort|prepare transaction)\b/
const settings = /^(set (?!local\b|transaction\b|constraints\b)|reset\b)/
const repeatable = /^(vacuum|alter system|reindex)\b/
const single = /^((create|drop) (database|tablespace))\b/
const detaching = /^alter table\b.* detach partition .*\bconcurrently$/

/** By its first words, as they stand outside strings and comments. */
export function formOf(sql: string): Form {
  const tokens = tokensOf(sql)
  const words = tokens
    .slice(0, 20)
    .map(({ text }) => text.toLowerCase())
    .join(' ')
  if (controls.test(words)) return { kind: 'control' }
  if (settings.test(words)) return { kind: 'setting' }
  if (/^create (unique )?index concurrently\b/.test(words)) return readCreateIndex(sql, tokens)
  if (/^drop index concurrently\b/.test(words)) return readDropIndex(tokens)
  if (/^reindex\b.*\bconcurrently\b/.test(words)) return readReindex(tokens)
  if (repeatable.test(words) && !/^reindex (\( [^)]* \) )?(index|table)\b/.test(words)) {
    return { kind: 'alone', repeatable: true }
  }
  if (single.test(words) || detaching.test(words)) return { kind: 'alone', repeatable: false }
  return { kind: 'plain' }
}

/** Names stand for their tokens, so that words inside them are none. */
class Reader {
  readonly #tokens: readonly Token[]
  position = 0

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens
  }

  get next(): Token | undefined {
    return this.#tokens[this.position]
  }

  take(...words: readonly string[]): boolean {
    const isHere = words.every((word, index) => this.#tokens[this.position + index]?.text.toLowerCase() === word)
    if (isHere) this.position += words.length
    return isHere
  }

  /** `name` or `schema.name`. */
  takeName(): string {
    let name = this.#takeOne()
    while (this.next?.text === '.') name += this.#takeOne() + this.#takeOne()
    return name
  }

  #takeOne(): string {
    const text = this.next?.text ?? ''
    this.position++
    return text
  }
}

function readCreateIndex(sql: string, tokens: readonly Token[]): Form {
  const reader = new Reader(tokens)
  reader.take('create')
  const unique = reader.take('unique')
  reader.take('index', 'concurrently')
  reader.take('if', 'not', 'exists')
  const name = reader.take('on') ? undefined : reader.takeName()
  if (name !== undefined) reader.take('on')
  reader.take('only')
  const table = reader.takeName()
  return { kind: 'createIndex', name, table, unique, rest: sql.slice(reader.next?.start ?? sql.length) }
}

function readDropIndex(tokens: readonly Token[]): Form {
  const reader = new Reader(tokens)
  reader.take('drop', 'index', 'concurrently')
  const ifExists = reader.take('if', 'exists')
  return { kind: 'dropIndex', ifExists, name: reader.takeName() }
}

function readReindex(tokens: readonly Token[]): Form {
  const reader = new Reader(tokens)
  reader.take('reindex')
  if (reader.take('(')) while (reader.next && !reader.take(')')) reader.position++
  const what = reader.takeName().toLowerCase()
  reader.take('concurrently')
  return { kind: 'reindex', what, name: reader.next ? reader.takeName() : undefined }
}
