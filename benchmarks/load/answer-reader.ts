const headEnd = Buffer.from('\r\n\r\n')
const lastChunk = Buffer.from('0\r\n\r\n')
const nothing = Buffer.alloc(0)

/**
 * Finds the end of each HTTP/1.1 answer on a connection that carries one request at a time.
 * It looks at no more than that takes: what the generator computes, the server cannot.
 */
export class AnswerReader {
  #unread: Buffer = nothing
  #status = 0
  /** Bytes of the body that have not come yet; null: the body comes in chunks. */
  #missing: number | null = 0
  #isInBody = false

  /** The status once an answer is whole, and null before. Throws where this is no answer that it knows. */
  read(piece: Buffer): number | null {
    this.#unread = this.#unread.length === 0 ? piece : Buffer.concat([this.#unread, piece])
    if (!this.#isInBody && !this.#readHead()) return null
    if (!this.#isBodyWhole()) return null
    this.#isInBody = false
    this.#unread = nothing
    return this.#status
  }

  #readHead(): boolean {
    const end = this.#unread.indexOf(headEnd)
    if (end < 0) return false
    const head = this.#unread.toString('latin1', 0, end)
    this.#status = Number(head.slice(9, 12))
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1]
    const isChunked = /\r\ntransfer-encoding: *chunked/i.test(head)
    const isEmpty = this.#status === 204 || this.#status === 304
    if (length === undefined && !isChunked && !isEmpty) throw new Error(`Cannot find the end of this answer:\n${head}`)
    this.#missing = isChunked ? null : Number(length ?? 0)
    this.#unread = this.#unread.subarray(end + headEnd.length)
    this.#isInBody = true
    return true
  }

  #isBodyWhole(): boolean {
    if (this.#missing === null) return this.#endsWithLastChunk()
    this.#missing -= this.#unread.length
    this.#unread = nothing
    if (this.#missing < 0) throw new Error('Cannot read this answer: it is longer than its Content-Length says.')
    return this.#missing === 0
  }

  /** A line break cannot stand in JSON text, so an answer that ends like this is whole. Only its end is kept. */
  #endsWithLastChunk(): boolean {
    this.#unread = this.#unread.subarray(-(lastChunk.length + 2))
    const end = this.#unread.subarray(-lastChunk.length)
    const before = this.#unread.subarray(0, -lastChunk.length)
    return end.equals(lastChunk) && (before.length === 0 || before.at(-1) === 10)
  }
}
