import assert from 'node:assert/strict'
import { it } from 'node:test'
import { gzipSync } from 'node:zlib'
import {
  type Answer,
  assertFailure,
  Client,
  newEmail,
  newPerson,
  type Page,
  type Person,
  type Tag,
  type Task,
} from '../client.ts'
import type { Service } from '../service.ts'

const mebibyte = 1024 * 1024
const json = 'application/json'

function post(person: Person, body: string | Uint8Array, contentType: string | null = json): Promise<Answer<Task>> {
  // `fetch` gives a text a media type of its own, so bodies go as bytes.
  const bytes = typeof body === 'string' ? Buffer.from(body) : body
  return person.api.send('POST', '/api/v1/tasks', {
    body: bytes,
    headers: contentType === null ? {} : { 'content-type': contentType },
  })
}

export function defineBodyCases(service: Service): void {
  const anyone = new Client(service)

  it('refuses a body of over 1 MiB, of any route that reads one', async () => {
    const person = await newPerson(service)
    const large = JSON.stringify({ title: 'T', description: 'x'.repeat(mebibyte) })
    assertFailure(await post(person, large), 413, 'PAYLOAD_TOO_LARGE')
    const register = await anyone.post('/auth/register', { email: newEmail(), password: 'x'.repeat(mebibyte) })
    assertFailure(register, 413, 'PAYLOAD_TOO_LARGE')
    assertFailure(await anyone.login(newEmail(), 'x'.repeat(mebibyte)), 413, 'PAYLOAD_TOO_LARGE')
    const under = await post(person, `{"title":"T"${' '.repeat(mebibyte - 1000)}}`)
    assert.equal(under.status, 201)
  })

  it('takes JSON of 100,000 levels for bad input, not for a stack overflow', async () => {
    const person = await newPerson(service)
    const levels = 100_000
    const list = `${'['.repeat(levels)}${']'.repeat(levels)}`
    const object = `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`
    for (const deep of [list, object, '['.repeat(levels), `{"title":${list}}`, `{"title":"T","due_date":${list}}`]) {
      assertFailure(await post(person, deep), 422, 'VALIDATION_ERROR')
    }
    // An escape makes the server look at every text, however deep.
    for (const text of [`{"title":"T","other":${list}}`, `{"title":"\\u0054","other":${object}}`]) {
      assert.ok([201, 422].includes((await post(person, text)).status))
    }
  })

  it('is not led astray by members named like those of every object', async () => {
    const person = await newPerson(service)
    const inherited = await post(person, '{"__proto__":{"title":"T"}}')
    assertFailure(inherited, 422, 'VALIDATION_ERROR')
    const names = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf', 'then']
    for (const name of names) {
      const answer = await post(person, `{"title":"T","${name}":{"completed":true,"prototype":{"completed":true}}}`)
      assert.ok([201, 422].includes(answer.status), answer.text)
      if (answer.status === 201) assert.equal(answer.body.completed, false)
      assert.equal(Reflect.get({}, 'completed'), undefined)
    }
    const { body } = await person.api.get<Page>('/tasks?limit=100')
    for (const task of body.items) assert.equal(task.completed, false)
  })

  it('treats an unknown member alike everywhere: ignored or refused, never stored', async () => {
    const { api } = await newPerson(service)
    const task = await api.created<Task>('/tasks', { title: 'T' })
    const tag = await api.created<Tag>('/tags', { name: 'oak' })
    const unknown = { unknown: 1, tags: [5], user: {} }
    const statuses = await Promise.all([
      api.post('/tasks', { title: 'T', ...unknown }),
      api.put(`/tasks/${task.id}`, { title: 'T', priority: 'low', completed: false, ...unknown }),
      api.patch(`/tasks/${task.id}`, { completed: true, ...unknown }),
      api.post('/tags', { name: 'elm', ...unknown }),
      api.put(`/tags/${tag.id}`, { name: 'ash', color: null, ...unknown }),
      anyone.post('/auth/register', { email: newEmail(), password: 'correct horse', ...unknown }),
    ])
    const refused = statuses.filter(({ status }) => status === 422).length
    assert.ok(refused === 0 || refused === statuses.length, `${refused} of ${statuses.length} are refused`)
  })

  it('refuses other media types, and takes JSON with parameters', async () => {
    const person = await newPerson(service)
    const body = '{"title":"T"}'
    const types = [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'application/jsonx',
    ]
    for (const type of [
      ...types,
      'application/xml',
      'text/json',
      'application/octet-stream',
      'json',
      ', application/json',
    ]) {
      assertFailure(await post(person, body, type), 415, 'UNSUPPORTED_MEDIA_TYPE')
    }
    assertFailure(await post(person, body, null), 415, 'UNSUPPORTED_MEDIA_TYPE')
    for (const type of ['application/json; charset=utf-8', 'Application/JSON', 'application/json;x="y"']) {
      assert.equal((await post(person, body, type)).status, 201)
    }
    const compressed = await person.api.send('POST', '/api/v1/tasks', {
      body: gzipSync(body),
      headers: { 'content-type': json, 'content-encoding': 'gzip' },
    })
    assert.ok([400, 415, 422].includes(compressed.status), compressed.text)
  })

  it('answers 422 for a body that is missing, malformed or no object', async () => {
    const person = await newPerson(service)
    for (const body of [
      '',
      '{',
      '{"title":"T",}',
      "{'title':'T'}",
      '{"title":"T"} {}',
      'title=T',
      '\ufeff',
      '{"title":undefined}',
    ]) {
      assertFailure(await post(person, body), 422, 'VALIDATION_ERROR')
    }
    for (const body of ['null', 'true', '5', '"T"', '[]', '[{"title":"T"}]']) {
      assertFailure(await post(person, body), 422, 'VALIDATION_ERROR')
    }
    assertFailure(await person.api.send('POST', '/api/v1/tasks'), 422, 'VALIDATION_ERROR')
    assertFailure(await person.api.send('POST', '/api/v1/tags'), 422, 'VALIDATION_ERROR')
    assertFailure(await anyone.send('POST', '/api/v1/auth/register'), 422, 'VALIDATION_ERROR')
    assertFailure(await anyone.send('POST', '/api/v1/auth/login'), 422, 'VALIDATION_ERROR')
  })

  it('never turns one type into another', async () => {
    const { api } = await newPerson(service)
    const { id } = await api.created<Task>('/tasks', { title: 'T' })
    for (const completed of ['true', 'false', 1, 0, '', [], {}, null]) {
      assertFailure(await api.patch(`/tasks/${id}`, { completed }), 422, 'VALIDATION_ERROR')
    }
    for (const text of [1, true, [], ['x'], {}]) {
      assertFailure(await api.patch(`/tasks/${id}`, { title: text }), 422, 'VALIDATION_ERROR')
      assertFailure(await api.patch(`/tasks/${id}`, { description: text }), 422, 'VALIDATION_ERROR')
      assertFailure(await api.patch(`/tasks/${id}`, { due_date: text }), 422, 'VALIDATION_ERROR')
      assertFailure(await api.post('/tags', { name: text }), 422, 'VALIDATION_ERROR')
    }
    for (const field of ['email', 'password']) {
      const body = { email: newEmail(), password: 'correct horse', [field]: null }
      assertFailure(await anyone.post('/auth/register', body), 422, 'VALIDATION_ERROR')
    }
  })

  it('puts a wrong type before a broken rule, and takes a change of nothing', async () => {
    const { api } = await newPerson(service)
    assertFailure(await api.post('/tasks', { title: '', completed: 'no' }), 422, 'VALIDATION_ERROR')
    const task = await api.created<Task>('/tasks', { title: 'T' })
    const answer = await api.patch<Task>(`/tasks/${task.id}`, {})
    assert.equal(answer.status, 200, answer.text)
    assert.equal(answer.body.title, 'T')
  })

  it('reads the last of two parts of a form, or refuses them', async () => {
    const { email, password } = await newPerson(service)
    for (const extra of ['grant_type=password&scope=', '__proto__=1', 'username=other', 'client_id=&client_secret=']) {
      const body = `username=${encodeURIComponent(email)}&password=${encodeURIComponent(password)}&${extra}`
      const headers = { 'content-type': 'application/x-www-form-urlencoded' }
      const answer = await anyone.send('POST', '/api/v1/auth/login', { headers, body })
      assert.ok([200, 401, 422].includes(answer.status), answer.text)
      if (!extra.startsWith('username')) assert.equal(answer.status, 200, extra)
    }
  })
}
