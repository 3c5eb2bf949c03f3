import { type ChildProcess, spawn } from 'node:child_process'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

const root = resolve(import.meta.dirname, '../../..')

interface Message {
  readonly id?: number
  readonly method?: string
  readonly result?: unknown
  readonly error?: { readonly message: string }
}

/** A program that an editor has open; `§` in its text marks places to point at, and is taken out. */
export interface OpenFile {
  /** What hovering over each marked place shows. */
  hovers(): Promise<string[]>
  /** The errors, each as `line: text` (lines from 1). */
  errors(): Promise<string[]>
  /** The names that completion offers at the first marked place. */
  completions(): Promise<string[]>
}

/** TypeScript's own language server, asked as an editor asks it. */
export class Editor implements Disposable {
  readonly #server: ChildProcess
  readonly #waiting = new Map<number, (message: Message) => void>()
  #received = Buffer.alloc(0)
  #last = 0

  constructor() {
    this.#server = spawn(join(root, 'node_modules/.bin/tsc'), ['--lsp', '--stdio'], {
      stdio: ['pipe', 'pipe', 'ignore'],
    })
    this.#server.stdout?.on('data', (data: Buffer) => this.#receive(data))
  }

  async start(): Promise<void> {
    const uri = pathToFileURL(root).href
    const capabilities = { textDocument: { hover: { contentFormat: ['plaintext'] }, diagnostic: {} } }
    await this.#ask('initialize', {
      processId: process.pid,
      rootUri: uri,
      capabilities,
      workspaceFolders: [{ uri, name: 'root' }],
    })
    this.#tell('initialized', {})
  }

  /** Opens a text as if it were a file beside the model tests. */
  open(name: string, marked: string): OpenFile {
    const uri = pathToFileURL(join(root, 'packages/tenon/src/model', name)).href
    const { text, places } = taken(marked)
    this.#tell('textDocument/didOpen', { textDocument: { uri, languageId: 'typescript', version: 1, text } })
    const textDocument = { uri }
    return {
      hovers: () =>
        Promise.all(
          places.map(async (position) => textOf(await this.#ask('textDocument/hover', { textDocument, position }))),
        ),
      errors: async () => {
        const { items } = (await this.#ask('textDocument/diagnostic', { textDocument })) as { items: Diagnostic[] }
        return items
          .filter(({ severity }) => severity === 1)
          .map(({ range, message }) => `${range.start.line + 1}: ${message}`)
      },
      completions: async () => {
        const answer = (await this.#ask('textDocument/completion', { textDocument, position: places[0] })) as {
          items: { label: string }[]
        }
        return answer.items.map(({ label }) => label.replace(/\?$/, ''))
      },
    }
  }

  [Symbol.dispose]() {
    this.#server.kill()
  }

  #ask(method: string, params: object): Promise<unknown> {
    const id = ++this.#last
    const { promise, resolve, reject } = Promise.withResolvers<unknown>()
    this.#waiting.set(id, ({ result, error }) => (error ? reject(new Error(error.message)) : resolve(result)))
    this.#send({ id, method, params })
    return promise
  }

  #tell(method: string, params: object) {
    this.#send({ method, params })
  }

  #send(message: object) {
    const text = JSON.stringify({ jsonrpc: '2.0', ...message })
    this.#server.stdin?.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`)
  }

  #receive(data: Buffer) {
    this.#received = Buffer.concat([this.#received, data])
    for (;;) {
      const end = this.#received.indexOf('\r\n\r\n')
      const length = Number(/Content-Length: (\d+)/i.exec(this.#received.subarray(0, Math.max(end, 0)).toString())?.[1])
      if (end < 0 || this.#received.length < end + 4 + length) return
      const message = JSON.parse(this.#received.subarray(end + 4, end + 4 + length).toString()) as Message
      this.#received = this.#received.subarray(end + 4 + length)
      this.#take(message)
    }
  }

  #take(message: Message) {
    if (message.id === undefined) return
    if (message.method) {
      // The server asks for configuration and the like; it goes on with its defaults.
      this.#send({ id: message.id, result: null })
      return
    }
    this.#waiting.get(message.id)?.(message)
    this.#waiting.delete(message.id)
  }
}

interface Diagnostic {
  readonly severity: number
  readonly message: string
  readonly range: { readonly start: { readonly line: number } }
}

interface Position {
  readonly line: number
  readonly character: number
}

function taken(marked: string): { text: string; places: Position[] } {
  const places: Position[] = []
  const lines = marked.split('\n').map((line, index) => {
    const parts = line.split('§')
    let character = 0
    for (const part of parts.slice(0, -1)) {
      character += part.length
      places.push({ line: index, character })
    }
    return parts.join('')
  })
  return { text: lines.join('\n'), places }
}

function textOf(hover: unknown): string {
  const contents = (hover as { contents?: { value?: string } } | null)?.contents?.value ?? ''
  return contents.replace(/^```\w*\n|\n```[\s\S]*$/g, '').trim()
}
