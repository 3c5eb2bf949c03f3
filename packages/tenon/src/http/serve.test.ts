import assert from 'node:assert/strict'
import { once } from 'node:events'
import { Agent, request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import { describe, it } from 'node:test'
import { z } from 'zod'
import { Held, until } from '../../test/until.ts'
import { currentSignal } from '../core/signal.ts'
import { app, dependency, router, type ServerOptions, serve } from './index.ts'

const quiet = { log: { level: 'silent', format: 'json' } } as const

// Milliseconds; what waits for a connection that is kept alive takes over a minute.
const soon = 5_000

async function started(server: ServerOptions = {}, held = new Held()) {
  const routes = router('/')
  const Text = z.object({ text: z.string() })
  routes.get('/', { returns: Text }, () => ({ text: 'here' }))
  routes.get('/slow', { returns: Text }, async () => {
    await held.hold()
    return { text: 'late' }
  })
  routes.post('/', { body: Text, returns: Text }, ({ body }) => body)
  return serve(app({ routers: [routes], server: { ...quiet, ...server } }), { host: '127.0.0.1', port: 0 })
}

/** Sends bytes as they stand and answers what comes back until the server closes. */
function exchange(url: string, ...parts: (string | number)[]): Promise<string> {
  const { port } = new URL(url)
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const socket = connect(Number(port), '127.0.0.1')
  let text = ''
  socket.on('data', (data) => {
    text += data
  })
  socket.on('close', () => resolve(text))
  socket.on('error', (error) => (text ? resolve(text) : reject(error)))
  for (const part of parts) socket.write(String(part))
  return promise
}

describe('serve', { timeout: 120_000 }, () => {
  it('says where it listens, and that a port is taken', async () => {
    const server = await started()
    assert.match(server.url, /^http:\/\/127\.0\.0\.1:\d+$/)
    const port = Number(new URL(server.url).port)
    const second = serve(app({ routers: [], server: quiet }), { host: '127.0.0.1', port })
    await assert.rejects(second, {
      message: `Cannot listen on 127.0.0.1:${port}: the port is taken. Set PORT to another one.`,
    })
    await server.close()
  })

  it('stops at once beside idle keep-alive connections', async () => {
    const server = await started()
    await fetch(server.url)
    const agent = new Agent({ keepAlive: true })
    await new Promise((resolve) =>
      httpRequest(server.url, { agent }, (answer) => answer.resume().on('end', resolve)).end(),
    )
    const start = performance.now()
    await server.close()
    assert.ok(performance.now() - start < soon)
    agent.destroy()
  })

  it('lets a running handler end before it stops', async () => {
    const held = new Held()
    const server = await started({}, held)
    const answer = fetch(`${server.url}/slow`)
    await held.entered
    const closed = server.close()
    await until(() =>
      fetch(server.url).then(
        () => false,
        () => true,
      ),
    )
    held.release()
    await closed
    assert.deepEqual(await (await answer).json(), { text: 'late' })
    await assert.rejects(fetch(server.url))
  })

  it('does not wait for a request that never arrives whole', async () => {
    const begun = Promise.withResolvers<void>()
    const guard = dependency({}, () => begun.resolve(), { guard: true })
    const routes = router('/', { uses: { guard } })
    routes.post('/', { body: z.object({}) }, () => {})
    const server = await serve(app({ routers: [routes], server: quiet }), { host: '127.0.0.1', port: 0 })
    const open = exchange(
      server.url,
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{',
    )
    await begun.promise
    const start = performance.now()
    await server.close()
    assert.ok(performance.now() - start < soon)
    await open
  })

  it('cleans up after a client that went away when its handler has ended, as after a failure', async () => {
    const log: string[] = []
    const named = (name: string) =>
      dependency({}, async function* () {
        log.push(`make ${name}`)
        try {
          yield name
          log.push(`keep ${name}`)
        } catch (error) {
          log.push(`undo ${name}: ${(error as Error).message}`)
          throw error
        }
      })
    const routes = router('/', { uses: { a: named('a'), b: named('b') } })
    const entered = Promise.withResolvers<void>()
    routes.get('/', {}, async () => {
      entered.resolve()
      await once(currentSignal() as AbortSignal, 'abort')
      log.push('handled')
    })
    const server = await serve(app({ routers: [routes], server: quiet }), { host: '127.0.0.1', port: 0 })
    const leaving = new AbortController()
    const left = assert.rejects(fetch(server.url, { signal: leaving.signal }))
    await entered.promise
    leaving.abort()
    await left
    await until(() => log.length >= 5)
    assert.deepEqual(log, [
      'make a',
      'make b',
      'handled',
      'undo b: The client went away.',
      'undo a: The client went away.',
    ])
    await server.close()
  })

  it('cleans up after a client that went away while it sent the body', async () => {
    const log: string[] = []
    const guard = dependency(
      {},
      async function* () {
        log.push('made')
        try {
          yield null
        } finally {
          log.push('cleaned up')
        }
      },
      { guard: true },
    )
    const routes = router('/', { uses: { guard } })
    routes.post('/', { body: z.object({}) }, () => {})
    const server = await serve(app({ routers: [routes], server: quiet }), { host: '127.0.0.1', port: 0 })
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
    socket.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{')
    await until(() => log.length > 0)
    socket.destroy()
    await until(() => log.length > 1)
    assert.deepEqual(log, ['made', 'cleaned up'])
    await server.close()
  })

  it('closes a connection whose request takes too long', async () => {
    const server = await started({ requestTimeout: 500 })
    const answer = await exchange(server.url, 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{')
    assert.match(answer, /^HTTP\/1\.1 408 /)
    await server.close()
  })

  it('answers malformed HTTP once, in the format of all errors', async () => {
    const server = await started()
    const answer = await exchange(server.url, 'GARBAGE\r\n\r\n')
    assert.match(
      answer,
      /^HTTP\/1\.1 400 [\s\S]*\{"detail":"The request is not well-formed HTTP\.","code":"BAD_REQUEST"\}$/,
    )
    assert.equal(answer.match(/HTTP\/1\.1/g)?.length, 1)
    await server.close()
  })

  it('answers what Node’s parser refuses by itself in the format of all errors', async () => {
    const server = await started()
    const answers: [request: string, status: number, code: string][] = [
      ['GET / HTTP/1.1\r\nConnection: close\r\n\r\n', 400, 'BAD_REQUEST'],
      ['FOO / HTTP/1.1\r\nHost: a\r\n\r\n', 405, 'METHOD_NOT_ALLOWED'],
      ['GET / HTTP/1.1\r\nHost: a\r\nExpect: x\r\nConnection: close\r\n\r\n', 417, 'EXPECTATION_FAILED'],
      [`GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431, 'HEADERS_TOO_LARGE'],
    ]
    for (const [request, status, code] of answers) {
      const answer = await exchange(server.url, request)
      assert.match(answer, new RegExp(`^HTTP/1.1 ${status} [\\s\\S]*"code":"${code}"`))
    }
    await server.close()
  })

  it('reads JSON in UTF-8, as it is, and nothing else', async () => {
    const server = await started()
    const post = async (headers: Record<string, string>) =>
      (await fetch(server.url, { method: 'POST', headers, body: '{"text":"a"}' })).status
    assert.equal(await post({ 'content-type': 'application/json; charset=UTF-8' }), 200)
    assert.equal(await post({ 'content-type': 'application/json; charset=latin1' }), 415)
    assert.equal(await post({ 'content-type': 'application/vnd.api+json' }), 415)
    assert.equal(await post({ 'content-type': 'application/json', 'content-encoding': 'gzip' }), 415)
    await server.close()
  })

  it('refuses two Host headers', async () => {
    const server = await started()
    assert.match(
      await exchange(server.url, 'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n'),
      /^HTTP\/1\.1 400 /,
    )
    await server.close()
  })

  it('refuses a body over the limit, whether its length is said or not', async () => {
    const server = await started({ bodyLimit: 100 })
    const text = JSON.stringify({ text: 'x'.repeat(200) })
    const headers = { 'content-type': 'application/json' }
    assert.equal((await fetch(server.url, { method: 'POST', headers, body: text })).status, 413)
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode(text))
        controller.close()
      },
    })
    const chunked = await fetch(server.url, { method: 'POST', headers, body, duplex: 'half' })
    assert.deepEqual([chunked.status, ((await chunked.json()) as { code: string }).code], [413, 'PAYLOAD_TOO_LARGE'])
    await server.close()
  })

  it('refuses bytes that are not UTF-8, in the body, the query and the path', async () => {
    const server = await started()
    const headers = { 'content-type': 'application/json' }
    const body = Buffer.concat([Buffer.from('{"text":"'), Buffer.from([0xff]), Buffer.from('"}')])
    assert.equal((await fetch(server.url, { method: 'POST', headers, body })).status, 422)
    assert.equal((await fetch(`${server.url}/%ff`)).status, 422)
    await server.close()
  })

  it('sends request ids and security headers, and CORS headers to known origins', async () => {
    const server = await started({ corsOrigins: ['http://localhost:3000'] })
    const answer = await fetch(server.url, { headers: { origin: 'http://localhost:3000', 'x-request-id': 'abc-1' } })
    const header = (name: string) => answer.headers.get(name)
    assert.deepEqual(
      [
        header('x-request-id'),
        header('x-content-type-options'),
        header('access-control-allow-origin'),
        header('access-control-allow-credentials'),
      ],
      ['abc-1', 'nosniff', 'http://localhost:3000', 'true'],
    )
    const other = await fetch(server.url, { headers: { origin: 'http://evil.example', 'x-request-id': 'a b\u00e9' } })
    assert.equal(other.headers.get('access-control-allow-origin'), null)
    assert.match(other.headers.get('x-request-id') ?? '', /^[0-9a-f-]{36}$/)
    const preflight = await fetch(server.url, {
      method: 'OPTIONS',
      headers: { origin: 'http://localhost:3000', 'access-control-request-method': 'PATCH' },
    })
    assert.match(preflight.headers.get('access-control-allow-methods') ?? '', /PATCH/)
    await server.close()
  })

  it('believes X-Forwarded-For from trusted proxies alone', async () => {
    const { request } = await import('./dependency.ts')
    for (const [trustedProxies, wanted] of [
      [[], '127.0.0.1'],
      [['127.0.0.1'], '203.0.113.7'],
    ] as const) {
      const routes = router('/', { uses: { request } })
      routes.get('/', { returns: z.string() }, ({ request }) => request.address)
      const server = await serve(app({ routers: [routes], server: { ...quiet, trustedProxies } }), {
        host: '127.0.0.1',
        port: 0,
      })
      const answer = await fetch(server.url, { headers: { 'x-forwarded-for': '203.0.113.7' } })
      assert.equal(await answer.json(), wanted)
      await server.close()
    }
  })
})
