import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { app, router } from '../http/index.ts'
import { testApp } from '../testing/test-app.ts'
import { parseRate, rateLimit } from './rate-limit.ts'

describe('parseRate', () => {
  it('reads counts and times', () => {
    assert.deepEqual(parseRate('5/minute'), { count: 5, seconds: 60 })
    assert.deepEqual(parseRate(' 10 / 15 seconds '), { count: 10, seconds: 15 })
  })

  for (const bad of ['', '5', '5/fortnight', '0/minute', '-1/minute', '1.5/minute', '5/0 minutes']) {
    it(`refuses "${bad}"`, () => {
      assert.throws(() => parseRate(bad), /Cannot read the rate/)
    })
  }
})

describe('rateLimit', () => {
  const limited = () => {
    const routes = router('/')
    const limit = () => rateLimit({}, () => ({ count: 2, seconds: 60 }))
    routes.get('/a', { uses: { limit: limit() } }, () => {})
    routes.get('/b', { uses: { limit: limit() } }, () => {})
    return app({ routers: [routes] })
  }

  it('answers 429 with Retry-After over the limit, for each route on its own', async () => {
    await using api = await testApp(limited)
    const statuses = [await api.get('/a'), await api.get('/a'), await api.get('/a'), await api.get('/b')]
    assert.deepEqual(
      statuses.map(({ status }) => status),
      [204, 204, 429, 204],
    )
    assert.ok(Number(statuses[2]?.headers['retry-after']) > 0)
    assert.equal((statuses[2]?.body as { code: string } | undefined)?.code, 'RATE_LIMIT_EXCEEDED')
  })
})
