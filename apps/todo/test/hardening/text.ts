import assert from 'node:assert/strict'
import { it } from 'node:test'
import { type Answer, assertFailure, Client, newEmail, newPerson, type Page, type Tag, type Task } from '../client.ts'
import { sendRaw } from '../raw.ts'
import type { Service } from '../service.ts'

const unstorable = ['\0', 'a\0b', '\ud800', 'a\udc00b', '\udc00\ud800']
const json = { 'content-type': 'application/json' }
const form = 'application/x-www-form-urlencoded'

export function defineTextCases(service: Service): void {
  const anyone = new Client(service)

  it('refuses NUL and lone surrogates in every text of a body', async () => {
    const { api } = await newPerson(service)
    const { id } = await api.created<Task>('/tasks', { title: 'T' })
    const password = 'correct horse'
    for (const text of unstorable) {
      const answers = await Promise.all([
        api.post('/tasks', { title: text }),
        api.post('/tasks', { title: 'T', description: text }),
        api.post('/tasks', { title: 'T', priority: text }),
        api.post('/tasks', { title: 'T', due_date: text }),
        api.post('/tasks', { title: 'T', recurrence_rule: text }),
        api.patch(`/tasks/${id}`, { title: text }),
        api.put(`/tasks/${id}`, { title: text, priority: 'low', completed: true }),
        api.post('/tags', { name: text }),
        api.post('/tags', { name: 'oak', color: text }),
        anyone.post('/auth/register', { email: `${text}${newEmail()}`, password }),
        anyone.post('/auth/register', { email: newEmail(), password: `${password}${text}` }),
        anyone.post('/auth/register', { email: newEmail(), password, name: text }),
      ])
      for (const answer of answers) assertFailure(answer, 422, 'VALIDATION_ERROR')
    }
    assert.equal((await api.get<Page>('/tasks')).body.total, 1)
  })

  it('refuses bytes that are not UTF-8 in a body', async () => {
    const { token } = await newPerson(service)
    for (const bad of [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xe2, 0x82]]) {
      const body = Buffer.concat([Buffer.from('{"title":"a'), Buffer.from(bad), Buffer.from('"}')])
      const headers = [
        ['Authorization', `Bearer ${token}`],
        ['Content-Type', 'application/json'],
      ] as const
      const answer = await sendRaw(service, { method: 'POST', path: '/api/v1/tasks', headers, body })
      assert.equal(answer.status, 422, answer.text)
      assert.equal(JSON.parse(answer.text).code, 'VALIDATION_ERROR')
    }
  })

  it('refuses NUL and what is not UTF-8 in a form', async () => {
    for (const text of ['%00', '%FF', '%C0%80', '%ED%A0%80', '%E2%82']) {
      for (const body of [`username=a${text}%40example.com&password=p`, `username=a%40example.com&password=p${text}`]) {
        const path = '/api/v1/auth/login'
        const answer = await anyone.send('POST', path, { headers: { 'content-type': form }, body })
        assertFailure(answer, 422, 'VALIDATION_ERROR')
      }
    }
    const body = Buffer.concat([Buffer.from('username=a'), Buffer.from([0xff]), Buffer.from('&password=p')])
    const headers = [['Content-Type', form]] as const
    const answer = await sendRaw(service, { method: 'POST', path: '/api/v1/auth/login', headers, body })
    assert.equal(answer.status, 422, answer.text)
  })

  it('refuses NUL and what is not UTF-8 in a query', async () => {
    const { api } = await newPerson(service)
    for (const text of ['%00', 'a%00b', '%FF', '%C0%80', '%ED%A0%80', '%E2%82', '%', '%zz']) {
      for (const name of ['q', 'tag']) {
        assertFailure(await api.get(`/tasks?${name}=${text}`), 422, 'VALIDATION_ERROR')
      }
      for (const name of ['page', 'limit', 'sort', 'status', 'priority']) {
        const answer = await api.get(`/tasks?${name}=${text}`)
        assert.ok([400, 422].includes(answer.status), `${name}=${text}: ${answer.status} ${answer.text}`)
      }
    }
  })

  it('refuses NUL and what is not UTF-8 in a path', async () => {
    const { api, token } = await newPerson(service)
    for (const text of ['%00', '1%00', '%FF', '%ED%A0%80', '%', '%zz']) {
      assertFailure(await api.get(`/tasks/${text}`), 422, 'VALIDATION_ERROR')
    }
    const bytes = Buffer.concat([Buffer.from('/api/v1/tasks/'), Buffer.from([0xff, 0xfe])])
    const answer = await sendRaw(service, { path: bytes, headers: [['Authorization', `Bearer ${token}`]] })
    assert.ok([400, 422].includes(answer.status), `${answer.status} ${answer.text}`)
    const unknown = await anyone.send('GET', '/%FF/%00')
    assert.ok([404, 422].includes(unknown.status), `${unknown.status} ${unknown.text}`)
  })

  it('counts characters, not UTF-16 units', async () => {
    const { api } = await newPerson(service)
    const title = '🪵'.repeat(200)
    assert.equal((await api.created<Task>('/tasks', { title })).title, title)
    assertFailure(await api.post('/tasks', { title: `${title}🪵` }), 400, 'INVALID_TITLE')
    await api.created('/tasks', { title: 'T', description: '🪵'.repeat(1000) })
    assertFailure(await api.post('/tasks', { title: 'T', description: '🪵'.repeat(1001) }), 400, 'DESCRIPTION_TOO_LONG')
    await api.created('/tags', { name: '🪵'.repeat(50) })
    assertFailure(await api.post('/tags', { name: '🪵'.repeat(51) }), 400, 'INVALID_TAG_NAME')
  })

  it('keeps every other text as it is', async () => {
    const { api } = await newPerson(service)
    const texts = [
      '\u0001',
      '"\\/\b\f\n\r\tx',
      "'; DROP TABLE tasks; --",
      '$1',
      '\u2028',
      '👩‍👩‍👧',
      'e\u0301',
      '\uffff',
    ]
    for (const description of texts) {
      const { id } = await api.created<Task>('/tasks', { title: 'T', description })
      assert.equal((await api.get<Task>(`/tasks/${id}`)).body.description, description)
    }
  })

  it('searches for %, _, \\ and quotes as they stand, and for letters beyond ASCII in either case', async () => {
    const { api } = await newPerson(service)
    const titles = ['50% off', 'snake_case', 'back\\slash', 'snakeXcase', "it's", 'ÄPFEL']
    for (const title of titles) await api.created('/tasks', { title })
    const found = async (q: string): Promise<string[]> => {
      const answer = await api.get<Page>(`/tasks?sort=created_at&q=${encodeURIComponent(q)}`)
      assert.equal(answer.status, 200, answer.text)
      return answer.body.items.map(({ title }) => title)
    }
    assert.deepEqual(await found('%'), ['50% off'])
    assert.deepEqual(await found('0% o'), ['50% off'])
    assert.deepEqual(await found('_'), ['snake_case'])
    assert.deepEqual(await found('\\'), ['back\\slash'])
    assert.deepEqual(await found('\\%'), [])
    assert.deepEqual(await found('\\_'), [])
    assert.deepEqual(await found("'"), ["it's"])
    assert.deepEqual(await found('äpfel'), ['ÄPFEL'])
    assert.deepEqual(await found('x'.repeat(5000)), [])
  })

  it('filters by a tag whose name looks like a number, an expression or nothing', async () => {
    const { api } = await newPerson(service)
    for (const name of ['007', '1e3', '-1', '99999999999999999999', '%', "o'clock"]) {
      const { id } = await api.created<Task>('/tasks', { title: name })
      const tag = await api.created<Tag>('/tags', { name })
      await api.created(`/tasks/${id}/tags/${tag.id}`, undefined)
      const answer = await api.get<Page>(`/tasks?tag=${encodeURIComponent(name)}`)
      assert.deepEqual(
        answer.body.items.map(({ title }) => title),
        [name],
      )
    }
    assert.ok([200, 400, 422].includes((await api.get('/tasks?tag=')).status))
  })

  it('takes odd e-mails and passwords without a fault', async () => {
    const register = (value: object): Promise<Answer<unknown>> =>
      anyone.send('POST', '/api/v1/auth/register', { headers: json, body: JSON.stringify(value) })
    const long = `${'a'.repeat(5000)}@example.com`
    assertFailure(await register({ email: long, password: 'correct horse' }), 400, 'INVALID_EMAIL')
    for (const email of ['İ@example.com', 'ß@example.com', "o'brien+tag@example.com"]) {
      const answer = await register({ email: email.replace('@', `${Date.now()}@`), password: 'correct horse' })
      assert.ok([201, 400].includes(answer.status), answer.text)
    }
    // A password is counted in characters too: four of these are eight UTF-16 units.
    assertFailure(await register({ email: newEmail(), password: '🪵🪵🪵🪵' }), 400, 'PASSWORD_TOO_SHORT')
    const email = newEmail()
    const password = '🪵'.repeat(200)
    assert.equal((await register({ email, password })).status, 201)
    assert.equal((await anyone.login(email, password)).status, 200)
    assertFailure(await anyone.login(email, password.slice(2)), 401, 'INVALID_CREDENTIALS')
  })
}
