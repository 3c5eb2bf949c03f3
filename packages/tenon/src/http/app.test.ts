import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { z } from 'zod'
import { timestamp } from '../model/index.ts'
import { testApp } from '../testing/test-app.ts'
import { app, created, dependency, ok, page, reply, router } from './index.ts'
import type { HasRoutes } from './router.ts'

const of = (...routers: HasRoutes[]) => testApp(() => app({ routers }))

describe('router', () => {
  it('reads the parameters that the path names', async () => {
    const things = router('/things')
    const Seen = z.object({ id: z.number(), rest: z.string() })
    things.get('/{id:int}/{rest:path}', { returns: Seen }, ({ params }) => params)
    await using api = await of(things)
    assert.deepEqual((await api.get('/things/7/a/b')).body, { id: 7, rest: 'a/b' })
    const refused = await api.get('/things/7.5/a')
    assert.equal(refused.status, 422)
    assert.deepEqual(refused.body, {
      detail: 'id must be a whole number.',
      code: 'VALIDATION_ERROR',
      errors: [{ field: 'path.id', detail: 'id must be a whole number.' }],
    })
  })

  it('answers an unknown path with 404 and a wrong method with 405 and Allow', async () => {
    const things = router('/things')
    things.get('/{id:int}', {}, () => {})
    things.delete('/{id:int}', {}, () => {})
    await using api = await of(things)
    assert.equal((await api.get('/nothing')).status, 404)
    const refused = await api.put('/things/1', {})
    assert.equal(refused.status, 405)
    assert.equal(refused.headers.allow, 'GET, DELETE, HEAD, OPTIONS')
  })

  it('refuses a second route for the same method and path', async () => {
    const things = router('/things')
    things.get('/{a}', {}, () => {})
    things.get('/{b}', {}, () => {})
    assert.throws(() => app({ routers: [things] }), /Cannot add the route GET \/things\/\{b\}: there is one already/)
  })
})

describe('returns', () => {
  it('lets nothing out that is not declared', async () => {
    const routes = router('/')
    const Thing = z.object({ name: z.string(), at: timestamp().schema, note: z.string().nullable() })
    const row = { name: '"\n\u{1f600}', at: new Date('2026-01-31T00:00:00Z'), note: null, password_hash: 'secret' }
    routes.get('/one', { returns: Thing }, () => row)
    routes.get('/many', { returns: page(Thing) }, () => ({ items: [row], total: 1, page: 1, limit: 20, pages: 1 }))
    await using api = await of(routes)
    const one = { name: '"\n\u{1f600}', at: '2026-01-31T00:00:00.000Z', note: null }
    assert.deepEqual((await api.get('/one')).body, one)
    assert.deepEqual((await api.get('/many')).body, { items: [one], total: 1, page: 1, limit: 20, pages: 1 })
  })

  it('answers 500 without a word of what went wrong, where the value does not fit', async () => {
    const routes = router('/')
    routes.get('/', { returns: z.object({ a: z.string() }) }, () => ({ a: 7 as unknown as string }))
    await using api = await of(routes)
    const answer = await api.get('/')
    assert.equal(answer.status, 500)
    assert.deepEqual(answer.body, {
      detail: 'The service failed to answer. The fault is not yours.',
      code: 'INTERNAL_ERROR',
    })
  })

  it('takes status, headers and cookies from a reply', async () => {
    const routes = router('/')
    const Thing = z.object({ n: z.number() })
    routes.get('/', { returns: [created(Thing), ok(Thing)] }, () =>
      reply({ n: 1 }, { status: 200, headers: { 'x-a': 'b' }, cookies: ['c=d'] }),
    )
    await using api = await of(routes)
    const answer = await api.get('/')
    assert.deepEqual(
      [answer.status, answer.body, answer.headers['x-a'], answer.headers['set-cookie']],
      [200, { n: 1 }, 'b', ['c=d']],
    )
  })

  it('answers 204 and an empty body for a route that returns nothing', async () => {
    const routes = router('/')
    routes.delete('/', {}, () => {})
    await using api = await of(routes)
    const answer = await api.delete('/')
    assert.deepEqual([answer.status, answer.text], [204, ''])
  })
})

describe('misuse', () => {
  const misuses: [what: string, use: () => unknown, message: RegExp][] = [
    [
      'a parameter that is no whole segment',
      () => router('/').get('/a{id}', {}, () => {}),
      /Cannot read the path \/a\{id\}/,
    ],
    ['a parameter of no kind', () => router('/').get('/{id:integer}', {}, () => {}), /Cannot read the path/],
    ['a name that comes twice', () => router('/').get('/{id}/{id}', {}, () => {}), /comes twice/],
    ['a rest that is not last', () => router('/').get('/{rest:path}/a', {}, () => {}), /takes all the rest/],
    ['a star', () => router('/').get('/*', {}, () => {}), /Cannot read the path/],
    ['a body of a GET', () => router('/').get('/', { body: z.object({}) }, () => {}), /a GET has no body/],
    [
      'a body and a form',
      () => router('/').post('/', { body: z.object({}), form: z.object({}) }, () => {}),
      /a body and a form/,
    ],
  ]
  for (const [what, use, message] of misuses) {
    it(`by ${what} is refused at once`, () => {
      assert.throws(use, message)
    })
  }

  it('by two answers of one status is refused at the start', async () => {
    const routes = router('/')
    routes.get('/', { returns: [ok(z.string()), ok(z.number())] }, () => 'a')
    await assert.rejects(of(routes), /two of its answers have one status/)
  })

  it('by a header that HTTP cannot carry is 500 before anything is committed', async () => {
    const log: string[] = []
    const transaction = dependency({}, async function* () {
      try {
        yield null
        log.push('commit')
      } catch (error) {
        log.push('roll back')
        throw error
      }
    })
    const routes = router('/', { uses: { transaction } })
    routes.get('/', { returns: z.string() }, () => reply('x', { headers: { 'x-a': 'a\r\nset-cookie: b=c' } }))
    await using api = await of(routes)
    const answer = await api.get('/')
    assert.deepEqual(
      [answer.status, (answer.body as { code: string }).code, log],
      [500, 'INTERNAL_ERROR', ['roll back']],
    )
  })

  it('keeps a colon in a path a colon', async () => {
    const routes = router('/')
    routes.post('/files:batch', {}, () => {})
    await using api = await of(routes)
    assert.equal((await api.post('/files:batch')).status, 204)
    assert.equal((await api.post('/filesXYZ')).status, 404)
  })
})
