import { EventEmitter } from 'node:events'
import { Connection } from 'pg'

/** Takes a row past pg's reader; false where that is to read it. `start` is at the row's count of columns. */
export type TakeRow = (bytes: Buffer, start: number) => boolean

type Listener = (value: unknown) => void
type Deliver = (chunk: Buffer) => void

const dataRow = 68
const headOf = 5

/**
 * Stands between the socket and pg's reader: rows that somebody takes go there as bytes, everything else goes on as it
 * came. A row that is not whole yet is kept until it is; any other message in pieces passes through.
 */
export class RowFilter {
  readonly #take: TakeRow
  readonly #deliver: Deliver
  /** The beginning of a message whose kind or length is not known, or of a row. */
  #kept: Buffer[] = []
  #keptLength = 0
  /** Bytes until what is kept can be read. */
  #wanted = headOf
  /** Bytes of a message that are still to pass through. */
  #passing = 0

  constructor(take: TakeRow, deliver: Deliver) {
    this.#take = take
    this.#deliver = deliver
  }

  push(chunk: Buffer): void {
    const bytes = this.#joined(chunk)
    if (bytes === null) return
    let at = Math.min(this.#passing, bytes.length)
    this.#passing -= at
    let from = 0
    while (at + headOf <= bytes.length) {
      const end = at + 1 + bytes.readUInt32BE(at + 1)
      if (bytes[at] === dataRow) {
        if (end > bytes.length) break
        // What came before decides whose row it is.
        this.#pass(bytes, from, at)
        from = this.#take(bytes, at + headOf) ? end : at
      } else if (end > bytes.length) {
        this.#passing = end - bytes.length
        this.#pass(bytes, from, bytes.length)
        return
      }
      at = end
    }
    this.#pass(bytes, from, at)
    this.#keep(bytes, at)
  }

  #pass(bytes: Buffer, from: number, to: number): void {
    if (to > from) this.#deliver(from === 0 && to === bytes.length ? bytes : bytes.subarray(from, to))
  }

  #keep(bytes: Buffer, at: number): void {
    if (at >= bytes.length) return
    this.#kept = [bytes.subarray(at)]
    this.#keptLength = bytes.length - at
    this.#wanted = this.#keptLength < headOf ? headOf : 1 + bytes.readUInt32BE(at + 1)
  }

  /** The chunk behind what is kept; null until that is enough. Pieces are joined once, however many there are. */
  #joined(chunk: Buffer): Buffer | null {
    if (this.#keptLength === 0) return chunk
    this.#kept.push(chunk)
    this.#keptLength += chunk.length
    if (this.#keptLength < this.#wanted) return null
    const bytes = Buffer.concat(this.#kept)
    this.#kept = []
    this.#keptLength = 0
    return bytes
  }
}

interface Listening {
  attachListeners(stream: object): void
}

/** Puts a filter in front of a connection's reader. It must not be connected yet. */
export function filterRows(connection: Connection, take: TakeRow): void {
  if (!isFilterable) return
  const listening = connection as unknown as Listening
  const attach = listening.attachListeners
  listening.attachListeners = (stream) => attach.call(connection, filtered(stream as EventEmitter, take))
}

/** What pg's reader asks of a stream: to be told of its data and its end. */
function filtered(stream: EventEmitter, take: TakeRow): object {
  return {
    on(event: string, listener: Listener): EventEmitter {
      if (event !== 'data') return stream.on(event, listener)
      const filter = new RowFilter(take, listener as Deliver)
      return stream.on('data', (chunk: Buffer) => filter.push(chunk))
    },
  }
}

/**
 * `attachListeners` is pg's own affair and not of its documented ways, so it is tried once, when the process starts: a
 * row is to come through, taken and not taken. Where it does not, pg reads every row, which is only slower.
 */
const isFilterable = tried()

function tried(): boolean {
  const row = Buffer.from([dataRow, 0, 0, 0, 11, 0, 1, 0, 0, 0, 1, 0x61])
  try {
    const seen: unknown[] = []
    const stream = new EventEmitter()
    const connection = new Connection({ stream: stream as never })
    connection.on('dataRow', ({ fields }: { fields: unknown[] }) => seen.push(fields[0]))
    let isTaking = false
    const take = () => {
      if (isTaking) seen.push('taken')
      return isTaking
    }
    ;(connection as unknown as Listening).attachListeners(filtered(stream, take))
    stream.emit('data', row)
    isTaking = true
    stream.emit('data', row.subarray(0, 7))
    stream.emit('data', row.subarray(7))
    return seen.join() === 'a,taken'
  } catch {
    return false
  }
}
