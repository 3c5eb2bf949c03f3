import assert from 'node:assert/strict'
import { it } from 'node:test'
import { assertFailure, assertTime, newPerson, type Page, type Tag, type Task } from '../client.ts'
import type { Service } from '../service.ts'

const withinInt8 = ['0', '-1', '2147483648', '9007199254740992', '9007199254740993', '9223372036854775807']
const beyondInt8 = ['9223372036854775808', '-9223372036854775809', '9'.repeat(40), '1'.repeat(400)]
const notIntegers = ['1.5', '1e3', 'abc', '0x10', '1_000', 'NaN', 'Infinity', '1,5', '१']

export function defineValueCases(service: Service): void {
  it('answers 404 for an integer that is no task’s id, 422 for anything else', async () => {
    const { api } = await newPerson(service)
    const { id: tag } = await api.created<Tag>('/tags', { name: 'oak' })
    const { id: task } = await api.created<Task>('/tasks', { title: 'T' })
    const asks: readonly [code: string, ask: (id: string) => ReturnType<typeof api.get>][] = [
      ['TASK_NOT_FOUND', (id) => api.get(`/tasks/${id}`)],
      ['TASK_NOT_FOUND', (id) => api.patch(`/tasks/${id}`, { completed: true })],
      ['TASK_NOT_FOUND', (id) => api.delete(`/tasks/${id}`)],
      ['TASK_NOT_FOUND', (id) => api.post(`/tasks/${id}/tags/${tag}`)],
      ['TAG_NOT_FOUND', (id) => api.put(`/tags/${id}`, { name: 'elm', color: null })],
      ['TAG_NOT_FOUND', (id) => api.delete(`/tags/${id}`)],
      ['TAG_NOT_FOUND', (id) => api.delete(`/tasks/${task}/tags/${id}`)],
    ]
    for (const [code, ask] of asks) {
      for (const id of withinInt8) assertFailure(await ask(id), 404, code)
      for (const id of beyondInt8) {
        const answer = await ask(id)
        assert.ok([404, 422].includes(answer.status), `${id}: ${answer.status} ${answer.text}`)
      }
      for (const id of notIntegers) assertFailure(await ask(encodeURIComponent(id)), 422, 'VALIDATION_ERROR')
    }
  })

  it('finds no task by an id that floating point rounds to another’s', async () => {
    const { api, id: user_id } = await newPerson(service)
    const sql = `INSERT INTO tasks (id, title, user_id) OVERRIDING SYSTEM VALUE VALUES (9007199254740992, 'T', $1)`
    const isWide = await service.query(
      `SELECT data_type FROM information_schema.columns WHERE table_name = 'tasks' AND column_name = 'id'`,
    )
    if (isWide[0]?.data_type !== 'bigint') return
    await service.query(sql, [user_id])
    assertFailure(await api.get('/tasks/9007199254740993'), 404, 'TASK_NOT_FOUND')
    await service.query('DELETE FROM tasks WHERE id = 9007199254740992')
  })

  it('pages however far, and refuses numbers that are none', async () => {
    const { api } = await newPerson(service)
    await api.created('/tasks', { title: 'T' })
    for (const page of ['2', '2147483648', '9007199254740991']) {
      const answer = await api.get<Page>(`/tasks?page=${page}`)
      assert.equal(answer.status, 200, answer.text)
      assert.deepEqual([answer.body.items, answer.body.total, answer.body.pages], [[], 1, 1])
    }
    for (const number of beyondInt8) {
      const page = await api.get(`/tasks?page=${number}`)
      assert.ok([200, 400, 422].includes(page.status), page.text)
      const limit = await api.get<Page>(`/tasks?limit=${number}`)
      assert.ok([200, 400, 422].includes(limit.status), limit.text)
      if (limit.status === 200) assert.equal(limit.body.limit, 100)
      assert.equal((await api.get<Page>(`/tasks?tag=${number}`)).body.total, 0)
    }
    for (const number of notIntegers) {
      assertFailure(await api.get(`/tasks?page=${encodeURIComponent(number)}`), 422, 'VALIDATION_ERROR')
      assertFailure(await api.get(`/tasks?limit=${encodeURIComponent(number)}`), 422, 'VALIDATION_ERROR')
    }
  })

  it('takes a parameter that comes twice without a fault', async () => {
    const { api } = await newPerson(service)
    for (const [one, two] of [
      ['page=1', 'page=2'],
      ['limit=1', 'limit=2'],
      ['q=a', 'q=b'],
      ['tag=1', 'tag=2'],
    ]) {
      assert.ok([200, 400, 422].includes((await api.get(`/tasks?${one}&${two}`)).status))
    }
    for (const name of [
      'status=all',
      'sort=title',
      'priority=low',
      'q%5B%5D=a',
      'q%5Ba%5D=b',
      '__proto__=1',
      'constructor=1',
    ]) {
      assert.ok([200, 400, 422].includes((await api.get(`/tasks?${name}&${name}`)).status))
    }
  })

  it('keeps the instant of every date-time from year 1 to 9999', async () => {
    const { api } = await newPerson(service)
    const instants: readonly [sent: string, kept: string][] = [
      ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
      ['9999-12-31T23:59:59Z', '9999-12-31T23:59:59.000Z'],
      ['1582-10-10T00:00:00Z', '1582-10-10T00:00:00.000Z'],
      ['2024-02-29T12:00:00Z', '2024-02-29T12:00:00.000Z'],
      ['2030-01-01T00:00:00+14:00', '2029-12-31T10:00:00.000Z'],
      ['2030-01-01T00:00:00-12:00', '2030-01-01T12:00:00.000Z'],
      ['2030-01-01T00:00:00-00:00', '2030-01-01T00:00:00.000Z'],
      ['2030-01-01T00:00:00', '2030-01-01T00:00:00.000Z'],
      ['2030-01-01T00:00:00.25', '2030-01-01T00:00:00.250Z'],
      ['2030-01-01T00:00:00.123456789Z', '2030-01-01T00:00:00.123Z'],
    ]
    for (const [sent, kept] of instants) {
      const task = await api.created<Task>('/tasks', { title: sent, due_date: sent })
      assertTime(task.due_date ?? '')
      const milliseconds = Math.abs(Date.parse(task.due_date ?? '') - Date.parse(kept))
      assert.ok(milliseconds <= 1, `${sent} came back as ${task.due_date}`)
      assert.equal((await api.get<Task>(`/tasks/${task.id}`)).body.due_date, task.due_date)
    }
    for (const sort of ['due_date', '-due_date']) assert.equal((await api.get(`/tasks?sort=${sort}`)).status, 200)
  })

  it('refuses what is no date-time', async () => {
    const { api } = await newPerson(service)
    const never = ['2030-02-30T00:00:00Z', '2030-02-29T00:00:00Z', '2030-04-31T00:00:00Z', '2030-00-01T00:00:00Z']
    const odd = ['2030-01-01', '12:00:00Z', '2030-01-01T', '2030-01-01T25:00:00Z', '2030-01-01T00:60:00Z', '1893456000']
    const far = [
      '10000-01-01T00:00:00Z',
      '+010000-01-01T00:00:00Z',
      '+275760-09-13T00:00:00Z',
      '-271821-04-20T00:00:00Z',
    ]
    const offsets = ['2030-01-01T00:00:00+99:99', '2030-01-01T00:00:00+24:00', '2030-01-01T00:00:00 Europe/Vienna']
    const words = [
      'infinity',
      '-infinity',
      'now',
      'epoch',
      'tomorrow',
      '2030-01-01T00:00:00Z BC',
      'Tue, 01 Jan 2030 00:00:00 GMT',
    ]
    for (const due_date of [...never, ...odd, ...far, ...offsets, ...words]) {
      assertFailure(await api.post('/tasks', { title: 'T', due_date }), 400, 'INVALID_DUE_DATE')
    }
  })

  it('refuses or keeps true what is at the edge of the formats', async () => {
    const { api } = await newPerson(service)
    const edges = [
      '2030-01-01t00:00:00z',
      '2030-01-01 00:00:00Z',
      '0000-01-01T00:00:00Z',
      '2030-01-01T24:00:00Z',
      '2030-06-30T23:59:60Z',
      '2030-01-01T00:00Z',
      '0001-01-01T00:00:00+23:59',
      '9999-12-31T23:59:59-23:59',
      '20300101T000000Z',
      '2030-W01-1T00:00:00Z',
      ' 2030-01-01T00:00:00Z ',
    ]
    for (const due_date of edges) {
      const answer = await api.post<Task>('/tasks', { title: 'T', due_date })
      assert.ok([201, 400].includes(answer.status), `${due_date}: ${answer.status} ${answer.text}`)
      if (answer.status === 400) assertFailure(answer, 400, 'INVALID_DUE_DATE')
      else assertTime(answer.body.due_date ?? '')
    }
    assert.equal((await api.get('/tasks?sort=due_date&limit=100')).status, 200)
  })
}
