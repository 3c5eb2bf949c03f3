import { connect } from 'node:net'
import { assertTame } from './client.ts'
import type { Service } from './service.ts'

export interface RawAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
}

export interface RawRequest {
  readonly method?: string
  /** Text stands for its UTF-8 bytes, nothing is escaped. */
  readonly path: string | Uint8Array
  readonly headers?: readonly (readonly [string, string | Uint8Array])[]
  readonly body?: Uint8Array
}

/** Sends a request byte by byte as given, which no HTTP client would, and reads the answer until the connection ends. */
export async function sendRaw(
  service: Service,
  { method = 'GET', path, headers = [], body }: RawRequest,
): Promise<RawAnswer> {
  const lines: readonly (readonly [string, string | Uint8Array])[] = [
    ['Host', new URL(service.url).host],
    ['Connection', 'close'],
    ...(body ? [['Content-Length', String(body.length)] as const] : []),
    ...headers,
  ]
  const head = [bytes(`${method} `), bytes(path), bytes(' HTTP/1.1\r\n')]
  for (const [name, value] of lines) head.push(bytes(`${name}: `), bytes(value), bytes('\r\n'))
  const reply = await exchange(service, Buffer.concat([...head, bytes('\r\n'), ...(body ? [body] : [])]))
  const answer = parse(reply)
  assertTame(answer.status, answer.text, `${method} ${Buffer.from(bytes(path)).toString('latin1')}`)
  return answer
}

function exchange(service: Service, request: Uint8Array): Promise<Buffer> {
  const { hostname, port } = new URL(service.url)
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port) }, () => socket.write(request))
    const parts: Buffer[] = []
    socket.setTimeout(20_000, () => socket.destroy(new Error('The server neither answers nor closes the connection.')))
    socket.on('data', (part) => parts.push(part))
    socket.on('error', reject)
    socket.on('close', () => resolve(Buffer.concat(parts)))
  })
}

function parse(reply: Buffer): RawAnswer {
  const end = reply.indexOf('\r\n\r\n')
  if (end < 0) throw new Error(`The server closed the connection after ${reply.length} bytes of answer.`)
  const [first = '', ...lines] = reply.subarray(0, end).toString('latin1').split('\r\n')
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  )
  return { status: Number(first.split(' ')[1]), headers, text: reply.subarray(end + 4).toString('utf8') }
}

function bytes(value: string | Uint8Array): Uint8Array {
  return typeof value === 'string' ? Buffer.from(value, 'utf8') : value
}
