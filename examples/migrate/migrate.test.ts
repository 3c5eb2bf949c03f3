import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { openPglite } from 'tenon/database'
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
