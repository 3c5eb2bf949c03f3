import type { Connection } from 'pg'
import { serialize } from 'pg-protocol'
import type { CopySource } from '../driver.ts'
import { affectedRows, noCopyDataError } from '../lease.ts'
import { PgQuery } from './exchange.ts'

type Socket = Connection['stream']

/** The source of COPY threw; `cause` is what it threw. */
export class SourceFailure extends Error {}

// Bytes that wait for the reader before the socket is held.
const heldAtMost = 1_048_576

/** `copy … from stdin`: sends what the source gives, as fast as the server takes it. */
export class CopyIn extends PgQuery {
  readonly answer: Promise<number>
  readonly #sql: string
  readonly #source: CopySource
  readonly #result = Promise.withResolvers<number>()
  #failure: unknown
  #isStarted = false
  #isOver = false
  #rows = 0

  constructor(sql: string, source: CopySource) {
    super(sql)
    this.#sql = sql
    this.#source = source
    this.answer = this.#result.promise
  }

  override submit({ stream }: Connection): null {
    stream.write(serialize.query(this.#sql))
    return null
  }

  override handleCopyInResponse({ stream }: Connection): void {
    this.#isStarted = true
    void this.#feed(stream)
  }

  override handleCommandComplete({ text }: { text: string }): void {
    this.#rows = affectedRows(text)
  }

  override handleError(error: Error): void {
    this.#isOver = true
    this.#result.reject(this.#failure ?? error)
  }

  override handleReadyForQuery(): void {
    this.#isOver = true
    if (this.#isStarted) this.#result.resolve(this.#rows)
    else this.#result.reject(noCopyDataError())
  }

  override handleRowDescription(): void {}
  override handleDataRow(): void {}
  override handleEmptyQuery(): void {}
  override handleCopyData(): void {}

  async #feed(stream: Socket): Promise<void> {
    try {
      for await (const piece of this.#source) {
        if (this.#isOver) return
        const isTaken = stream.write(serialize.copyData(Buffer.from(piece as Uint8Array)))
        if (!isTaken) await drained(stream)
      }
      stream.write(serialize.copyDone())
    } catch (cause) {
      this.#failure = new SourceFailure('The source of COPY failed.', { cause })
      stream.write(serialize.copyFail('the source failed'))
    }
  }
}

/** `copy … to stdout`: the socket waits while the reader does. */
export class CopyOut extends PgQuery {
  isOver = false
  readonly #sql: string
  readonly #pieces: Uint8Array[] = []
  #held = 0
  #error: Error | undefined
  #stream: Socket | undefined
  #wake: (() => void) | undefined

  constructor(sql: string) {
    super(sql)
    this.#sql = sql
  }

  /** The next piece; undefined after the last. */
  async next(): Promise<Uint8Array | undefined> {
    for (;;) {
      const piece = this.#pieces.shift()
      if (piece !== undefined) {
        this.#held -= piece.length
        if (this.#held <= heldAtMost) this.#stream?.resume()
        return piece
      }
      if (this.#error) throw this.#error
      if (this.isOver) return undefined
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  override submit({ stream }: Connection): null {
    this.#stream = stream
    stream.write(serialize.query(this.#sql))
    return null
  }

  override handleCopyData({ chunk }: { chunk: Uint8Array }): void {
    // A copy: the parser uses the buffer underneath again.
    this.#pieces.push(Buffer.from(chunk))
    this.#held += chunk.length
    if (this.#held > heldAtMost) this.#stream?.pause()
    this.#wake?.()
  }

  override handleError(error: Error): void {
    this.isOver = true
    this.#error = error
    this.#wake?.()
  }

  override handleReadyForQuery(): void {
    this.isOver = true
    this.#wake?.()
  }

  override handleCopyInResponse({ stream }: Connection): void {
    stream.write(serialize.copyFail('Use copyFrom() for COPY FROM STDIN'))
  }

  override handleRowDescription(): void {}
  override handleDataRow(): void {}
  override handleCommandComplete(): void {}
  override handleEmptyQuery(): void {}
}

function drained(stream: Socket): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      stream.off('drain', done)
      stream.off('close', done)
      resolve()
    }
    stream.once('drain', done)
    stream.once('close', done)
  })
}
