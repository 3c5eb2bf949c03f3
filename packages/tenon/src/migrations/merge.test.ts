import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { UsageError } from '../core/errors.ts'
import type { Driver } from '../database/driver.ts'
import { openPostgres } from '../database/postgres/open-postgres.ts'
import { createDatabase } from '../testing/server.ts'
import { assertCommuting, headsToMerge } from './merge.ts'
import { parseRevision } from './revision.ts'

const revision = (number: number, name: string, up: string, revises = 'base') => {
  const id = `2026010${number}_000000_${name}`
  return parseRevision(
    `${id}.sql`,
    id,
    `-- migrate:revises ${revises}\n-- migrate:up\n${up}\n-- migrate:down\nselect 1;\n`,
  )
}
const base = revision(1, 'base', 'create table item (id int); create schema other;')
const after = (number: number, name: string, up: string) => revision(number, name, up, base.id)

/** Embedded engines take seconds; to this test any empty database will do. */
async function open(): Promise<Driver> {
  const { url, drop } = await createDatabase()
  const driver = openPostgres({ url })
  const close = driver.close.bind(driver)
  return Object.assign(driver, { close: () => close().then(drop) })
}

describe('assertCommuting', () => {
  const heads = ['20260102_000000_left', '20260103_000000_right'] as const
  const check = (left: string, right: string) =>
    assertCommuting([base, after(2, 'left', left), after(3, 'right', right)], heads, { open })
  const refused = (left: string, right: string, message: RegExp) =>
    assert.rejects(check(left, right), (error) => error instanceof UsageError && message.test(error.message))

  it('takes what comes to the same, also with columns in another order', async () => {
    await check('alter table item add a int;', 'alter table item add b text; create index on item (b);')
  })

  it('refuses what fails in one order', async () => {
    await refused(
      'alter table item add a int;',
      'alter table item add a int;',
      /^Cannot merge 20260102_000000_left and 20260103_000000_right: with .*_left first, the other fails\. .*already exists/,
    )
    await refused('drop table item;', 'alter table item add a int;', /with 20260102_000000_left first, the other fails/)
  })

  it('refuses what the order makes a difference to, and says which', async () => {
    await refused(
      'alter table item add if not exists a int;',
      'alter table item add if not exists a text;',
      /makes a difference:\n {2}only with .*left first: column item\.a integer\n {2}only with .*right first: column item\.a text\nRewr/,
    )
    await refused(
      'create or replace function f() returns int language sql as $$select 1$$;',
      'create or replace function f() returns int language sql as $$select 2$$;',
      /only with 20260102_000000_left first: function f\(\) CREATE OR REPLACE FUNCTION public\.f\(\)/,
    )
  })
})

describe('headsToMerge', () => {
  const [left, right, third] = ['left', 'right', 'third'].map((name, index) => after(index + 2, name, 'select 1;'))
  if (!left || !right || !third) throw new Error('three')

  it('takes the two there are, or the two that are named', () => {
    assert.deepEqual(headsToMerge([base, left, right]), [left.id, right.id])
    assert.deepEqual(headsToMerge([base, left, right, third], [third, left]), [third.id, left.id])
  })

  it('refuses all else', () => {
    assert.throws(() => headsToMerge([base, left]), /there is nothing to join\. Heads: 20260102_000000_left\./)
    assert.throws(
      () => headsToMerge([base, left, right, third]),
      /it joins two heads at a time\. Heads: .*left, .*right, .*third/,
    )
    assert.throws(() => headsToMerge([base, left, right], [base, left]), /20260101_000000_base: it is not a head/)
    assert.throws(() => headsToMerge([base, left, right], [left, left]), /two heads at a time/)
  })
})
