import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { Database, type Driver, openPostgres } from 'tenon/database'
import { replace } from 'tenon/http'
import { createDatabase, type TestClient, testApp } from 'tenon/testing'
import { cases, contentOf } from '../cases.ts'
import { restore, seed } from '../data/seed.ts'
import { createApp, database } from './routes.ts'

describe('the routes of Tenon', () => {
  let url: string
  let drop: () => Promise<void>
  let driver: Driver
  let api: TestClient
  before(async () => {
    ;({ url, drop } = await createDatabase())
    await seed(url)
    driver = openPostgres({ url, max: 5 })
    api = await testApp(createApp, { override: [replace(database, () => new Database(driver))] })
  })
  after(async () => {
    await api[Symbol.asyncDispose]()
    await driver.close()
    await drop()
  })

  for (const one of cases) {
    it(`answer ${one.title} with ${one.expected}`, async () => {
      for (let index = 0; index < 3; index++) {
        const { text = '{}' } = contentOf(one, index)
        const answer = await {
          GET: () => api.get(one.path(index)),
          POST: () => api.post(one.path(index), JSON.parse(text)),
          PATCH: () => api.patch(one.path(index), JSON.parse(text)),
        }[one.method]()
        assert.equal(answer.status, one.expected, JSON.stringify(answer.body))
      }
    })
  }

  it('find 100 tasks of a user, some with tags, and one thousand at once', async () => {
    await restore(url)
    const { body: page } = await api.get('/users/1/tasks?page=2&limit=20')
    const { items, total } = page as { items: { id: number }[]; total: number }
    assert.deepEqual([total, items.length, items[0]?.id], [100, 20, 8000])
    const { body: tagged } = await api.get('/users/1/tagged?limit=20')
    const counts = (tagged as { tags: unknown[] }[]).map(({ tags }) => tags.length)
    assert.ok(counts.includes(0) && counts.includes(2), String(counts))
    const { body: many } = await api.get('/tasks?after=5000&limit=1000')
    assert.equal((many as unknown[]).length, 1000)
  })

  it('find the tables as they were after a case that writes', async () => {
    await api.post('/users/1/tasks', { title: 'Buy milk' })
    await restore(url)
    const { body } = await api.post('/users/1/tasks', { title: 'Buy milk' })
    assert.equal((body as { id: number }).id, 10_001)
    await restore(url)
    const { body: page } = await api.get('/users/1/tasks')
    assert.equal((page as { total: number }).total, 100)
  })
})
