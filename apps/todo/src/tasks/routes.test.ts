import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { Database, type Driver, openPglite } from 'tenon/database'
import { loadRevisions, upgrade } from 'tenon/migrations'
import { replace, sandboxed, testApp } from 'tenon/testing'
import { createApp } from '../app.ts'
import { currentUser } from '../auth/tokens.ts'
import { driver, migrationsFolder } from '../database.ts'
import { readSettings } from '../settings.ts'
import { User } from '../users/model.ts'

const settings = readSettings({ ENVIRONMENT: 'testing' })

describe('tasks', () => {
  let opened: Driver
  let ada: User
  before(async () => {
    opened = await openPglite()
    await upgrade(opened, await loadRevisions(migrationsFolder))
    ada = await new Database(opened).insert(User, { email: 'ada@example.com', password_hash: '' }).run()
  })
  after(() => opened.close())

  const signedIn = () =>
    testApp(() => createApp(settings), { override: [sandboxed(driver, opened), replace(currentUser, () => ada)] })

  it('says which rule a title breaks', async () => {
    await using api = await signedIn()
    const answer = await api.post('/api/v1/tasks', { title: '' })
    assert.equal(answer.status, 400)
    assert.deepEqual(answer.body, {
      detail: 'title must have at least 1 character.',
      code: 'INVALID_TITLE',
      errors: [{ field: 'body.title', detail: 'title must have at least 1 character.', code: 'INVALID_TITLE' }],
    })
  })

  for (const round of ['once', 'once more']) {
    it(`starts without a task, and begins at nothing ${round}: what a test stores is rolled back`, async () => {
      await using api = await signedIn()
      assert.equal((await api.post('/api/v1/tasks', { title: 'Buy milk' })).status, 201)
      assert.equal(((await api.get('/api/v1/tasks')).body as { total: number }).total, 1)
    })
  }

  it('asks for a token where nobody stands in for the user', async () => {
    await using api = await testApp(() => createApp(settings), { override: [sandboxed(driver, opened)] })
    const answer = await api.get('/api/v1/tasks')
    assert.deepEqual([answer.status, answer.headers['www-authenticate']], [401, 'Bearer'])
  })
})
