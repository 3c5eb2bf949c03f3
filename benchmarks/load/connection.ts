import { connect, type Socket } from 'node:net'
import { AnswerReader } from './answer-reader.ts'

/** The status of the answer, or 0 where the connection broke before it was whole. */
type Done = (status: number) => void

/** A keep-alive connection with one request under way at most. It connects when it is first used, and again after it broke. */
export class Connection {
  readonly #port: number
  #socket: Socket | null = null
  #done: Done | null = null

  constructor(port: number) {
    this.#port = port
  }

  send(request: Uint8Array, done: Done): void {
    this.#done = done
    this.#socket ??= this.#open()
    this.#socket.write(request)
  }

  close(): void {
    this.#socket?.destroy()
    this.#finish(0)
  }

  #open(): Socket {
    const reader = new AnswerReader()
    const socket = connect({ port: this.#port, host: '127.0.0.1', noDelay: true })
    const give = () => {
      socket.destroy()
      if (this.#socket !== socket) return
      this.#socket = null
      this.#finish(0)
    }
    socket.on('error', give).on('close', give).on('end', give)
    socket.on('data', (piece) => {
      try {
        const status = reader.read(piece)
        if (status !== null) this.#finish(status)
      } catch {
        give()
      }
    })
    return socket
  }

  #finish(status: number): void {
    const done = this.#done
    this.#done = null
    done?.(status)
  }
}
