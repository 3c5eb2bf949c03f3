import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { z } from 'zod'
import { text, timestamp, withCode } from '../model/index.ts'
import { testApp } from '../testing/test-app.ts'
import { app, created, dependency, errorOf, ok, page, reply, request, router } from './index.ts'
import type { HasRoutes } from './router.ts'

class NoSuchThing extends errorOf(404, 'NO_SUCH_THING', 'There is no such thing.') {}

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

describe('inputs', () => {
  const Body = z.object({
    title: text({ min: 1, max: 3, trim: true }).code('INVALID_TITLE').schema,
    at: timestamp().code('INVALID_AT').schema.optional(),
    count: z.int().default(1),
  })
  const Query = z.object({
    page: withCode(z.int().min(1), 'INVALID_PAGE').default(1),
    loud: z.boolean().optional(),
    names: z.array(z.string()).optional(),
  })
  const routes = router('/')
  routes.post('/body', { body: Body, returns: z.object({ title: z.string(), count: z.number() }) }, ({ body }) => body)
  routes.get('/query', { query: Query, returns: Query }, ({ query }) => query)
  routes.post('/form', { form: z.object({ n: z.int() }), returns: z.object({ n: z.number() }) }, ({ form }) => form)

  const refusals: [what: string, body: string, status: number, code: string, field: string][] = [
    ['a broken rule', '{"title":""}', 400, 'INVALID_TITLE', 'body.title'],
    ['a rule broken after trimming', '{"title":"    "}', 400, 'INVALID_TITLE', 'body.title'],
    ['a date that does not exist', '{"title":"a","at":"2026-02-30T00:00:00Z"}', 400, 'INVALID_AT', 'body.at'],
    ['a missing value', '{}', 422, 'VALIDATION_ERROR', 'body.title'],
    ['null where null is no value', '{"title":null}', 422, 'VALIDATION_ERROR', 'body.title'],
    ['a wrong type', '{"title":7}', 422, 'VALIDATION_ERROR', 'body.title'],
    ['a wrong type beside a broken rule', '{"title":"","count":"x"}', 422, 'VALIDATION_ERROR', 'body.title'],
    ['a body that is a list', '[]', 422, 'VALIDATION_ERROR', 'body'],
    ['no JSON', '{', 422, 'VALIDATION_ERROR', 'body'],
    ['a NUL', '{"title":"a\\u0000"}', 422, 'VALIDATION_ERROR', 'body'],
    [
      'half a surrogate pair in a member that nobody reads',
      '{"title":"a","x":"\\ud800"}',
      422,
      'VALIDATION_ERROR',
      'body',
    ],
    ['a very deep body', `${'['.repeat(100_000)}"\\u0000"${']'.repeat(100_000)}`, 422, 'VALIDATION_ERROR', 'body'],
  ]
  for (const [what, body, status, code, field] of refusals) {
    it(`refuses ${what} with ${status} ${code}`, async () => {
      await using api = await of(routes)
      const answer = await api.post('/body', undefined, { headers: { 'content-type': 'application/json' } })
      assert.equal(answer.status, 422)
      const refused = await send(api, '/body', body)
      const { code: said, errors } = refused.body as { code: string; errors: { field: string }[] }
      assert.deepEqual([refused.status, said, errors[0]?.field], [status, code, field])
    })
  }

  it('drops members that are not declared', async () => {
    await using api = await of(routes)
    const answer = await send(api, '/body', '{"title":" a ","__proto__":{"count":7},"constructor":1,"other":2}')
    assert.deepEqual(answer.body, { title: 'a', count: 1 })
  })

  it('reads query texts as what their schema wants', async () => {
    await using api = await of(routes)
    assert.deepEqual((await api.get('/query?page=2&loud=true&names=a')).body, { page: 2, loud: true, names: ['a'] })
    assert.equal((await api.get('/query?page=0')).status, 400)
    for (const bad of [
      'page=x',
      'page=1e2',
      'page=0x1',
      'page=1.5',
      'page=',
      'page=1&page=2',
      'loud=1',
      'names=%00',
      'names=%ff',
    ]) {
      assert.equal((await api.get(`/query?${bad}`)).status, 422, bad)
    }
  })

  it('reads a form, and takes no other body for it', async () => {
    await using api = await of(routes)
    assert.deepEqual((await api.post('/form', undefined, { form: { n: '7' } })).body, { n: 7 })
    assert.equal((await api.post('/form', { n: 7 })).status, 415)
    assert.equal((await api.post('/form')).status, 422)
  })
})

const send = (api: Awaited<ReturnType<typeof of>>, path: string, body: string) =>
  api.raw('POST', path, body, 'application/json')

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

describe('dependency', () => {
  const traced = (log: string[], fails: 'handler' | 'clean-up' | 'nothing') => {
    const first = dependency({}, async function* () {
      log.push('make first')
      try {
        yield 'first'
        log.push('keep first')
      } catch (error) {
        log.push(`undo first: ${(error as Error).message}`)
        throw error
      }
    })
    const second = dependency({ first, request }, async function* ({ first, request }) {
      log.push(`make second from ${first} for ${request.method}`)
      yield 'second'
      if (fails === 'clean-up') throw new NoSuchThing('The commit failed.')
      log.push('keep second')
    })
    const routes = router('/', { uses: { second, first } })
    routes.get('/', { returns: z.string() }, ({ second }) => {
      log.push('handle')
      if (fails === 'handler') throw new NoSuchThing()
      return second
    })
    return routes
  }

  it('is made once, in the order of use, and cleaned up in reverse before the answer leaves', async () => {
    const log: string[] = []
    await using api = await of(traced(log, 'nothing'))
    assert.equal((await api.get('/')).body, 'second')
    assert.deepEqual(log, ['make first', 'make second from first for GET', 'handle', 'keep second', 'keep first'])
  })

  it('is told of the failure of what used it', async () => {
    const log: string[] = []
    await using api = await of(traced(log, 'handler'))
    assert.equal((await api.get('/')).status, 404)
    assert.deepEqual(log.slice(2), ['handle', 'undo first: There is no such thing.'])
  })

  it('turns the answer into an error where its clean-up fails', async () => {
    const log: string[] = []
    await using api = await of(traced(log, 'clean-up'))
    const answer = await api.get('/')
    assert.deepEqual([answer.status, (answer.body as { detail: string }).detail], [404, 'The commit failed.'])
    assert.deepEqual(log.slice(2), ['handle', 'undo first: The commit failed.'])
  })

  it('of the application is made once and cleaned up at the end', async () => {
    const log: string[] = []
    const base = dependency(
      {},
      async function* () {
        log.push('open')
        yield 1
        log.push('close')
      },
      { scope: 'app' },
    )
    const routes = router('/', { uses: { base } })
    routes.get('/', { returns: z.number() }, ({ base }) => base)
    {
      await using api = await of(routes)
      await api.get('/')
      await api.get('/')
      assert.deepEqual(log, ['open'])
    }
    assert.deepEqual(log, ['open', 'close'])
  })

  it('that guards comes before the body is read, with all that uses it', async () => {
    const guard = dependency(
      {},
      (): string => {
        throw new NoSuchThing()
      },
      { guard: true },
    )
    const user = dependency({ guard }, ({ guard }) => guard)
    const routes = router('/', { uses: { user } })
    routes.post('/', { body: z.object({ a: z.string() }) }, () => {})
    await using api = await of(routes)
    assert.equal((await api.raw('POST', '/', '{', 'application/json')).status, 404)
  })
})
