import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { UsageError } from '../core/errors.ts'
import { loadRevisions } from './load-revisions.ts'

const text = '-- migrate:up\nselect 1;\n-- migrate:down\nselect 1;\n'

describe('loadRevisions', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tenon-'))
  })
  afterEach(() => rm(folder, { recursive: true }))

  const write = (name: string, content: string | Uint8Array = text) => writeFile(join(folder, name), content)
  const refused = (message: RegExp) =>
    assert.rejects(loadRevisions(folder), (error) => error instanceof UsageError && message.test(error.message))

  it('reads them in the order of their times, and leaves other files alone', async () => {
    await write('20260102_000000_b.sql')
    await write('20260101_235959_later_2.sql')
    await write('README.md', '')
    const ids = (await loadRevisions(folder)).map(({ id }) => id)
    assert.deepEqual(ids, ['20260101_235959_later_2', '20260102_000000_b'])
  })

  it('answers nothing for an empty folder', async () => {
    assert.deepEqual(await loadRevisions(folder), [])
  })

  for (const name of [
    'create.sql',
    '20261301_000000_a.sql',
    '20260101_000000.sql',
    '20260101_000000_A.sql',
    '20260101_000000_a__b.sql',
  ]) {
    it(`refuses the name ${name}`, async () => {
      await write(name)
      await refused(new RegExp(`${name}: its name is not of the form YYYYMMDD_HHMMSS_name.sql`))
    })
  }

  it('refuses two of the same time, since nothing says which comes first', async () => {
    await write('20260101_000000_a.sql')
    await write('20260101_000000_b.sql')
    await refused(/20260101_000000_a\.sql and .*20260101_000000_b\.sql: both have the time 20260101_000000/)
  })

  it('refuses what is not UTF-8', async () => {
    await write('20260101_000000_a.sql', Buffer.from([0xff, 0xfe]))
    await refused(/is not UTF-8/)
  })

  it('says that there is no folder', async () => {
    await assert.rejects(loadRevisions(join(folder, 'none')), /none: it does not exist\. Create it/)
  })
})
