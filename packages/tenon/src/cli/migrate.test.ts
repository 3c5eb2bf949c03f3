import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, beforeEach, describe, it } from 'node:test'
import { Recorder } from '../../test/recorder.ts'
import { openPostgres } from '../database/postgres/open-postgres.ts'
import { splitStatements } from '../migrations/statements.ts'
import { createDatabase, type TestDatabase } from '../testing/server.ts'
import { runCommandLine } from './run-command-line.ts'

const here = (path: string) => new URL(path, import.meta.url).href

const base = section('create table item (id int);', 'drop table item;')
const left = `-- migrate:revises 20260101_000000_base\n${section('alter table item add a int;', 'alter table item drop a;')}`
const right = `-- migrate:revises 20260101_000000_base\n${section('alter table item add b int;', 'alter table item drop b;')}`

describe('tenon migrate', () => {
  let root: string
  let folder: string
  let database: TestDatabase

  before(async () => {
    root = await mkdtemp(join(tmpdir(), 'tenon-'))
  })
  beforeEach(async () => {
    database = await createDatabase()
    folder = await mkdtemp(join(root, 'application-'))
    await mkdir(join(folder, 'migrations'))
    await writeFile(
      join(folder, 'tenon.config.ts'),
      `import { defineConfig } from '${here('config.ts')}'
       import { openPostgres } from '${here('../database/postgres/open-postgres.ts')}'
       export const config = defineConfig({
         entry: './main.ts', migrations: './migrations', open: () => openPostgres({ url: '${database.url}' }),
       })`,
    )
  })
  afterEach(() => database.drop())
  after(() => rm(root, { recursive: true, force: true }))

  const write = (name: string, text: string) => writeFile(join(folder, 'migrations', `${name}.sql`), text)
  const run = async (words: readonly string[] | string, answer?: boolean, inside = folder) => {
    const terminal = new Recorder(answer)
    const given = typeof words === 'string' ? words.split(' ') : words
    const code = await runCommandLine(['migrate', ...given], inside, terminal)
    return { code, output: terminal.lines.join('\n'), complaint: terminal.complaints.join('\n') }
  }
  const branch = async () => {
    await write('20260101_000000_base', base)
    await write('20260102_000000_left', left)
    await write('20260103_000000_right', right)
  }

  it('makes what an application needs, once', async () => {
    const empty = await mkdtemp(join(root, 'empty-'))
    assert.match(
      (await run('init', undefined, empty)).output,
      /^\+ migrations\n\+ tenon\.config\.ts\nNext: name your models in tenon\.config\.ts, then tenon migrate rev/,
    )
    assert.match((await run('init', undefined, empty)).output, /^Everything is there\./)
    const text = await readFile(join(empty, 'tenon.config.ts'), 'utf8')
    assert.match(text, /export const config = defineConfig\(\{[\s\S]*models: \[\][\s\S]*open: \(\) => openPostgres/)
  })

  it('writes revisions one after the other', async () => {
    const first = await run(['revision', '--empty', '-m', 'Add due dates: now!'])
    const [name = ''] = first.output.match(/\d{8}_\d{6}_add_due_dates_now/) ?? []
    const file = join(folder, 'migrations', `${name}.sql`)
    assert.equal(
      await readFile(file, 'utf8'),
      '-- Add due dates: now!\n-- migrate:revises base\n\n-- migrate:up\n\n\n-- migrate:down\n',
    )
    assert.match(
      (await run('upgrade')).complaint,
      /_now\.sql:5: its section "-- migrate:up" is empty\. Write the SQL there/,
    )
    await writeFile(file, base)
    const second = JSON.parse(
      (await run(['revision', '--empty', '--message=Notes', '--depends-on', 'now', '--json'])).output,
    )
    const text = await readFile(join(folder, second.file), 'utf8')
    assert.match(text, new RegExp(`^-- Notes\n-- migrate:revises ${name}\n-- migrate:depends-on ${name}\n`))
    await writeFile(
      join(folder, second.file),
      text.replace(':up\n', ':up\nselect 1;').replace(':down\n', ':down\nselect 1;'),
    )
    assert.match(
      (await run(['revision', '--empty', '-m', 'x', '--head', name])).complaint,
      /^Cannot write a revision after .*_now: .*_notes comes after it already, .* Add --splice if that is meant\.$/,
    )
    assert.equal((await run(['revision', '--empty', '-m', 'x', '--head', name, '--splice'])).code, 0)
    assert.equal((await readdir(join(folder, 'migrations'))).length, 3)
  })

  it('shows where the way parts, refuses to guess, and goes to all heads', async () => {
    await branch()
    assert.match(
      (await run('heads')).output,
      /^20260102_000000_left\n20260103_000000_right\nJoin them by tenon migrate merge/,
    )
    assert.equal((await run('branches')).output, '20260101_000000_base → 20260102_000000_left, 20260103_000000_right')
    assert.match(
      (await run('upgrade')).complaint,
      /there are 2 heads, .*left, .*right\. Join them with tenon migrate merge/,
    )
    assert.match(
      (await run(['revision', '--empty', '-m', 'x'])).complaint,
      /there are 2 heads, .* or say which by --head\.$/,
    )
    assert.match(
      (await run('upgrade left')).output,
      /2 revisions applied.* 1 revision pending, .* Run tenon migrate upgrade heads\.$/,
    )
    assert.match((await run('upgrade heads')).output, /^↑ 20260103_000000_right/)
    assert.match(
      (await run('current')).output,
      /^20260103_000000_right, applied .*\n20260102_000000_left, on another branch\n/,
    )
    assert.match((await run('history')).output, /20260103_000000_right {2}← 20260101_000000_base {2}2/)
    assert.match(
      (await run('show left')).output,
      /comes after 20260101_000000_base\nbefore {6}nothing: it is a head\n\n-- up, in one/,
    )
  })

  it('joins heads that come to the same in either order, and goes back across the join one by one', async () => {
    await branch()
    const merged = await run(['merge', '-m', 'Join left and right'])
    assert.match(
      merged.output,
      /^20260102_000000_left and 20260103_000000_right come to the same in either order: tried on/,
    )
    assert.match((await run('upgrade')).output, /4 revisions applied/)
    for (const name of ['join_left_and_right', 'right', 'left', 'base']) {
      assert.match(
        (await run('downgrade --yes')).output,
        new RegExp(`^↓ \\d{8}_\\d{6}_${name} .*\n1 revision taken back`),
      )
    }
  })

  it('says what would run, and asks before data goes', async () => {
    await write('20260101_000000_base', base)
    await write('20260102_000000_gone', section('alter table item\n  drop column id;', 'alter table item add id int;'))
    const plan = await run('upgrade --dry-run')
    assert.match(
      plan.output,
      /^↑ 20260101_000000_base\n↑ 20260102_000000_gone\n {2}loses data {2}line 2: alter table item drop column id\n2 rev/,
    )
    const json = JSON.parse((await run('upgrade --dry-run --json')).output)
    assert.deepEqual(json.plan[1].losses, [{ sql: 'alter table item\n  drop column id', line: 2 }])
    assert.match((await run('upgrade', false)).output, /and lose that data\?\nNothing was changed\.$/)
    assert.match((await run('current')).output, /No revision is applied/)
    assert.match((await run('upgrade', true)).output, /2 revisions applied/)
    assert.match(
      (await run('downgrade base --dry-run')).output,
      /^↓ 2[\s\S]*↓ 2[\s\S]*loses data {2}line 4: drop table item/,
    )
    assert.deepEqual(JSON.parse((await run('downgrade --yes --json')).output).takenBack, ['20260102_000000_gone'])
  })

  it('writes the journal alone, for a database that was brought there by hand', async () => {
    await branch()
    assert.match(
      (await run('stamp right')).complaint,
      /^Cannot write 2 lines of the journal of .* unasked: .* Add --yes\.$/,
    )
    const stamped = await run('stamp right --yes')
    assert.match(
      stamped.output,
      /^\+ 20260101_000000_base\n\+ 20260103_000000_right\n2 lines of the journal written, nothing was run/,
    )
    assert.match((await run('history')).output, /applied {2}20260103_000000_right .* without running it/)
    await write('20260101_000000_base', `${base}-- later\n`)
    assert.match((await run('upgrade left')).complaint, /was changed after it was applied/)
    assert.match(
      (await run('stamp base --dry-run')).output,
      /^- 20260101_000000_base\n- 20260103_000000_right\nNothing was changed/,
    )
    assert.match(
      (await run('stamp 01_000000_base --yes')).output,
      /^- 20260103_000000_right\n~ 20260101_000000_base {2}the file as it/,
    )
    assert.match((await run('current')).output, /^20260101_000000_base, applied/)
  })

  it('prints SQL that brings another database to the same', async () => {
    await branch()
    await write(
      '20260104_000000_last',
      `-- migrate:revises 20260102_000000_left, 20260103_000000_right
-- migrate:up transaction:false
create index concurrently item_a on item (a);
-- migrate:batch item (id) 5
update item set b = 1 where :batch;
-- migrate:down
drop index item_a;
`,
    )
    const up = (await run('upgrade --sql')).output
    assert.match(up, /^create table if not exists tenon_revisions/)
    assert.match(
      up,
      /where true;\ninsert into tenon_revisions \(id, checksum, applied_by, duration_ms, role\) values \('20260104_/,
    )
    const driver = openPostgres({ url: database.url })
    await driver.session(async (connection) => {
      for (const { sql } of splitStatements({ sql: up, line: 1 })) await connection.script(sql)
    })
    await driver.close()
    assert.match((await run('current')).output, /at the head, nothing is pending\.$/)
    assert.match(
      (await run('downgrade --sql')).complaint,
      /nothing says where it begins\. Write <from>:<to>, as in head:base/,
    )
    assert.match(
      (await run('downgrade --sql head:left')).output,
      /^-- ↓ 20260104_000000_last\nbegin;\ndrop index item_a;\ndelete from tenon_revisions where id = '20260104_000000_last';\ncommit;\n$/,
    )
    assert.doesNotMatch((await run('upgrade --sql left:heads')).output, /create table/)
  })

  it('says how far a revision came that is half applied, and that the database is ahead', async () => {
    await write('20260101_000000_base', base.replace('up', 'up transaction:false').replace(';', ';\nselect nothing();'))
    assert.match((await run('upgrade')).complaint, /_base\.sql:3: .*What stands before it was kept/)
    assert.match(
      (await run('current')).output,
      /^No revision is applied\.\n20260101_000000_base is half applied: 1 of its statements are done\.\nFinish it by/,
    )
    assert.match((await run('downgrade --yes')).output, /1 revision taken back/)
    await write('20260101_000000_base', base)
    await run('upgrade')
    await rm(join(folder, 'migrations', '20260101_000000_base.sql'))
    assert.match((await run('current')).output, /20260101_000000_base is applied, but not among the revisions here/)
    assert.match((await run('upgrade')).complaint, /the database has it, but it is not among the revisions here/)
  })
})

function section(up: string, down: string): string {
  return `-- migrate:up\n${up}\n-- migrate:down\n${down}\n`
}
