import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { after, before, describe, it } from 'node:test'
import { UsageError } from '../../core/errors.ts'
import type { Driver } from '../driver.ts'
import { openPglite } from './open-pglite.ts'

describe('openPglite', { timeout: 300_000 }, () => {
  let root: string
  const children: ChildProcess[] = []

  before(() => {
    root = mkdtempSync(join(tmpdir(), 'tenon-'))
  })

  after(() => {
    for (const child of children) child.kill('SIGKILL')
    rmSync(root, { recursive: true, force: true })
  })

  /** Another process that has the folder open as `driver` and runs the code. */
  const run = (folder: string, code: string) => {
    const module = JSON.stringify(new URL('open-pglite.ts', import.meta.url).href)
    const script = `
      import { openPglite } from ${module}
      const statement = (text, ...values) => ({ text, values })
      try {
        const driver = await openPglite({ folder: ${JSON.stringify(folder)} })
        ${code}
      } catch (error) {
        console.log(error.name + ': ' + error.message)
      }`
    const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    children.push(child)
    return child
  }

  it('keeps its rows from one start to the next', async () => {
    const folder = join(root, 'kept', 'deep')
    const first = await openPglite({ folder })
    await first.run(statement("create table entry as select 'a' as name"))
    await first.close()
    const second = await openPglite({ folder })
    assert.deepEqual((await second.run(statement('select * from entry'))).rows, [['a']])
    assert.equal(second.place, `PGlite in ${folder}`)
    await second.close()
  })

  it('makes a new database from the copy of an empty one, and no other', async () => {
    const before = process.env.XDG_CACHE_HOME
    process.env.XDG_CACHE_HOME = join(root, 'cache')
    try {
      const tables = "select tablename from pg_tables where schemaname = 'public'"
      for (const name of ['makes', 'uses']) {
        const driver = await openPglite({ folder: join(root, name), template: true })
        assert.deepEqual((await driver.run(statement(tables))).rows, [])
        await driver.run(statement(`create table of_${name} ()`))
        await driver.close()
      }
      const [copy = ''] = readdirSync(join(root, 'cache', 'tenon'))
      writeFileSync(join(root, 'cache', 'tenon', copy), 'damaged')
      for (const [name, found] of [
        ['uses', [['of_uses']]],
        ['mends', []],
      ] as const) {
        const driver = await openPglite({ folder: join(root, name), template: true })
        assert.deepEqual((await driver.run(statement(tables))).rows, found)
        await driver.close()
      }
    } finally {
      if (before === undefined) delete process.env.XDG_CACHE_HOME
      else process.env.XDG_CACHE_HOME = before
    }
  })

  it('refuses a folder that this process has open', async () => {
    const folder = join(root, 'own')
    const driver = await openPglite({ folder })
    await assert.rejects(openPglite({ folder }), busy(folder, process.pid))
    await driver.close()
    await (await openPglite({ folder })).close()
  })

  it('refuses a folder that another process has open, until that is killed, and then finds all it committed', async () => {
    const folder = join(root, 'shared')
    const child = run(
      folder,
      `await driver.run(statement('create table entry (id int)'))
      for (let id = 1; ; id++) {
        await driver.run(statement('insert into entry values ($1)', String(id)))
        process.stdout.write(id + '\\n')
      }`,
    )
    let output = ''
    child.stdout?.on('data', (data) => {
      output += data
    })
    while (output.split('\n').length < 100) await once(child.stdout as NodeJS.ReadableStream, 'data')
    await assert.rejects(openPglite({ folder }), busy(folder, child.pid))
    child.kill('SIGKILL')
    await once(child, 'close')
    const committed = output.split('\n').length - 1
    const driver = await openPglite({ folder })
    const [[count, last] = []] = (await driver.run(statement('select count(*), max(id) from entry'))).rows
    assert.ok(Number(count) >= committed, `${count} of ${committed}`)
    assert.equal(count, last)
    await driver.close()
  })

  it('starts anew where its first start was killed', async () => {
    const folder = join(root, 'unfinished')
    mkdirSync(join(folder, 'database'), { recursive: true })
    writeFileSync(join(folder, 'database.lock'), '')
    writeFileSync(join(folder, 'database.unfinished'), '')
    writeFileSync(join(folder, 'database', 'PG_VERSION'), '18\n')
    const driver = await openPglite({ folder })
    assert.deepEqual((await driver.run(statement('select 1'))).rows, [['1']])
    await driver.close()
  })

  it('says in one line what is wrong with a folder', async () => {
    const file = join(root, 'file')
    writeFileSync(file, 'text')
    const foreign = join(root, 'foreign')
    mkdirSync(foreign)
    writeFileSync(join(foreign, 'report.txt'), 'text')
    const broken = join(root, 'broken')
    mkdirSync(join(broken, 'database'), { recursive: true })
    writeFileSync(join(broken, 'database.lock'), '')
    writeFileSync(join(broken, 'database', 'PG_VERSION'), '12\n')
    const empty = join(root, 'empty')
    mkdirSync(join(empty, 'database'), { recursive: true })
    writeFileSync(join(empty, 'database.lock'), '')
    await assert.rejects(openPglite({ folder: file }), problem(file, 'it is a file.'))
    await assert.rejects(openPglite({ folder: join(file, 'deep') }), problem(join(file, 'deep'), 'it is a file.'))
    await assert.rejects(openPglite({ folder: foreign }), problem(foreign, 'it holds other files and no database.'))
    await assert.rejects(
      openPglite({ folder: broken }),
      problem(broken, 'its database of PostgreSQL 12 does not start ('),
    )
    await assert.rejects(openPglite({ folder: empty }), problem(empty, 'its database is not one of PostgreSQL.'))
  })

  it('says that a folder cannot be written', async (test) => {
    const folder = join(root, 'unwritable')
    mkdirSync(folder, { mode: 0o500 })
    if (process.getuid?.() === 0) {
      process.seteuid?.('nobody')
      test.after(() => process.seteuid?.(0))
    }
    await assert.rejects(openPglite({ folder }), problem(folder, 'it cannot be written (EACCES).'))
  })

  it('ends where nothing can be made', { skip: process.platform !== 'linux' }, async () => {
    await assert.rejects(
      openPglite({ folder: '/proc/none/deep' }),
      problem('/proc/none/deep', 'it cannot be written (ENOENT).'),
    )
  })

  it('warns of nothing, and keeps the warnings of others', async () => {
    const child = run(join(root, 'quiet'), "process.emitWarning('of another'); await driver.close()")
    const [errors] = await Promise.all([text(child.stderr as NodeJS.ReadableStream), once(child, 'close')])
    assert.match(errors, /^\(node:\d+\) Warning: of another\n\(Use .*\)\n$/)
  })

  it('refuses itself inside its own transaction, where it would wait for ever', async () => {
    const driver = await openPglite()
    for (const call of [
      () => driver.run(statement('select 1')),
      () => driver.transaction(async () => {}),
      () => driver.session(async () => {}),
    ]) {
      await assert.rejects(driver.transaction<unknown>(call), { code: 'TENON_INSIDE_TRANSACTION' })
      await assert.rejects(driver.session<unknown>(call), { code: 'TENON_INSIDE_TRANSACTION' })
    }
    await driver.close()
  })

  it('serves what a transaction started and left running, once it has ended', async () => {
    const driver = await openPglite()
    let later: ReturnType<Driver['run']> | undefined
    const ended = Promise.withResolvers<void>()
    await driver.transaction(async () => {
      later = ended.promise.then(() => driver.run(statement('select 1')))
    })
    ended.resolve()
    assert.deepEqual((await later)?.rows, [['1']])
    await driver.close()
  })
})

function statement(text: string, ...values: string[]) {
  return { text, values }
}

function problem(folder: string, reason: string) {
  return (error: unknown) => {
    assert.ok(error instanceof UsageError, String(error))
    assert.ok(error.message.startsWith(`Cannot open the database folder ${folder}: ${reason}`), error.message)
    assert.doesNotMatch(error.message, /\n/)
    return true
  }
}

function busy(folder: string, pid: number | undefined) {
  return problem(folder, `process ${pid} uses it. Stop that process, or set DATA_DIR to another folder.`)
}
