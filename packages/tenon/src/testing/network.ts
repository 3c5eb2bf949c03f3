import { connect, createServer, type Server, type Socket } from 'node:net'

/** A network between driver and server that can fail. `url` leads through it. */
export class Network implements AsyncDisposable {
  readonly #target: URL
  readonly #port: number
  readonly #sockets = new Set<Socket>()
  #server: Server
  #cutAfter: string | undefined
  #isHolding = false
  #isStalled = false

  static async start(target: string): Promise<Network> {
    const probe = createServer()
    await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve))
    const { port } = probe.address() as { port: number }
    await new Promise((resolve) => probe.close(resolve))
    const network = new Network(target, port)
    await network.listen()
    return network
  }

  private constructor(target: string, port: number) {
    this.#target = new URL(target)
    this.#port = port
    this.#server = createServer()
  }

  get url(): string {
    const url = new URL(this.#target)
    url.host = `127.0.0.1:${this.#port}`
    return url.href
  }

  /** Ends of connections that are open. */
  get open(): number {
    return this.#sockets.size
  }

  async listen(): Promise<void> {
    this.#server = createServer((near) => this.#join(near))
    await new Promise<void>((resolve) => this.#server.listen(this.#port, '127.0.0.1', resolve))
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop()
  }

  /** Existing connections stay open and carry nothing any more. */
  swallowEverything(): void {
    for (const socket of this.#sockets) socket.removeAllListeners('data').resume()
  }

  /** New connections are accepted, and then nothing comes through them. */
  stall(): void {
    this.#isStalled = true
  }

  /** Lets the text through to the server, and the answer not back. */
  cutAfter(text: string): void {
    this.#cutAfter = text
  }

  /** Keeps what the server sends back, until the driver sends something. */
  holdAnswers(): void {
    this.#isHolding = true
  }

  #join(near: Socket): void {
    this.#keep(near)
    if (this.#isStalled) near.resume()
    else this.#connect(near)
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => this.#sockets.delete(socket))
  }

  #connect(near: Socket): void {
    const far = connect(Number(this.#target.port || 5432), this.#target.hostname)
    const held: Buffer[] = []
    let isCut = false
    let last: Buffer = Buffer.alloc(0)
    near.on('data', (data) => {
      if (held.length > 0) {
        this.#isHolding = false
        return near.end(Buffer.concat(held))
      }
      far.write(data)
      if (this.#cutAfter === undefined) return
      // The text may arrive in two pieces.
      last = Buffer.concat([last.subarray(-this.#cutAfter.length), data])
      if (!last.includes(this.#cutAfter)) return
      isCut = true
      this.#cutAfter = undefined
      setTimeout(() => near.destroy(), 50)
    })
    far.on('data', (data) => {
      if (this.#isHolding) held.push(data)
      else if (!isCut) near.write(data)
    })
    near.on('close', () => far.destroy())
    far.on('close', () => held.length > 0 || near.destroy())
    this.#keep(far)
  }
}
