import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { z } from 'zod'
import { testApp } from '../testing/test-app.ts'
import { app, dependency, errorOf, replace, request, router } from './index.ts'
import type { HasRoutes } from './router.ts'

class NoSuchThing extends errorOf(404, 'NO_SUCH_THING', 'There is no such thing.') {}

const of = (...routers: HasRoutes[]) => testApp(() => app({ routers }))

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

describe('guards', () => {
  it('get what they use, also where that is no guard by itself', async () => {
    const plain = dependency({}, () => 'plain')
    const guard = dependency({ plain }, ({ plain }) => `guard of ${plain}`, { guard: true })
    const routes = router('/', { uses: { plain, guard } })
    routes.get('/', { returns: z.string() }, ({ guard, plain }) => `${guard}, ${plain}`)
    await using api = await of(routes)
    assert.equal((await api.get('/')).body, 'guard of plain, plain')
  })

  it('get what stands in for a guard', async () => {
    const token = dependency({}, () => 'token', { guard: true })
    const user = dependency({ token }, ({ token }) => `user by ${token}`)
    const admin = dependency({ user }, ({ user }) => `admin, ${user}`, { guard: true })
    const routes = router('/', { uses: { admin } })
    routes.get('/', { returns: z.string() }, ({ admin }) => admin)
    await using api = await testApp(() => app({ routers: [routes] }), { override: [replace(user, () => 'ada')] })
    assert.equal((await api.get('/')).body, 'admin, ada')
  })
})

describe('clean-up', () => {
  it('of an application goes on past one that fails', async () => {
    const log: string[] = []
    const open = (name: string) =>
      dependency(
        {},
        async function* () {
          yield name
          log.push(`close ${name}`)
          if (name === 'second') throw new Error('cannot close')
        },
        { scope: 'app' },
      )
    const routes = router('/', { uses: { first: open('first'), second: open('second'), third: open('third') } })
    routes.get('/', {}, () => {})
    const api = await of(routes)
    await assert.rejects(async () => api[Symbol.asyncDispose](), /cannot close/)
    assert.deepEqual(log, ['close third', 'close second', 'close first'])
  })

  it('of a generator that yields twice runs to its end, and is an error', async () => {
    let ended = false
    const twice = dependency({}, async function* () {
      try {
        yield 1
        yield 2
      } finally {
        ended = true
      }
    })
    const routes = router('/', { uses: { twice } })
    routes.get('/', {}, () => {})
    await using api = await of(routes)
    assert.equal((await api.get('/')).status, 500)
    assert.ok(ended)
  })
})
