import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Client } from 'pg'
import { createDatabase } from './server.ts'

describe('createDatabase', () => {
  it('makes an empty UTF-8 database and drops it under an open session', async () => {
    const database = await createDatabase()
    const client = new Client({ connectionString: database.url })
    client.on('error', () => {})
    await client.connect()
    const { rows } = await client.query(`SELECT lower('ÄÖ') AS lower, current_setting('server_encoding') AS encoding`)
    assert.deepEqual(rows, [{ lower: 'äö', encoding: 'UTF8' }])
    await database.drop()
    await assert.rejects(client.query('SELECT 1'))
  })
})
