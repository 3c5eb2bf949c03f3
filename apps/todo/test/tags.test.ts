import assert from 'node:assert/strict'
import { it } from 'node:test'
import { assertFailure, Client, newPerson, type Page, type Tag, type Task } from './client.ts'
import { describeService } from './service.ts'

describeService('tags', (service) => {
  it('TAG-001 creates a tag', async () => {
    const { api, id: user_id } = await newPerson(service)
    const answer = await api.post<Tag>('/tags', { name: 'oak', color: '#A0b1C2' })
    assert.equal(answer.status, 201)
    const { id, ...rest } = answer.body
    assert.ok(Number.isSafeInteger(id))
    assert.equal(rest.color?.toLowerCase(), '#a0b1c2')
    assert.deepEqual({ ...rest, color: null }, { name: 'oak', color: null, user_id })
  })

  it('TAG-002 takes a tag without a color and with null', async () => {
    const { api } = await newPerson(service)
    assert.equal((await api.created<Tag>('/tags', { name: 'oak' })).color, null)
    assert.equal((await api.created<Tag>('/tags', { name: 'elm', color: null })).color, null)
  })

  it('TAG-003 stores the name trimmed', async () => {
    const { api } = await newPerson(service)
    assert.equal((await api.created<Tag>('/tags', { name: '  oak\n' })).name, 'oak')
    assertFailure(await api.post('/tags', { name: ' oak ' }), 400, 'TAG_ALREADY_EXISTS')
  })

  it('TAG-004 takes a name of 50 characters and refuses a blank one and one of 51', async () => {
    const { api } = await newPerson(service)
    assert.equal((await api.created<Tag>('/tags', { name: 'x'.repeat(50) })).name.length, 50)
    for (const name of ['', '  ', 'x'.repeat(51)]) {
      assertFailure(await api.post('/tags', { name }), 400, 'INVALID_TAG_NAME')
    }
  })

  it('TAG-005 refuses a name that the user has', async () => {
    const { api } = await newPerson(service)
    await api.created('/tags', { name: 'oak' })
    assertFailure(await api.post('/tags', { name: 'oak', color: '#000000' }), 400, 'TAG_ALREADY_EXISTS')
  })

  it('TAG-006 lets two users have one name', async () => {
    const [ada, bob] = [await newPerson(service), await newPerson(service)]
    await ada.api.created('/tags', { name: 'oak' })
    await bob.api.created('/tags', { name: 'oak' })
  })

  it('TAG-007 refuses a color that is not #RRGGBB', async () => {
    const { api } = await newPerson(service)
    for (const color of ['red', '', '#fff', '#12345g', '#1234567', '123456', '#123456\n']) {
      assertFailure(await api.post('/tags', { name: 'oak', color }), 400, 'INVALID_COLOR')
    }
  })

  it('TAG-008 answers 422 for a missing or wrongly typed value', async () => {
    const { api } = await newPerson(service)
    for (const body of [{}, { name: 5 }, { name: null }, { name: 'oak', color: 5 }, { color: '#000000' }]) {
      assertFailure(await api.post('/tags', body), 422, 'VALIDATION_ERROR')
    }
  })

  it('TAG-009 lists the user’s own tags as a plain array', async () => {
    const [{ api }, stranger] = [await newPerson(service), await newPerson(service)]
    await stranger.api.created('/tags', { name: 'theirs' })
    assert.deepEqual((await api.get('/tags')).body, [])
    const tags = [await api.created<Tag>('/tags', { name: 'oak' }), await api.created<Tag>('/tags', { name: 'elm' })]
    const answer = await api.get<Tag[]>('/tags')
    assert.equal(answer.status, 200)
    assert.deepEqual(
      answer.body.toSorted((a, b) => a.id - b.id),
      tags,
    )
  })

  it('TAG-010 changes a tag', async () => {
    const { api } = await newPerson(service)
    const tag = await api.created<Tag>('/tags', { name: 'oak', color: '#000000' })
    const answer = await api.put<Tag>(`/tags/${tag.id}`, { name: ' elm ', color: null })
    assert.equal(answer.status, 200)
    assert.deepEqual(answer.body, { ...tag, name: 'elm', color: null })
    assert.equal((await api.put(`/tags/${tag.id}`, { name: 'elm', color: '#ffffff' })).status, 200)
  })

  it('TAG-011 refuses a change to a bad value or to a name that the user has', async () => {
    const { api } = await newPerson(service)
    await api.created('/tags', { name: 'oak' })
    const { id } = await api.created<Tag>('/tags', { name: 'elm' })
    assertFailure(await api.put(`/tags/${id}`, { name: 'oak', color: null }), 400, 'TAG_ALREADY_EXISTS')
    assertFailure(await api.put(`/tags/${id}`, { name: ' ', color: null }), 400, 'INVALID_TAG_NAME')
    assertFailure(await api.put(`/tags/${id}`, { name: 'elm', color: 'red' }), 400, 'INVALID_COLOR')
    assertFailure(await api.put(`/tags/${id}`, { name: 5, color: null }), 422, 'VALIDATION_ERROR')
  })

  it('TAG-012 deletes a tag and its links; the tasks stay', async () => {
    const { api } = await newPerson(service)
    const tag = await api.created<Tag>('/tags', { name: 'oak' })
    const task = await api.created<Task>('/tasks', { title: 'T' })
    await api.created(`/tasks/${task.id}/tags/${tag.id}`, undefined)
    const answer = await api.delete(`/tags/${tag.id}`)
    assert.equal(answer.status, 204)
    assert.equal(answer.text, '')
    assert.deepEqual(await service.query('SELECT * FROM task_tag_link WHERE tag_id = $1', [tag.id]), [])
    assert.deepEqual((await api.get<Task>(`/tasks/${task.id}`)).body.tags, [])
  })

  it('TAG-013 answers 404 for a missing tag', async () => {
    const { api } = await newPerson(service)
    assertFailure(await api.put('/tags/2000000000', { name: 'oak', color: null }), 404, 'TAG_NOT_FOUND')
    assertFailure(await api.delete('/tags/2000000000'), 404, 'TAG_NOT_FOUND')
    const { id } = await api.created<Tag>('/tags', { name: 'oak' })
    await api.delete(`/tags/${id}`)
    assertFailure(await api.delete(`/tags/${id}`), 404, 'TAG_NOT_FOUND')
  })

  it('TAG-014 answers for another user’s tag as for a missing one, word for word', async () => {
    const [{ api }, stranger] = [await newPerson(service), await newPerson(service)]
    const theirs = await stranger.api.created<Tag>('/tags', { name: 'oak' })
    const asks = [
      (id: number) => api.put(`/tags/${id}`, { name: 'mine', color: null }),
      (id: number) => api.delete(`/tags/${id}`),
    ]
    for (const ask of asks) {
      const foreign = await ask(theirs.id)
      assertFailure(foreign, 404, 'TAG_NOT_FOUND')
      const missing = await ask(2_000_000_000)
      assert.equal(missing.text.replaceAll('2000000000', ''), foreign.text.replaceAll(String(theirs.id), ''))
    }
    assert.deepEqual((await stranger.api.get<Tag[]>('/tags')).body, [theirs])
  })

  it('TAG-015 needs a token everywhere and takes the owner from it', async () => {
    const [{ api, id: user_id }, stranger] = [await newPerson(service), await newPerson(service)]
    const { id } = await api.created<Tag>('/tags', { name: 'oak' })
    const anyone = new Client(service)
    const body = { name: 'oak', color: null }
    const answers = [
      anyone.get('/tags'),
      anyone.post('/tags', body),
      anyone.put(`/tags/${id}`, body),
      anyone.delete(`/tags/${id}`),
    ]
    for (const answer of await Promise.all(answers)) assertFailure(answer, 401, 'MISSING_TOKEN')
    await api.post('/tags', { name: 'given away', user_id: stranger.id })
    await api.put(`/tags/${id}`, { name: 'elm', color: null, user_id: stranger.id })
    const rows = await service.query('SELECT user_id FROM tags WHERE id = $1', [id])
    assert.equal(rows[0]?.user_id, user_id)
    assert.deepEqual((await stranger.api.get('/tags')).body, [])
  })
})

