import { ServerResponse } from 'node:http'

/** What Node keeps of a head that is ready, and whether it has left. Not documented; where it is missing nothing is learnt. */
interface Innards {
  _header?: unknown
  _headerSent: boolean
}

/** A head as Node wrote it, in the pieces between what differs from answer to answer. */
interface Learnt {
  readonly toId: string
  readonly toLength: string
  readonly toDate: string
  readonly rest: string
}

const dateLength = 'Wed, 25 Nov 2026 08:00:00 GMT'.length
const joinedAtMost = 65_536

/**
 * Sends JSON whose headers are the usual ones. Node checks and joins some twenty headers each time, a tenth of what a
 * short answer costs; so its first head of each kind is kept, and those that follow differ by id, length and date alone.
 */
export class QuickHead {
  readonly #type: string
  readonly #learnt = new WeakMap<readonly string[], Map<number, Learnt>>()
  #second = 0
  #date = ''

  constructor(type: string) {
    this.#type = type
  }

  /** Writes the head of an answer with a body of this type and length in bytes, behind the common headers (names and values by turns). */
  write(response: ServerResponse, status: number, common: readonly string[], id: string, length: number): void {
    const isUsual = isUsualOne(response)
    const learnt = isUsual ? this.#learnt.get(common)?.get(status) : undefined
    if (learnt) {
      response.statusCode = status
      const { toId, toLength, toDate, rest } = learnt
      ;(response as unknown as Innards)._header = toId + id + toLength + length + toDate + this.#now() + rest
    } else {
      response.writeHead(
        status,
        common.concat('x-request-id', id, 'content-type', this.#type, 'content-length', String(length)),
      )
      if (isUsual) this.#learn((response as unknown as Innards)._header, status, common, id, length)
    }
  }

  #learn(head: unknown, status: number, common: readonly string[], id: string, length: number): void {
    if (typeof head !== 'string') return
    const toLength = `\r\ncontent-type: ${this.#type}\r\ncontent-length: `
    const toDate = '\r\nDate: '
    const mark = `\r\nx-request-id: ${id}${toLength}${length}${toDate}`
    const at = head.indexOf(mark)
    const rest = head.slice(at + mark.length + dateLength)
    if (at < 0 || !rest.startsWith('\r\n') || !rest.endsWith('\r\n\r\n')) return
    const known = this.#learnt.get(common) ?? new Map<number, Learnt>()
    known.set(status, { toId: `${head.slice(0, at)}\r\nx-request-id: `, toLength, toDate, rest })
    this.#learnt.set(common, known)
  }

  #now(): string {
    const now = Date.now()
    const second = Math.floor(now / 1000)
    if (second !== this.#second) {
      this.#second = second
      this.#date = new Date(now).toUTCString()
    }
    return this.#date
  }
}

/** Node's own answer on a connection that stays open, with no header that somebody has set before. */
function isUsualOne(response: ServerResponse): boolean {
  return (
    response.constructor === ServerResponse &&
    response.shouldKeepAlive &&
    response.getHeaderNames().length === 0 &&
    response.req.method !== 'HEAD' &&
    response.req.headers.expect === undefined
  )
}

/** Ends an answer whose head is written. A short body leaves together with its head, as one piece of bytes. */
export function endBytes(response: ServerResponse, pieces: readonly Uint8Array[]): void {
  const [only] = pieces
  const innards = response as unknown as Innards
  const head = innards._header
  if (only && pieces.length === 1 && only.length < joinedAtMost && typeof head === 'string' && isUsualOne(response)) {
    const whole = Buffer.allocUnsafe(head.length + only.length)
    whole.write(head, 'latin1')
    whole.set(only, head.length)
    innards._headerSent = true
    response.end(whole)
    return
  }
  response.cork()
  for (const piece of pieces) response.write(piece)
  response.end()
  response.uncork()
}
