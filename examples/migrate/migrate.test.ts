import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { openPglite, openPostgres } from 'tenon/database'
import { downgrade, loadRevisions, upgrade } from 'tenon/migrations'
import { createDatabase } from 'tenon/testing'
import { upgradeTodo } from './command.ts'
import { bringUpToDate } from './migrate.ts'

const revisions = join(import.meta.dirname, '../notes/migrations')

describe('migrating from code', () => {
  it('applies what is missing, once', async () => {
    const driver = await openPglite()
    const events: string[] = []
    const report = ({ kind }: { readonly kind: string }) => events.push(kind)
    assert.deepEqual(await bringUpToDate(driver, revisions, report), ['20261125_090000_create_notes'])
    assert.deepEqual(await bringUpToDate(driver, revisions, report), [])
    assert.deepEqual(events, ['started', 'finished'])
    await driver.close()
  })

  it('takes what is long statement by statement, and rows in batches', async (test) => {
    const database = await createDatabase()
    const driver = openPostgres({ url: database.url })
    test.after(async () => {
      await driver.close()
      await database.drop()
    })
    const steps = await loadRevisions(join(import.meta.dirname, 'long'))
    await upgrade(driver, steps, '+1')
    await driver.run({
      text: "insert into tasks (title) select 'Oak ' || n from generate_series(1, 12000) n",
      values: [],
    })
    const rows: number[] = []
    await upgrade(driver, steps, 'head', { report: (event) => event.kind === 'batch' && rows.push(event.rows) })
    assert.deepEqual(rows, [5000, 10000, 12000])
    const { rows: found } = await driver.run({
      text: "select count(*) from tasks where search like 'oak %'",
      values: [],
    })
    assert.deepEqual(found, [['12000']])
    await downgrade(driver, steps, 'base')
  })

  it('runs a command as a function', async () => {
    const said: string[] = []
    const write = (line: string) => said.push(line)
    await upgradeTodo(join(import.meta.dirname, 'application'), {
      isInteractive: false,
      write,
      complain: write,
      paint: (_, text) => text,
      confirm: async () => false,
    })
    assert.match(said.join('\n'), /1 revision applied/)
  })
})