describeService('tags of a task', (service) => {
  async function newPair(): Promise<{ api: Client; task: Task; tag: Tag; path: string }> {
    const { api } = await newPerson(service)
    const task = await api.created<Task>('/tasks', { title: 'T' })
    const tag = await api.created<Tag>('/tags', { name: 'oak', color: '#00ff00' })
    return { api, task, tag, path: `/tasks/${task.id}/tags/${tag.id}` }
  }

  it('ASC-001 links a tag and answers the task with it', async () => {
    const { api, task, tag, path } = await newPair()
    const answer = await api.post<Task>(path)
    assert.equal(answer.status, 201)
    assert.equal(answer.body.id, task.id)
    assert.deepEqual(answer.body.tags, [{ id: tag.id, name: 'oak', color: '#00ff00' }])
  })

  it('ASC-002 answers 200 with the task where the link stood already', async () => {
    const { api, tag, path } = await newPair()
    await api.created(path, undefined)
    const again = await api.post<Task>(path)
    assert.equal(again.status, 200)
    assert.deepEqual(
      again.body.tags.map(({ id }) => id),
      [tag.id],
    )
  })

  it('ASC-003 shows the tags with the task and in the listing', async () => {
    const { api, task, tag, path } = await newPair()
    const second = await api.created<Tag>('/tags', { name: 'elm' })
    await api.created(path, undefined)
    await api.created(`/tasks/${task.id}/tags/${second.id}`, undefined)
    const ids = [tag.id, second.id]
    const one = (await api.get<Task>(`/tasks/${task.id}`)).body
    assert.deepEqual(
      one.tags.map(({ id }) => id).toSorted((a, b) => a - b),
      ids,
    )
    const page = (await api.get<Page>('/tasks')).body
    assert.deepEqual(page.items, [one])
    const changed = (await api.patch<Task>(`/tasks/${task.id}`, { completed: true })).body
    assert.deepEqual(changed.tags, one.tags)
  })

  it('ASC-004 ends a link', async () => {
    const { api, task, path } = await newPair()
    await api.created(path, undefined)
    const answer = await api.delete(path)
    assert.equal(answer.status, 204)
    assert.equal(answer.text, '')
    assert.deepEqual((await api.get<Task>(`/tasks/${task.id}`)).body.tags, [])
  })

  it('ASC-005 answers 204 where there was no link', async () => {
    const { api, path } = await newPair()
    assert.equal((await api.delete(path)).status, 204)
  })

  it('ASC-006 answers 404 for a task that is not there', async () => {
    const { api, tag } = await newPair()
    assertFailure(await api.post(`/tasks/2000000000/tags/${tag.id}`), 404, 'TASK_NOT_FOUND')
    assertFailure(await api.delete(`/tasks/2000000000/tags/${tag.id}`), 404, 'TASK_NOT_FOUND')
  })

  it('ASC-007 answers 404 for a tag that is not there', async () => {
    const { api, task } = await newPair()
    assertFailure(await api.post(`/tasks/${task.id}/tags/2000000000`), 404, 'TAG_NOT_FOUND')
    assertFailure(await api.delete(`/tasks/${task.id}/tags/2000000000`), 404, 'TAG_NOT_FOUND')
  })

  it('ASC-008 answers for another user’s task or tag as for a missing one', async () => {
    const [mine, theirs] = [await newPair(), await newPair()]
    await theirs.api.created(theirs.path, undefined)
    const { api, task, tag } = mine
    for (const ask of [(path: string) => api.post(path), (path: string) => api.delete(path)]) {
      const foreignTask = await ask(`/tasks/${theirs.task.id}/tags/${tag.id}`)
      assertFailure(foreignTask, 404, 'TASK_NOT_FOUND')
      assert.deepEqual(foreignTask.body, (await ask(`/tasks/2000000000/tags/${tag.id}`)).body)
      const foreignTag = await ask(`/tasks/${task.id}/tags/${theirs.tag.id}`)
      assertFailure(foreignTag, 404, 'TAG_NOT_FOUND')
      assert.deepEqual(foreignTag.body, (await ask(`/tasks/${task.id}/tags/2000000000`)).body)
    }
    const links = await service.query('SELECT tag_id FROM task_tag_link WHERE task_id = $1', [theirs.task.id])
    assert.equal(links.length, 1)
  })

  it('ASC-009 needs a token, and integers', async () => {
    const { api, task, tag, path } = await newPair()
    const anyone = new Client(service)
    assertFailure(await anyone.post(path), 401, 'MISSING_TOKEN')
    assertFailure(await anyone.delete(path), 401, 'MISSING_TOKEN')
    for (const wrong of [`/tasks/abc/tags/${tag.id}`, `/tasks/${task.id}/tags/abc`]) {
      assertFailure(await api.post(wrong), 422, 'VALIDATION_ERROR')
      assertFailure(await api.delete(wrong), 422, 'VALIDATION_ERROR')
    }
  })
})
