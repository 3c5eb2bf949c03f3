import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { z } from 'zod'
import { text, timestamp, withCode } from '../model/index.ts'
import { testApp } from '../testing/test-app.ts'
import { app, router } from './index.ts'
import type { HasRoutes } from './router.ts'

const of = (...routers: HasRoutes[]) => testApp(() => app({ routers }))

const send = (api: Awaited<ReturnType<typeof of>>, path: string, body: string) =>
  api.raw('POST', path, body, 'application/json')

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

describe('texts', () => {
  const Numbers = z.object({ ids: z.array(z.int()).default([]), one: z.literal(1).optional() })
  const routes = router('/')
  routes.get('/', { query: Numbers, returns: Numbers }, ({ query }) => query)
  routes.post('/form', { form: z.object({ name: z.string() }) }, () => {})
  routes.get('/cookie', { cookies: z.object({ a: z.string() }) }, () => {})
  routes.post(
    '/maybe',
    { body: z.object({ a: z.string() }).optional(), returns: z.boolean() },
    ({ body }) => body !== undefined,
  )

  it('are read as numbers within lists, and as literals', async () => {
    await using api = await of(routes)
    assert.deepEqual((await api.get('/?ids=1&ids=2&one=1')).body, { ids: [1, 2], one: 1 })
    assert.deepEqual((await api.get('/?ids=3')).body, { ids: [3] })
    assert.equal((await api.get('/?ids=x')).status, 422)
  })

  it('hold no NUL, however it comes', async () => {
    await using api = await of(routes)
    const form = await api.raw('POST', '/form', 'name=a\0b', 'application/x-www-form-urlencoded')
    assert.equal(form.status, 422)
    assert.equal((await api.get('/cookie', { headers: { cookie: 'a=b%00' } })).status, 422)
  })

  it('leave an optional body out', async () => {
    await using api = await of(routes)
    assert.equal((await api.post('/maybe')).body, false)
    assert.equal((await api.post('/maybe', { a: 'b' })).body, true)
  })
})

describe('errors', () => {
  it('name a hundred places at the most', async () => {
    const routes = router('/')
    routes.post('/', { body: z.object({ texts: z.array(z.string()) }) }, () => {})
    await using api = await of(routes)
    const answer = await api.post('/', { texts: Array.from({ length: 100_000 }, () => 1) })
    assert.equal((answer.body as { errors: unknown[] }).errors.length, 100)
  })

  it('of a library that has a statusCode are faults of the server', async () => {
    const routes = router('/')
    routes.get('/', {}, () => {
      throw Object.assign(new Error('not found upstream'), { statusCode: 404 })
    })
    await using api = await of(routes)
    assert.equal((await api.get('/')).status, 500)
  })

  it('come from rules that are asked asynchronously, too', async () => {
    const routes = router('/')
    const Body = z.object({
      name: withCode(
        z.string().refine(async (name) => name !== 'taken'),
        'NAME_TAKEN',
      ),
    })
    routes.post('/', { body: Body }, () => {})
    await using api = await of(routes)
    assert.equal((await api.post('/', { name: 'free' })).status, 204)
    assert.equal(((await api.post('/', { name: 'taken' })).body as { code: string }).code, 'NAME_TAKEN')
  })

  it('have the code of a field in records and unions', async () => {
    const Level = withCode(z.int().max(9), 'INVALID_LEVEL')
    const routes = router('/')
    routes.post('/', { body: z.object({ levels: z.record(z.string(), Level) }) }, () => {})
    await using api = await of(routes)
    assert.equal(((await api.post('/', { levels: { a: 10 } })).body as { code: string }).code, 'INVALID_LEVEL')
  })
})
