import assert from 'node:assert/strict'
import { it } from 'node:test'
import {
  type Answer,
  assertFailure,
  Client,
  newEmail,
  newPerson,
  refreshTokenOf,
  type Tag,
  type Task,
} from '../client.ts'
import type { Service } from '../service.ts'

const atOnce = <T>(count: number, ask: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => ask(index)))

function statusesOf(answers: readonly Answer<unknown>[]): Record<number, number> {
  const counts: Record<number, number> = {}
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1
  return counts
}

export function defineRaces(service: Service): void {
  const anyone = new Client(service)

  it('registers one e-mail once, however it is spelt', async () => {
    const email = newEmail()
    const spellings = [email, email.toUpperCase(), email.replace('example', 'Example')]
    const answers = await atOnce(6, (index) =>
      anyone.post('/auth/register', { email: spellings[index % 3], password: 'correct horse' }),
    )
    assert.deepEqual(statusesOf(answers), { 201: 1, 400: 5 })
    for (const answer of answers) if (answer.status === 400) assertFailure(answer, 400, 'EMAIL_ALREADY_EXISTS')
  })

  it('links a tag once', async () => {
    const { api } = await newPerson(service)
    const task = await api.created<Task>('/tasks', { title: 'T' })
    const tag = await api.created<Tag>('/tags', { name: 'oak' })
    const answers = await atOnce(10, () => api.post<Task>(`/tasks/${task.id}/tags/${tag.id}`))
    assert.deepEqual(statusesOf(answers), { 200: 9, 201: 1 })
    for (const { body } of answers)
      assert.deepEqual(
        body.tags.map(({ id }) => id),
        [tag.id],
      )
  })

  it('makes one tag of a name', async () => {
    const { api } = await newPerson(service)
    const answers = await atOnce(10, () => api.post('/tags', { name: 'oak' }))
    assert.deepEqual(statusesOf(answers), { 201: 1, 400: 9 })
    for (const answer of answers) if (answer.status === 400) assertFailure(answer, 400, 'TAG_ALREADY_EXISTS')
  })

  it('changes, links or deletes a task, whichever comes first', async () => {
    const { api } = await newPerson(service)
    const tag = await api.created<Tag>('/tags', { name: 'oak' })
    const rounds = await atOnce(30, async () => {
      const { id } = await api.created<Task>('/tasks', { title: 'T' })
      return Promise.all([
        api.patch(`/tasks/${id}`, { title: 'U' }),
        api.post(`/tasks/${id}/tags/${tag.id}`),
        api.delete(`/tasks/${id}`),
      ])
    })
    for (const [changed, linked, deleted] of rounds) {
      assert.ok([200, 404].includes(changed.status), `PATCH answered ${changed.status}`)
      assert.ok([200, 201, 404].includes(linked.status), `POST answered ${linked.status}`)
      assert.equal(deleted.status, 204)
    }
  })

  it('deletes a task once', async () => {
    const { api } = await newPerson(service)
    const { id } = await api.created<Task>('/tasks', { title: 'T' })
    assert.deepEqual(statusesOf(await atOnce(10, () => api.delete(`/tasks/${id}`))), { 204: 1, 404: 9 })
  })

  it('links a tag to a task that is being deleted, or finds it gone', async () => {
    const { api } = await newPerson(service)
    const tag = await api.created<Tag>('/tags', { name: 'oak' })
    for (let round = 0; round < 5; round++) {
      const { id } = await api.created<Task>('/tasks', { title: 'T' })
      const [linked] = await Promise.all([api.post(`/tasks/${id}/tags/${tag.id}`), api.delete(`/tasks/${id}`)])
      assert.ok([201, 404].includes(linked.status), linked.text)
    }
  })

  it('keeps every one of many changes at once', async () => {
    const { api } = await newPerson(service)
    const { id } = await api.created<Task>('/tasks', { title: 'T' })
    const changes = [{ title: 'U' }, { description: 'D' }, { priority: 'high' }, { completed: true }]
    const answers = await Promise.all(changes.map((change) => api.patch(`/tasks/${id}`, change)))
    assert.deepEqual(statusesOf(answers), { 200: 4 })
    assert.partialDeepStrictEqual((await api.get<Task>(`/tasks/${id}`)).body, Object.assign({}, ...changes))
  })

  it('answers ten refreshes at once and keeps the family alive', async () => {
    for (const chosen of [0, 9]) {
      const { cookie } = await newPerson(service)
      const answers = await atOnce(10, () => anyone.refresh(cookie))
      assert.deepEqual(statusesOf(answers), { 200: 10 })
      const kept = answers[chosen]
      assert.ok(kept)
      const next = await anyone.refresh(refreshTokenOf(kept))
      assert.equal(next.status, 200, `whichever answer arrives last must work: ${next.text}`)
    }
  })
}
