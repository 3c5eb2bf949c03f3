import type { JsonText } from '../core/query.ts'
import type { Around } from './json-answer.ts'
import type { Pages } from './json-bytes.ts'
import type { RowWriter } from './json-row.ts'
import type { Texts } from './outputs.ts'

const nothing: Buffer = Buffer.alloc(0)
const comma = 44
// Characters. Short enough to be flattened and encoded in the processor's cache.
const pieceOf = 2_048
const pageSize = 65_536
const sparesAtMost = 16
/** Pages that an answer was copied from; most answers are short and need one for less than a millisecond. */
const spares: Buffer[] = []

/** Takes rows as they come from the server, as texts or as bytes, and writes each at once. */
export class JsonRows implements Pages {
  count = 0
  page: Buffer = nothing
  used = 0
  readonly #writer: RowWriter
  readonly #place: string
  readonly #most: number
  #isTrusting = false
  #text = ''
  #full: Uint8Array[] = []

  /** Of more rows than `most` only the count is kept. */
  constructor(writer: RowWriter, place: string, most = Number.POSITIVE_INFINITY) {
    this.#writer = writer
    this.#place = place
    this.#most = most
  }

  /** Forgets what came before: a statement may be repeated. */
  begin(types: readonly number[]): void {
    this.count = 0
    this.used = 0
    this.#text = ''
    this.#full = []
    this.#isTrusting = fits(types, this.#writer.types)
  }

  /** True where rows may come as bytes. */
  get takesBytes(): boolean {
    return this.#isTrusting
  }

  row(texts: Texts): void {
    if (this.count++ >= this.#most) return
    const { trusting, careful } = this.#writer
    const written = this.#isTrusting ? trusting(texts, this.#place) : careful(texts, this.#place)
    this.#text = this.count === 1 ? written : `${this.#text},${written}`
    if (this.#text.length > pieceOf) this.#encode()
  }

  /** A row as the server sent it; `start` is at its count of columns. */
  bytes(row: Buffer, start: number): void {
    if (this.count++ >= this.#most) return
    this.reserve(1)
    if (this.count > 1) this.page[this.used++] = comma
    this.#writer.bytes(row, start, this, this.#place)
  }

  reserve(bytes: number): void {
    if (this.page.length - this.used >= bytes) return
    if (this.used > 0) this.#full.push(this.page.subarray(0, this.used))
    this.page = bytes > pageSize ? Buffer.allocUnsafeSlow(bytes) : (spares.pop() ?? Buffer.allocUnsafeSlow(pageSize))
    this.used = 0
  }

  /** All of it, with what stands around. */
  toJson({ before, after }: Around): JsonText {
    if (this.page === nothing) return before === '' ? this.#text : before + this.#text + after
    this.#text += after
    this.#encode()
    if (this.#full.length > 0) return [Buffer.from(before), ...this.#full, this.page.subarray(0, this.used)]
    const { page, used } = this
    const answer = Buffer.allocUnsafe(before.length * 3 + used)
    const start = answer.write(before)
    answer.set(page.subarray(0, used), start)
    if (spares.length < sparesAtMost && page.length === pageSize) spares.push(page)
    this.page = nothing
    return [answer.subarray(0, start + used)]
  }

  #encode(): void {
    // A character of UTF-16 takes three bytes at the most.
    this.reserve(this.#text.length * 3)
    this.used += this.page.write(this.#text, this.used)
    this.#text = ''
  }
}

function fits(types: readonly number[], wanted: readonly number[]): boolean {
  for (let index = 0; index < wanted.length; index++) {
    if (wanted[index] !== 0 && wanted[index] !== types[index]) return false
  }
  return true
}
