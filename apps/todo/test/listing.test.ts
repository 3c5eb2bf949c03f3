import assert from 'node:assert/strict'
import { it } from 'node:test'
import { assertFailure, type Client, newPerson, type Page, type Tag, type Task } from './client.ts'
import { describeService } from './service.ts'

describeService('listing tasks', (service) => {
  /** Someone with these tasks, made one after the other. */
  async function newOwner(tasks: readonly object[]): Promise<Client> {
    const { api } = await newPerson(service)
    for (const task of tasks) await api.created('/tasks', task)
    return api
  }

  async function titles(api: Client, query: string): Promise<string[]> {
    const answer = await api.get<Page>(`/tasks${query}`)
    assert.equal(answer.status, 200, answer.text)
    return answer.body.items.map(({ title }) => title)
  }

  const numbered = (count: number): object[] => Array.from({ length: count }, (_, index) => ({ title: `T${index}` }))

  it('FLT-001 answers the first 20 with total, page, limit and pages', async () => {
    const api = await newOwner(numbered(21))
    const { items, ...rest } = (await api.get<Page>('/tasks')).body
    assert.equal(items.length, 20)
    assert.deepEqual(rest, { total: 21, page: 1, limit: 20, pages: 2 })
    const task = await api.get<Task>(`/tasks/${items[0]?.id}`)
    assert.deepEqual(task.body, items[0])
  })

  it('FLT-002 answers an empty list where there is nothing', async () => {
    const api = await newOwner([])
    assert.deepEqual((await api.get('/tasks')).body, { items: [], total: 0, page: 1, limit: 20, pages: 0 })
  })

  it('FLT-003 answers the page that is asked for, and an empty one after the last', async () => {
    const api = await newOwner(numbered(5))
    const second = (await api.get<Page>('/tasks?page=2&limit=2&sort=created_at')).body
    assert.deepEqual(
      second.items.map(({ title }) => title),
      ['T2', 'T3'],
    )
    assert.deepEqual([second.total, second.page, second.limit, second.pages], [5, 2, 2, 3])
    const beyond = (await api.get<Page>('/tasks?page=4&limit=2')).body
    assert.deepEqual([beyond.items, beyond.total, beyond.page, beyond.pages], [[], 5, 4, 3])
  })

  it('FLT-004 counts a limit above 100 as 100', async () => {
    const api = await newOwner(numbered(1))
    for (const limit of [101, 5000]) assert.equal((await api.get<Page>(`/tasks?limit=${limit}`)).body.limit, 100)
    assert.equal((await api.get<Page>('/tasks?limit=100')).body.limit, 100)
  })

  it('FLT-005 refuses a page or limit of 0 or less', async () => {
    const api = await newOwner([])
    for (const query of ['page=0', 'page=-1', 'limit=0', 'limit=-5']) {
      assertFailure(await api.get(`/tasks?${query}`), 400, 'INVALID_PAGINATION')
    }
    for (const query of ['page=abc', 'limit=1.5', 'page=']) {
      assertFailure(await api.get(`/tasks?${query}`), 422, 'VALIDATION_ERROR')
    }
  })

  it('FLT-006 searches title and description without regard to case', async () => {
    const api = await newOwner([
      { title: 'Saw OAK' },
      { title: 'Plane', description: 'the oaken one' },
      { title: 'Rest' },
    ])
    assert.deepEqual(await titles(api, '?q=oAk&sort=created_at'), ['Saw OAK', 'Plane'])
    assert.deepEqual(await titles(api, '?q=elm'), [])
  })

  it('FLT-007 takes % and _ as they stand, and an empty search as no filter', async () => {
    const api = await newOwner([{ title: '100% oak' }, { title: 'a_b' }, { title: 'axb' }])
    assert.deepEqual(await titles(api, '?q=%25'), ['100% oak'])
    assert.deepEqual(await titles(api, '?q=a_b'), ['a_b'])
    assert.equal((await titles(api, '?q=')).length, 3)
  })

  it('FLT-008 filters by status', async () => {
    const api = await newOwner([{ title: 'open' }, { title: 'done', completed: true }])
    assert.deepEqual(await titles(api, '?status=pending'), ['open'])
    assert.deepEqual(await titles(api, '?status=completed'), ['done'])
    assert.equal((await titles(api, '?status=all')).length, 2)
  })

  it('FLT-009 refuses an unknown status', async () => {
    const api = await newOwner([])
    for (const status of ['open', '', 'PENDING']) {
      assertFailure(await api.get(`/tasks?status=${status}`), 400, 'INVALID_STATUS')
    }
  })

  it('FLT-010 filters by priority and refuses an unknown one', async () => {
    const api = await newOwner([
      { title: 'a', priority: 'high' },
      { title: 'b', priority: 'low' },
    ])
    assert.deepEqual(await titles(api, '?priority=high'), ['a'])
    assert.deepEqual(await titles(api, '?priority=medium'), [])
    for (const priority of ['urgent', '']) {
      assertFailure(await api.get(`/tasks?priority=${priority}`), 400, 'INVALID_PRIORITY')
    }
  })

  it('FLT-011 filters by a tag, by its id or its name', async () => {
    const api = await newOwner([{ title: 'other' }])
    const task = await api.created<Task>('/tasks', { title: 'tagged' })
    const tags = [
      await api.created<Tag>('/tags', { name: 'oak & elm' }),
      await api.created<Tag>('/tags', { name: '2' }),
    ]
    for (const tag of tags) {
      await api.created(`/tasks/${task.id}/tags/${tag.id}`, undefined)
      assert.deepEqual(await titles(api, `?tag=${tag.id}`), ['tagged'])
    }
    assert.deepEqual(await titles(api, '?tag=oak%20%26%20elm'), ['tagged'])
    assert.deepEqual(await titles(api, '?tag=2'), ['tagged'])
    // The filter narrows the tasks, not the tags that come with them.
    const page = await api.get<Page>(`/tasks?tag=${tags[0]?.id}`)
    assert.equal(page.body.items[0]?.tags.length, 2)
  })

  it('FLT-012 answers an empty page for a tag that is not there or is another user’s', async () => {
    const stranger = await newPerson(service)
    const theirs = await stranger.api.created<Tag>('/tags', { name: 'theirs' })
    const api = await newOwner([{ title: 'T' }])
    for (const tag of ['2000000000', 'nothing', theirs.id, 'theirs']) {
      const { items, total, pages } = (await api.get<Page>(`/tasks?tag=${tag}`)).body
      assert.deepEqual([items, total, pages], [[], 0, 0])
    }
  })

  it('FLT-013 sorts by due date: without one last ascending, first descending', async () => {
    const api = await newOwner([
      { title: 'never' },
      { title: 'late', due_date: '2030-02-01T00:00:00Z' },
      { title: 'soon', due_date: '2030-01-01T00:00:00+02:00' },
    ])
    assert.deepEqual(await titles(api, '?sort=due_date'), ['soon', 'late', 'never'])
    assert.deepEqual(await titles(api, '?sort=-due_date'), ['never', 'late', 'soon'])
  })

  it('FLT-014 sorts by priority: high, medium, low', async () => {
    const api = await newOwner(['low', 'high', 'medium'].map((priority) => ({ title: priority, priority })))
    assert.deepEqual(await titles(api, '?sort=priority'), ['high', 'medium', 'low'])
    assert.deepEqual(await titles(api, '?sort=-priority'), ['low', 'medium', 'high'])
  })

  it('FLT-015 sorts by title without regard to case and by creation, and refuses another field', async () => {
    const api = await newOwner([{ title: 'b' }, { title: 'C' }, { title: 'a' }])
    assert.deepEqual(await titles(api, '?sort=title'), ['a', 'b', 'C'])
    assert.deepEqual(await titles(api, '?sort=-title'), ['C', 'b', 'a'])
    assert.deepEqual(await titles(api, '?sort=created_at'), ['b', 'C', 'a'])
    assert.deepEqual(await titles(api, '?sort=-created_at'), ['a', 'C', 'b'])
    for (const sort of ['user_id', '', '-', '--title', 'title,id', 'title desc']) {
      assertFailure(await api.get(`/tasks?sort=${encodeURIComponent(sort)}`), 400, 'INVALID_SORT_FIELD')
    }
  })

  it('FLT-016 joins all filters with AND, breaks ties by id and never shows another user’s tasks', async () => {
    const stranger = await newPerson(service)
    await stranger.api.created('/tasks', { title: 'oak' })
    const tasks = Array.from({ length: 9 }, (_, index) => ({
      title: index % 3 === 0 ? 'oak' : 'elm',
      priority: index < 6 ? 'high' : 'low',
      completed: index === 0,
    }))
    const api = await newOwner(tasks)
    const filtered = (await api.get<Page>('/tasks?q=OAK&priority=high&status=pending')).body
    assert.deepEqual(
      filtered.items.map(({ title }) => title),
      ['oak'],
    )
    assert.equal(filtered.total, 1)
    for (const sort of ['priority', '-priority', 'due_date', '-due_date', 'title', '-title']) {
      const ids: number[] = []
      for (const page of [1, 2, 3]) {
        const { items } = (await api.get<Page>(`/tasks?limit=3&page=${page}&sort=${sort}`)).body
        ids.push(...items.map(({ id }) => id))
      }
      assert.equal(new Set(ids).size, 9, `pages overlap under ${sort}`)
    }
  })

  it('brings the tags of many tasks by as many statements as those of one', async (test) => {
    const api = await newOwner([])
    const tag = await api.created<Tag>('/tags', { name: 'oak' })
    const { mock } = test.mock.method(service.driver, 'run')
    const statements: number[] = []
    for (const count of [1, 30]) {
      for (let index = 0; index < count; index++) {
        const { id } = await api.created<Task>('/tasks', { title: 'T' })
        await api.created(`/tasks/${id}/tags/${tag.id}`, undefined)
      }
      const before = mock.callCount()
      const { items } = (await api.get<Page>('/tasks?limit=100')).body
      statements.push(mock.callCount() - before)
      for (const { tags } of items) assert.deepEqual(tags, [{ id: tag.id, name: 'oak', color: null }])
    }
    const [one, many] = statements
    assert.ok(one !== undefined && one > 0)
    assert.equal(many, one)
  })
})
