import assert from 'node:assert/strict'
import { it } from 'node:test'
import { assertFailure, assertRecent, Client, newPerson, type Tag, type Task } from './client.ts'
import { describeService } from './service.ts'

describeService('tasks', (service) => {
  it('TSK-001 creates a task from a title alone', async () => {
    const { api, id: user_id } = await newPerson(service)
    const answer = await api.post<Task>('/tasks', { title: 'Plane the tenon' })
    assert.equal(answer.status, 201)
    assert.match(answer.headers.get('content-type') ?? '', /^application\/json/)
    const { id, created_at, updated_at, ...rest } = answer.body
    assert.ok(Number.isSafeInteger(id))
    assertRecent(created_at)
    assertRecent(updated_at)
    assert.partialDeepStrictEqual(rest, {
      title: 'Plane the tenon',
      description: null,
      completed: false,
      priority: 'medium',
      due_date: null,
      user_id,
      tags: [],
    })
  })

  it('TSK-002 creates a task with every field', async () => {
    const { api } = await newPerson(service)
    const sent = { title: 'T', description: 'D', completed: true, priority: 'high', due_date: '2030-01-02T03:04:05Z' }
    const task = await api.created<Task>('/tasks', sent)
    assert.partialDeepStrictEqual({ ...task, due_date: null }, { ...sent, due_date: null })
    assert.equal(Date.parse(task.due_date ?? ''), Date.parse(sent.due_date))
  })

  it('TSK-003 stores the title trimmed', async () => {
    const { api } = await newPerson(service)
    const task = await api.created<Task>('/tasks', { title: ' \t\n Plane the tenon \u00a0 ' })
    assert.equal(task.title, 'Plane the tenon')
    const rows = await service.query('SELECT title FROM tasks WHERE id = $1', [task.id])
    assert.equal(rows[0]?.title, 'Plane the tenon')
  })

  it('TSK-004 refuses an empty and a blank title', async () => {
    const { api } = await newPerson(service)
    for (const title of ['', '   ', '\n\t']) {
      assertFailure(await api.post('/tasks', { title }), 400, 'INVALID_TITLE')
    }
  })

  it('TSK-005 takes a title of 200 characters and refuses one of 201, counted after trimming', async () => {
    const { api } = await newPerson(service)
    const task = await api.created<Task>('/tasks', { title: `  ${'x'.repeat(200)}  ` })
    assert.equal(task.title, 'x'.repeat(200))
    assertFailure(await api.post('/tasks', { title: 'x'.repeat(201) }), 400, 'INVALID_TITLE')
  })

  it('TSK-006 takes a description of 1,000 characters and refuses one of 1,001', async () => {
    const { api } = await newPerson(service)
    const task = await api.created<Task>('/tasks', { title: 'T', description: 'x'.repeat(1000) })
    assert.equal(task.description, 'x'.repeat(1000))
    const long = await api.post('/tasks', { title: 'T', description: 'x'.repeat(1001) })
    assertFailure(long, 400, 'DESCRIPTION_TOO_LONG')
  })

  it('TSK-007 takes the three priorities and refuses another', async () => {
    const { api } = await newPerson(service)
    for (const priority of ['low', 'medium', 'high']) {
      assert.equal((await api.created<Task>('/tasks', { title: 'T', priority })).priority, priority)
    }
    for (const priority of ['urgent', '', 'HIGH']) {
      assertFailure(await api.post('/tasks', { title: 'T', priority }), 400, 'INVALID_PRIORITY')
    }
  })

  it('TSK-008 refuses a due date that is none, and takes one in the past', async () => {
    const { api } = await newPerson(service)
    for (const due_date of ['tomorrow', '', '2030-13-01T00:00:00Z', '2030-02-30T00:00:00Z']) {
      assertFailure(await api.post('/tasks', { title: 'T', due_date }), 400, 'INVALID_DUE_DATE')
    }
    const past = await api.created<Task>('/tasks', { title: 'T', due_date: '1999-12-31T23:59:59Z' })
    assert.equal(Date.parse(past.due_date ?? ''), Date.UTC(1999, 11, 31, 23, 59, 59))
  })

  it('TSK-009 keeps the instant of a time with an offset and reads one without as UTC', async () => {
    const { api } = await newPerson(service)
    for (const due_date of ['2030-06-01T12:00:00+02:00', '2030-06-01T10:00:00', '2030-06-01T10:00:00.000Z']) {
      const task = await api.created<Task>('/tasks', { title: 'T', due_date })
      assert.match(task.due_date ?? '', /^2030-06-01T10:00:00(\.0+)?Z$/)
    }
  })

  it('TSK-010 answers 422 for a missing or wrongly typed value', async () => {
    const { api } = await newPerson(service)
    const wrong = [{}, { title: 5 }, { title: null }, { title: 'T', completed: 'true' }, { title: 'T', completed: 1 }]
    const more = [
      { title: 'T', priority: 3 },
      { title: 'T', description: 5 },
      { title: 'T', due_date: 1_700_000_000 },
    ]
    for (const body of [...wrong, ...more]) assertFailure(await api.post('/tasks', body), 422, 'VALIDATION_ERROR')
  })

  it('TSK-011 answers one task', async () => {
    const { api } = await newPerson(service)
    const task = await api.created<Task>('/tasks', { title: 'T' })
    const answer = await api.get<Task>(`/tasks/${task.id}`)
    assert.equal(answer.status, 200)
    assert.deepEqual(answer.body, task)
  })

  it('TSK-012 answers 404 for a missing task and, word for word the same, for one of another user', async () => {
    const { api } = await newPerson(service)
    const stranger = await newPerson(service)
    const theirs = await stranger.api.created<Task>('/tasks', { title: 'T' })
    const body = { title: 'Mine now', priority: 'low', completed: true }
    const asks = [
      (id: number) => api.get(`/tasks/${id}`),
      (id: number) => api.put(`/tasks/${id}`, body),
      (id: number) => api.patch(`/tasks/${id}`, body),
      (id: number) => api.delete(`/tasks/${id}`),
    ]
    for (const ask of asks) {
      const foreign = await ask(theirs.id)
      assertFailure(foreign, 404, 'TASK_NOT_FOUND')
      const missing = await ask(2_000_000_000)
      assert.equal(missing.text.replaceAll('2000000000', ''), foreign.text.replaceAll(String(theirs.id), ''))
    }
    assert.deepEqual((await stranger.api.get<Task>(`/tasks/${theirs.id}`)).body, theirs)
  })

  it('TSK-013 answers 422 for an id that is no integer', async () => {
    const { api } = await newPerson(service)
    for (const id of ['abc', '1.5', '1e3', '%20', '0x1f', 'null']) {
      assertFailure(await api.get(`/tasks/${id}`), 422, 'VALIDATION_ERROR')
    }
  })

  it('TSK-014 replaces a task', async () => {
    const { api } = await newPerson(service)
    const task = await api.created<Task>('/tasks', { title: 'Old' })
    const body = {
      title: ' New ',
      priority: 'high',
      completed: true,
      description: 'D',
      due_date: '2030-01-01T00:00:00Z',
    }
    const answer = await api.put<Task>(`/tasks/${task.id}`, body)
    assert.equal(answer.status, 200)
    const { title, priority, completed, description } = answer.body
    assert.deepEqual(
      { title, priority, completed, description },
      { title: 'New', priority: 'high', completed: true, description: 'D' },
    )
    assert.deepEqual((await api.get(`/tasks/${task.id}`)).body, answer.body)
  })

  it('TSK-015 answers 422 for a replacement without title, priority or completed, 400 for one that breaks a rule', async () => {
    const { api } = await newPerson(service)
    const { id } = await api.created<Task>('/tasks', { title: 'T' })
    const whole = { title: 'T', priority: 'low', completed: false }
    for (const name of Object.keys(whole)) {
      assertFailure(await api.put(`/tasks/${id}`, { ...whole, [name]: undefined }), 422, 'VALIDATION_ERROR')
    }
    assertFailure(await api.put(`/tasks/${id}`, { ...whole, title: ' ' }), 400, 'INVALID_TITLE')
    assertFailure(await api.put(`/tasks/${id}`, { ...whole, priority: 'urgent' }), 400, 'INVALID_PRIORITY')
  })

  it('TSK-016 changes with PATCH what is sent alone', async () => {
    const { api } = await newPerson(service)
    const task = await api.created<Task>('/tasks', { title: 'T', description: 'D', priority: 'low' })
    const answer = await api.patch<Task>(`/tasks/${task.id}`, { completed: true })
    assert.equal(answer.status, 200)
    assert.deepEqual({ ...answer.body, updated_at: '' }, { ...task, completed: true, updated_at: '' })
    assertFailure(await api.patch(`/tasks/${task.id}`, { title: '' }), 400, 'INVALID_TITLE')
    assertFailure(await api.patch(`/tasks/${task.id}`, { completed: 'yes' }), 422, 'VALIDATION_ERROR')
  })

  it('TSK-017 clears a nullable field by an explicit null, and answers 422 for null elsewhere', async () => {
    const { api } = await newPerson(service)
    const { id } = await api.created<Task>('/tasks', { title: 'T', description: 'D', due_date: '2030-01-01T00:00:00Z' })
    const answer = await api.patch<Task>(`/tasks/${id}`, { description: null, due_date: null })
    assert.deepEqual([answer.body.description, answer.body.due_date, answer.body.title], [null, null, 'T'])
    for (const name of ['title', 'priority', 'completed']) {
      assertFailure(await api.patch(`/tasks/${id}`, { [name]: null }), 422, 'VALIDATION_ERROR')
    }
  })

  it('TSK-018 deletes a task and its links; the tags stay', async () => {
    const { api } = await newPerson(service)
    const { id } = await api.created<Task>('/tasks', { title: 'T' })
    const tag = await api.created<Tag>('/tags', { name: 'oak' })
    await api.created(`/tasks/${id}/tags/${tag.id}`, undefined)
    const answer = await api.delete(`/tasks/${id}`)
    assert.equal(answer.status, 204)
    assert.equal(answer.text, '')
    assertFailure(await api.get(`/tasks/${id}`), 404, 'TASK_NOT_FOUND')
    assertFailure(await api.delete(`/tasks/${id}`), 404, 'TASK_NOT_FOUND')
    assert.deepEqual(await service.query('SELECT * FROM task_tag_link WHERE task_id = $1', [id]), [])
    assert.deepEqual((await api.get<Tag[]>('/tags')).body, [tag])
  })

  it('TSK-019 moves updated_at with every change, created_at never', async () => {
    const { api } = await newPerson(service)
    const first = await api.created<Task>('/tasks', { title: 'T' })
    const second = (await api.patch<Task>(`/tasks/${first.id}`, { completed: true })).body
    const body = { title: 'U', priority: 'low', completed: true }
    const third = (await api.put<Task>(`/tasks/${first.id}`, body)).body
    assert.ok(Date.parse(second.updated_at) > Date.parse(first.updated_at))
    assert.ok(Date.parse(third.updated_at) > Date.parse(second.updated_at))
    assert.deepEqual([second.created_at, third.created_at], [first.created_at, first.created_at])
  })

  it('TSK-020 needs a token everywhere and takes the owner from it, never from the body', async () => {
    const { api, id: user_id } = await newPerson(service)
    const stranger = await newPerson(service)
    const { id } = await api.created<Task>('/tasks', { title: 'T' })
    const anyone = new Client(service)
    const body = { title: 'T', priority: 'low', completed: true }
    const asks = [anyone.get('/tasks'), anyone.post('/tasks', body), anyone.get(`/tasks/${id}`)]
    const more = [anyone.put(`/tasks/${id}`, body), anyone.patch(`/tasks/${id}`, body), anyone.delete(`/tasks/${id}`)]
    for (const answer of await Promise.all([...asks, ...more])) assertFailure(answer, 401, 'MISSING_TOKEN')

    await api.post('/tasks', { title: 'Given away', user_id: stranger.id })
    await api.patch(`/tasks/${id}`, { user_id: stranger.id, id: 1, created_at: '2000-01-01T00:00:00Z' })
    assert.equal((await api.get<Task>(`/tasks/${id}`)).body.user_id, user_id)
    assert.deepEqual(await service.query('SELECT id FROM tasks WHERE user_id = $1', [stranger.id]), [])
  })

  it('keeps a recurrence rule and refuses what is none', async () => {
    const { api } = await newPerson(service)
    const recurrence_rule = 'FREQ=WEEKLY;BYDAY=MO,WE;COUNT=10'
    const { id } = await api.created<Task>('/tasks', { title: 'T', recurrence_rule })
    const rows = await service.query('SELECT recurrence_rule FROM tasks WHERE id = $1', [id])
    assert.equal(rows[0]?.recurrence_rule, recurrence_rule)
    assert.equal((await api.patch(`/tasks/${id}`, { recurrence_rule: null })).status, 200)
    for (const wrong of ['', 'often', 'FREQ=SOMETIMES', 'COUNT=5', 'FREQ=DAILY;COUNT=x']) {
      assertFailure(await api.post('/tasks', { title: 'T', recurrence_rule: wrong }), 400, 'INVALID_RRULE')
    }
    assertFailure(await api.post('/tasks', { title: 'T', recurrence_rule: 5 }), 422, 'VALIDATION_ERROR')
  })
})
