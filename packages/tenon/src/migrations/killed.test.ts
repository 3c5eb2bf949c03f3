import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { Held, until } from '../../test/until.ts'
import type { Driver } from '../database/driver.ts'
import { openPostgres } from '../database/postgres/open-postgres.ts'
import { createDatabase, type TestDatabase } from '../testing/server.ts'
import { loadRevisions } from './load-revisions.ts'
import type { MigrationEvent } from './report.ts'
import { upgrade } from './run.ts'
import { pending } from './status.ts'

const here = (path: string) => new URL(path, import.meta.url).href
const statement = (text: string) => ({ text, values: [] })

describe('tenon migrate upgrade in processes of its own', { timeout: 300_000 }, () => {
  let database: TestDatabase
  let driver: Driver
  let folder: string

  before(async () => {
    database = await createDatabase()
    driver = openPostgres({ url: database.url })
    folder = await mkdtemp(join(tmpdir(), 'tenon-'))
    await mkdir(join(folder, 'migrations'))
    await writeFile(
      join(folder, 'tenon.config.ts'),
      `import { defineConfig } from '${here('../cli/config.ts')}'
       import { openPostgres } from '${here('../database/postgres/open-postgres.ts')}'
       export const config = defineConfig({
         entry: './main.ts', migrations: './migrations', open: () => openPostgres({ url: '${database.url}' }),
       })`,
    )
  })
  after(async () => {
    await driver.close()
    await database.drop()
    await rm(folder, { recursive: true, force: true })
  })

  const write = (name: string, up: string) =>
    writeFile(join(folder, 'migrations', `${name}.sql`), `-- migrate:up${up}\n-- migrate:down\nselect 1;\n`)
  const start = () => {
    const main = new URL('../cli/main.ts', import.meta.url).pathname
    const child = spawn(process.execPath, [main, 'migrate', 'upgrade'], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const said = { text: '' }
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (data) => (said.text += data))
    return { child, said, ended: once(child, 'close') }
  }
  const count = async (text: string) => Number((await driver.run(statement(`select count(*) ${text}`))).rows[0]?.[0])
  const kill = async (child: ChildProcess, ended: Promise<unknown>) => {
    child.kill('SIGKILL')
    await ended
  }

  it('lets one of several work, and fails none', async () => {
    await write('20260101_000000_item', '\ncreate table item (id bigint primary key, size int);\nselect pg_sleep(1);')
    await write(
      '20260102_000000_rows',
      ' transaction:false\ninsert into item select generate_series(1, 100);\n-- migrate:batch item (id) 30\nupdate item set size = coalesce(size, 0) + 1 where :batch;',
    )
    const runs = Array.from({ length: 4 }, start)
    const codes = await Promise.all(runs.map(async ({ ended }) => (await ended)[0]))
    assert.deepEqual(codes, [0, 0, 0, 0], runs.map(({ said }) => said.text).join(''))
    assert.equal(runs.filter(({ said }) => /2 revisions applied/.test(said.text)).length, 1)
    assert.equal(await count('from item where size = 1'), 100)
  })

  it('goes on in the middle of a walk whose process was killed, and does no batch twice', async () => {
    await write(
      '20260103_000000_walk',
      ` transaction:false\n-- migrate:batch item (id) 10
update item set size = size + 1 from (select pg_sleep(0.2)) as slow where :batch;`,
    )
    const { child, ended } = start()
    await until(async () => (await count('from item where size = 2')) >= 20)
    await kill(child, ended)
    const events: MigrationEvent[] = []
    await upgrade(driver, await loadRevisions(join(folder, 'migrations')), 'head', {
      report: (event) => events.push(event),
    })
    const first = events.find((event) => event.kind === 'batch')
    assert.ok(first && first.rows >= 30, JSON.stringify(first))
    assert.equal(await count('from item where size = 2'), 100)
  })

  it('waits for the index that the server goes on with after its client was killed, and takes it', async () => {
    await write('20260104_000000_index', ' transaction:false\ncreate index concurrently item_size on item (size);')
    const held = new Held()
    // The index waits for whoever may still change the table.
    const holder = driver.transaction(async (connection) => {
      await connection.run(statement('update item set size = 3 where id = 1'))
      await held.hold()
    })
    await held.entered
    const { child, ended } = start()
    const building = 'from pg_stat_progress_create_index where datname = current_database()'
    await until(async () => (await count(building)) === 1)
    await kill(child, ended)
    const events: MigrationEvent[] = []
    const revisions = await loadRevisions(join(folder, 'migrations'))
    const next = upgrade(driver, revisions, 'head', { report: (event) => events.push(event) })
    await until(() => events.some(({ kind }) => kind === 'waiting'))
    assert.equal(await count(building), 1)
    held.release()
    await Promise.all([holder, next])
    assert.ok(events.some((event) => event.kind === 'skipped' && /same definition/.test(event.reason)))
    assert.equal(await count("from pg_index where indexrelid = 'item_size'::regclass and indisvalid"), 1)
    assert.deepEqual(await pending(driver, revisions), [])
  })
})
