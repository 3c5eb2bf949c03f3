import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { readTemplate } from '../database/pglite/template.ts'
import { openEngine } from './engine.ts'

describe('openEngine', () => {
  const { XDG_CACHE_HOME } = process.env
  let folder: string
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tenon-'))
    process.env.XDG_CACHE_HOME = folder
  })
  after(async () => {
    if (XDG_CACHE_HOME === undefined) delete process.env.XDG_CACHE_HOME
    else process.env.XDG_CACHE_HOME = XDG_CACHE_HOME
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  })

  const opens = async () => {
    await using engine = await openEngine()
    await engine.connection.script('create table t (a int)')
    const text = `select count(*), current_setting('TimeZone') from pg_class where relname = 't'`
    assert.deepEqual((await engine.connection.run({ text, values: [] })).rows, [['1', 'UTC']])
  }

  it('keeps a copy of an empty database for the next time, and opens each anew', async () => {
    await opens()
    const [copy = ''] = await readdir(join(folder, 'tenon'))
    assert.match(copy, /^pglite-\d+\.\d+\.\d+\.tar\.zst$/)
    await opens()
    await opens()
    assert.deepEqual(await readdir(join(folder, 'tenon')), [copy])
    const whole = await readFile(join(folder, 'tenon', copy))
    assert.ok(await readTemplate())
    // One that was damaged is made again.
    const middle = whole.length >> 1
    whole.writeUInt8(whole.readUInt8(middle) ^ 1, middle)
    await writeFile(join(folder, 'tenon', copy), whole)
    assert.equal(await readTemplate(), undefined)
  })
})
