import assert from 'node:assert/strict'
import { it } from 'node:test'
import { assertFailure, Client, newPerson } from '../client.ts'
import { sendRaw } from '../raw.ts'
import type { Service } from '../service.ts'

export function defineProtocolCases(service: Service): void {
  const anyone = new Client(service)

  it('answers 405 with Allow for a wrong method', async () => {
    const wrong: readonly [method: string, path: string, allowed: readonly string[]][] = [
      ['DELETE', '/tasks', ['GET', 'POST']],
      ['POST', '/tasks/1', ['GET', 'PUT', 'PATCH', 'DELETE']],
      ['PATCH', '/tags', ['GET', 'POST']],
      ['GET', '/tags/1', ['PUT', 'DELETE']],
      ['GET', '/tasks/1/tags/1', ['POST', 'DELETE']],
      ['GET', '/auth/register', ['POST']],
      ['GET', '/auth/login', ['POST']],
      ['PUT', '/auth/refresh', ['POST']],
      ['POST', '/auth/me', ['GET']],
    ]
    for (const [method, path, allowed] of wrong) {
      const answer = await anyone.send(method, `/api/v1${path}`)
      assertFailure(answer, 405, 'METHOD_NOT_ALLOWED')
      const named = (answer.headers.get('allow') ?? '').split(',').map((name) => name.trim())
      assert.deepEqual(named.filter((name) => name !== 'HEAD' && name !== 'OPTIONS').sort(), [...allowed].sort())
    }
  })

  it('answers 405 with Allow for a method that no path has', async () => {
    for (const method of ['PROPFIND', 'TRACE', 'SEARCH', 'LOCK', 'QUERY', 'MKCOL']) {
      const answer = await sendRaw(service, { method, path: '/api/v1/tasks' })
      assert.equal(answer.status, 405, `${method}: ${answer.text}`)
      assert.match(answer.headers.allow ?? '', /GET/)
      assert.equal(JSON.parse(answer.text).code, 'METHOD_NOT_ALLOWED')
    }
    for (const method of ['BREW', 'get', 'G\u0001T']) {
      const answer = await sendRaw(service, { method, path: '/api/v1/tasks' })
      assert.ok([400, 405].includes(answer.status), `${method}: ${answer.status}`)
    }
  })

  it('answers 404 for an unknown path, by any method', async () => {
    for (const path of [
      '/',
      '/api',
      '/api/v1',
      '/api/v2/tasks',
      '/api/v1/nothing',
      '/api/v1/tasks/1/tags',
      '/API/V1/tasks',
    ]) {
      for (const method of ['GET', 'POST', 'DELETE']) {
        const answer = await anyone.send(method, path)
        if (method === 'GET' && path === '/' && answer.status < 400) continue
        assertFailure(answer, 404, 'NOT_FOUND')
      }
    }
    const dots = await sendRaw(service, { path: '/api/v1/../../etc/passwd' })
    assert.equal(dots.status, 404)
  })

  it('redirects no path with a trailing slash', async () => {
    const { api } = await newPerson(service)
    for (const path of ['/tasks/', '/tags/', '/auth/me/']) {
      assert.ok([200, 404].includes((await api.get(path)).status))
    }
    const double = await api.send('GET', '/api/v1//tasks')
    assert.ok([200, 404].includes(double.status))
  })

  it('answers HEAD like GET without a body', async () => {
    const { api } = await newPerson(service)
    const [head, get] = [await api.send('HEAD', '/api/v1/tasks'), await api.get('/tasks')]
    assert.equal(head.status, get.status)
    assert.equal(head.text, '')
    assert.equal(head.headers.get('content-type'), get.headers.get('content-type'))
  })

  it('tells that it is alive and ready', async () => {
    for (const path of ['/health', '/ready']) {
      const answer = await anyone.send('GET', path)
      assert.equal(answer.status, 200, answer.text)
      assert.match(answer.headers.get('content-type') ?? '', /^application\/json/)
    }
  })

  it('answers the preflight of a configured origin, and of no other', async () => {
    const preflight = (origin: string, method: string): ReturnType<Client['send']> =>
      anyone.send('OPTIONS', '/api/v1/tasks/1', {
        headers: {
          origin,
          'access-control-request-method': method,
          'access-control-request-headers': 'authorization,content-type',
        },
      })
    for (const origin of [3000, 5173, 8080, 8000].map((port) => `http://localhost:${port}`)) {
      const { status, headers } = await preflight(origin, 'PATCH')
      assert.ok(status === 200 || status === 204)
      assert.equal(headers.get('access-control-allow-origin'), origin)
      assert.equal(headers.get('access-control-allow-credentials'), 'true')
      for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']) {
        assert.ok(headers.get('access-control-allow-methods')?.includes(method), method)
      }
      assert.match(headers.get('access-control-allow-headers') ?? '', /authorization/i)
    }
    for (const origin of [
      'https://evil.example',
      'http://localhost:3001',
      'http://localhost:3000.evil.example',
      'null',
    ]) {
      const { headers } = await preflight(origin, 'PATCH')
      assert.equal(headers.get('access-control-allow-origin'), null)
    }
  })

  it('lets the pages of a configured origin read answers and errors, and no others', async () => {
    const origin = 'http://localhost:3000'
    for (const path of ['/health', '/api/v1/tasks', '/api/v1/nothing']) {
      const answer = await anyone.send('GET', path, { headers: { origin } })
      assert.equal(answer.headers.get('access-control-allow-origin'), origin)
      assert.match(answer.headers.get('vary') ?? '', /\borigin\b/i)
      const refused = await anyone.send('GET', path, { headers: { origin: 'https://evil.example' } })
      assert.equal(refused.headers.get('access-control-allow-origin'), null)
    }
  })

  it('sends security headers with every answer, and says nothing of what it runs on', async () => {
    for (const path of ['/health', '/api/v1/tasks', '/api/v1/nothing', '/api/v1/tasks/%FF']) {
      const { headers } = await anyone.send('GET', path)
      assert.equal(headers.get('x-content-type-options'), 'nosniff', path)
      const framing = `${headers.get('x-frame-options')} ${headers.get('content-security-policy')}`
      assert.match(framing, /DENY|SAMEORIGIN|frame-ancestors/, path)
      assert.ok(headers.get('referrer-policy'), path)
      assert.equal(headers.get('x-powered-by'), null)
      assert.equal(headers.get('server'), null)
    }
  })

  it('gives every answer a request id, the client’s own where it is harmless', async () => {
    const given = await anyone.send('GET', '/health', { headers: { 'x-request-id': 'abc-123' } })
    assert.equal(given.headers.get('x-request-id'), 'abc-123')
    const failed = await anyone.send('GET', '/api/v1/nothing', { headers: { 'x-request-id': 'abc-124' } })
    assert.equal(failed.headers.get('x-request-id'), 'abc-124')
    for (const odd of ['x'.repeat(2000), '{"a":1}', '<script>']) {
      const answer = await anyone.send('GET', '/health', { headers: { 'x-request-id': odd } })
      const made = answer.headers.get('x-request-id')
      assert.ok(made && made !== odd)
    }
    const [one, two] = [await anyone.send('GET', '/health'), await anyone.send('GET', '/health')]
    assert.notEqual(one.headers.get('x-request-id'), two.headers.get('x-request-id'))
  })

  it('refuses malformed HTTP with one answer of the same format', async () => {
    const twoHosts = await sendRaw(service, { path: '/health', headers: [['Host', 'evil.example']] })
    assert.equal(twoHosts.status, 400)
    const large = await sendRaw(service, { path: '/health', headers: [['X-Large', 'x'.repeat(100_000)]] })
    assert.equal(large.status, 431)
    const lengths = await sendRaw(service, {
      method: 'POST',
      path: '/api/v1/auth/login',
      headers: [['Transfer-Encoding', 'chunked']],
      body: Buffer.from('0\r\n\r\n'),
    })
    assert.equal(lengths.status, 400)
    const path = await sendRaw(service, { path: '/he alth' })
    assert.equal(path.status, 400)
    for (const answer of [twoHosts, large, lengths, path]) {
      const { code, detail } = JSON.parse(answer.text)
      assert.ok(code && detail)
    }
  })
}
