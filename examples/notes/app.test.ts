import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { testApp } from 'tenon/testing'
import { createApp } from './app.ts'

describe('notes', () => {
  it('keeps notes, checks them and documents them', async () => {
    await using api = await testApp(createApp)
    assert.equal((await api.post('/notes', { text: ' Buy milk ' })).status, 201)
    const refused = await api.post('/notes', { text: '' })
    assert.deepEqual(
      [refused.status, refused.body],
      [
        400,
        {
          detail: 'text must have at least 1 character.',
          code: 'INVALID_TEXT',
          errors: [{ field: 'body.text', detail: 'text must have at least 1 character.', code: 'INVALID_TEXT' }],
        },
      ],
    )
    const { items, total } = (await api.get('/notes')).body as { items: { id: number; text: string }[]; total: number }
    assert.deepEqual([items.map(({ text }) => text), total], [['Buy milk'], 1])
    assert.equal((await api.get(`/notes/${items[0]?.id}`)).status, 200)
    assert.equal((await api.get('/notes/99')).status, 404)
    const document = (await api.get('/openapi.json')).body as { paths: object }
    assert.deepEqual(Object.keys(document.paths), ['/notes', '/notes/{id}'])
  })
})
