import assert from 'node:assert/strict'
import { it } from 'node:test'
import { type Answer, assertFailure, Client, newEmail } from './client.ts'
import { describeService } from './service.ts'

const password = 'correct horse battery'

/** Sends `allowed` requests that pass and one that is over the limit; each claims another address, which must not count. */
async function exhaust(
  allowed: number,
  send: (headers: Record<string, string>) => Promise<Answer<unknown>>,
): Promise<void> {
  for (let index = 1; index <= allowed; index++) {
    const answer = await send({ 'x-forwarded-for': `203.0.113.${index}`, forwarded: `for=203.0.113.${index}` })
    assert.notEqual(answer.status, 429, `request ${index} of ${allowed} is refused`)
  }
  const refused = await send({ 'x-forwarded-for': '203.0.113.99', 'x-real-ip': '203.0.113.99' })
  assertFailure(refused, 429, 'RATE_LIMIT_EXCEEDED')
  const seconds = refused.headers.get('retry-after') ?? ''
  assert.match(seconds, /^\d+$/)
  assert.ok(Number(seconds) >= 1 && Number(seconds) <= 60, `Retry-After: ${seconds}`)
}

describeService(
  'rate limits',
  (service) => {
    const anyone = new Client(service)

    it('RTE-001 lets 5 registrations a minute through by address', () =>
      exhaust(5, (headers) =>
        anyone.send('POST', '/api/v1/auth/register', {
          headers: { ...headers, 'content-type': 'application/json' },
          body: JSON.stringify({ email: newEmail(), password }),
        }),
      ))

    it('RTE-002 lets 5 logins a minute through by address, counted apart from registrations', () =>
      exhaust(5, (headers) =>
        anyone.send('POST', '/api/v1/auth/login', {
          headers,
          body: new URLSearchParams({ username: newEmail(), password }),
        }),
      ))

    it('RTE-003 lets 10 refreshes a minute through by address', () =>
      exhaust(10, (headers) =>
        anyone.send('POST', '/api/v1/auth/refresh', { headers: { ...headers, cookie: 'refresh_token=garbage' } }),
      ))

    it('leaves logout and everything else without a limit', async () => {
      for (let index = 0; index < 30; index++) {
        assert.equal((await anyone.post('/auth/logout')).status, 200)
        assertFailure(await anyone.get('/tasks'), 401, 'MISSING_TOKEN')
      }
    })
  },
  { RATE_LIMIT_AUTH: undefined, RATE_LIMIT_REFRESH: undefined },
)

describeService(
  'rate limits behind a proxy',
  (service) => {
    const anyone = new Client(service)

    const login = (address: string): Promise<Answer<unknown>> =>
      anyone.send('POST', '/api/v1/auth/login', {
        headers: { 'x-forwarded-for': address },
        body: new URLSearchParams({ username: newEmail(), password }),
      })

    it('counts by the address that the trusted proxy saw, as many as the setting says', async () => {
      for (const address of ['203.0.113.1', '203.0.113.2']) {
        assertFailure(await login(address), 401, 'INVALID_CREDENTIALS')
        assertFailure(await login(address), 401, 'INVALID_CREDENTIALS')
        assertFailure(await login(address), 429, 'RATE_LIMIT_EXCEEDED')
      }
      // What stands before the proxy's own entry is the client's word.
      assertFailure(await login('198.51.100.7, 203.0.113.1'), 429, 'RATE_LIMIT_EXCEEDED')
    })

    it('takes any text for an address without a fault', async () => {
      for (const address of [
        '',
        'x',
        '::1',
        '203.0.113.3:80',
        '[2001:db8::1]:80',
        ','.repeat(1000),
        'x'.repeat(5000),
      ]) {
        const { status } = await login(address)
        assert.ok(status === 401 || status === 429, `${address}: ${status}`)
      }
    })
  },
  { TRUST_PROXY: '127.0.0.1', RATE_LIMIT_AUTH: '2/minute' },
)
