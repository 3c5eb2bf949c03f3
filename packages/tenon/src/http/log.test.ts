import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { app, type LogOptions, request, router, serve } from './index.ts'

async function linesOf(options: Omit<LogOptions, 'level' | 'write'>): Promise<string[]> {
  const lines: string[] = []
  const routes = router('/', { uses: { request } })
  routes.get('/things/{id:int}', {}, ({ request }) => {
    request.log.warn({ password: 'secret1', headers: { authorization: 'secret2' }, visible: 'seen' }, 'noted')
  })
  routes.get('/fails', {}, () => {
    throw new Error('the reason')
  })
  const log: LogOptions = { level: 'info', write: (line) => lines.push(line), ...options }
  const server = await serve(app({ routers: [routes], server: { log } }), { host: '127.0.0.1', port: 0 })
  const headers = { 'x-request-id': 'abc', authorization: 'Bearer secret3' }
  await fetch(`${server.url}/things/7?token=secret4`, { headers })
  await fetch(`${server.url}/fails`)
  await server.close()
  return lines
}

describe('the log', () => {
  it('has one object a line, with the request’s id, and hides secrets', async () => {
    const lines = await linesOf({ format: 'json' })
    const entries = lines.map((line) => JSON.parse(line) as Record<string, unknown>)
    const [noted, answered] = entries.filter(({ reqId }) => reqId === 'abc')
    assert.deepEqual([noted?.msg, noted?.visible, noted?.password], ['noted', 'seen', '[hidden]'])
    const { method, path, route, status, milliseconds } = answered ?? {}
    assert.deepEqual([method, path, route, status], ['GET', '/things/7', '/things/{id:int}', 204])
    assert.equal(typeof milliseconds, 'number')
    assert.doesNotMatch(lines.join(''), /secret/)
  })

  it('tells why an answer is 500, and names the route', async () => {
    const failed = (await linesOf({ format: 'json' })).find((line) => line.includes('the reason')) ?? ''
    const { level, route, err } = JSON.parse(failed) as { level: number; route: string; err: { stack: string } }
    assert.deepEqual([level, route], [50, '/fails'])
    assert.match(err.stack, /Error: the reason\n\s+at /)
  })

  it('is short for a person', async () => {
    const lines = await linesOf({ format: 'text' })
    assert.match(lines.join(''), /^\d\d:\d\d:\d\d GET \/things\/7 204 [\d.]+ ms$/m)
    assert.match(lines.join(''), /^\d\d:\d\d:\d\d The service failed to answer.*\nError: the reason\n/m)
    assert.ok(!lines.some((line) => line.includes('listening')))
  })
})
