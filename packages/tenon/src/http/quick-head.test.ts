import assert from 'node:assert/strict'
import { createServer, type ServerResponse } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { after, before, describe, it } from 'node:test'
import { endBytes, QuickHead } from './quick-head.ts'

const type = 'application/json; charset=utf-8'
const common = ['x-frame-options', 'SAMEORIGIN', 'vary', 'Origin']
const other = ['vary', 'Origin', 'access-control-allow-origin', 'https://app.test']

/** The path is the status; the query says what is answered, and how. */
interface Asked {
  readonly status: number
  readonly headers: readonly string[]
  readonly body: string
  readonly pieces: readonly Uint8Array[] | null
}

let count = 0

function askedFor(url: string): Asked {
  const { pathname, searchParams } = new URL(url, 'http://localhost')
  const body = searchParams.get('body') ?? '{}'
  const bytes = Buffer.from(body)
  const pieces = { text: null, bytes: [bytes], pieces: [bytes.subarray(0, 1), bytes.subarray(1)] }
  return {
    status: Number(pathname.slice(1)),
    headers: searchParams.has('other') ? other : common,
    body,
    pieces: pieces[(searchParams.get('as') ?? 'text') as keyof typeof pieces],
  }
}

const head = new QuickHead(type)

function answerQuickly(url: string, response: ServerResponse, id: string): void {
  const { status, headers, body, pieces } = askedFor(url)
  head.write(response, status, headers, id, Buffer.byteLength(body))
  if (pieces) endBytes(response, pieces)
  else response.end(body)
}

function answerUsually(url: string, response: ServerResponse, id: string): void {
  const { status, headers, body } = askedFor(url)
  const length = String(Buffer.byteLength(body))
  response.writeHead(status, headers.concat('x-request-id', id, 'content-type', type, 'content-length', length))
  response.end(body)
}

/** As Fastify does while it closes. */
function announceClose(url: string, response: ServerResponse): void {
  if (url.includes('closing')) response.setHeader('Connection', 'close')
}

function start(answer: typeof answerQuickly) {
  const server = createServer({ keepAliveTimeout: 7_000 }, (request, response) => {
    announceClose(request.url ?? '', response)
    answer(request.url ?? '', response, `id-${count++ % 10}`)
  })
  server.listen(0, '127.0.0.1')
  return server
}

describe('QuickHead', () => {
  const quick = start(answerQuickly)
  const usual = start(answerUsually)
  before(async () => {
    for (const server of [quick, usual]) while (!server.listening) await new Promise(setImmediate)
  })
  after(() => {
    for (const server of [quick, usual]) server.close().closeAllConnections()
  })

  /** All that a server says to these requests on one connection. */
  async function told(server: typeof quick, requests: string): Promise<string> {
    count = 0
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
    socket.write(requests)
    socket.setTimeout(200, () => socket.end())
    return (await text(socket)).replace(/Date: [^\r]+ GMT\r\n/g, 'Date: then\r\n')
  }

  const get = (path: string, more = '') => `GET ${path} HTTP/1.1\r\nHost: here\r\n${more}\r\n`
  const talks: Record<string, string> = {
    'a text': get('/200?body={}'),
    'three texts, sent at once': get('/200?body=1') + get('/200?body=%22%C3%A9%F0%9F%8E%89%22') + get('/200?body=333'),
    bytes: get('/200?as=bytes') + get('/200?as=bytes&body=%22%F0%9F%8E%89%22'),
    pieces: get('/200?as=pieces&body=12') + get('/200?as=pieces&body=1234'),
    'many bytes': get(`/200?as=bytes&body=${'1'.repeat(3000)}`).repeat(3),
    'other statuses': get('/201') + get('/200') + get('/201') + get('/299'),
    'other common headers': get('/200?other') + get('/200') + get('/200?other'),
    HEAD:
      'HEAD /200?body=12 HTTP/1.1\r\nHost: here\r\n\r\n' +
      get('/200?as=bytes') +
      'HEAD /200?as=bytes HTTP/1.1\r\nHost: here\r\n\r\n',
    'a connection that closes': get('/200') + get('/200?as=bytes', 'Connection: close\r\n'),
    'a header that was set before': get('/200') + get('/200?closing'),
    'HTTP/1.0': 'GET /200 HTTP/1.0\r\n\r\n',
    'HTTP/1.0 that stays open': 'GET /200 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n'.repeat(2),
  }
  for (const [name, requests] of Object.entries(talks)) {
    it(`says what Node says: ${name}`, async () => {
      const wanted = await told(usual, requests)
      assert.match(wanted, /^HTTP\/1\.1 2\d\d /)
      // The first teaches, the second uses what was learnt.
      for (let round = 0; round < 2; round++) assert.equal(await told(quick, requests), wanted)
    })
  }

  it('asks Node for no head but the first, and has the date of the moment', async () => {
    let asked = 0
    const server = start((url, response, id) => {
      const { writeHead } = response
      response.writeHead = ((...given: Parameters<typeof writeHead>) => {
        asked++
        return writeHead.apply(response, given)
      }) as typeof writeHead
      answerQuickly(url, response, id)
    })
    try {
      while (!server.listening) await new Promise(setImmediate)
      for (let count = 0; count < 5; count++) {
        const answer = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/207`)
        assert.equal(await answer.text(), '{}')
        assert.ok(Math.abs(Date.parse(answer.headers.get('date') ?? '') - Date.now()) < 2_500)
      }
      assert.equal(asked, 1)
    } finally {
      server.close().closeAllConnections()
    }
  })
})
