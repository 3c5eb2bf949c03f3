import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createTableStatements, type Driver, openPglite, openPostgres } from 'tenon/database'
import { downgrade, loadRevisions, upgrade } from 'tenon/migrations'
import { createDatabase } from 'tenon/testing'
import { RefreshFamily } from '../src/auth/model.ts'
import { migrationsFolder } from '../src/database.ts'
import { Tag } from '../src/tags/model.ts'
import { Task, TaskTagLink } from '../src/tasks/model.ts'
import { User } from '../src/users/model.ts'

// Everything in the schema that a revision can leave behind, as PostgreSQL itself writes it.
const catalog = `
  select 'column ' || attrelid::regclass || '.' || attname || ' ' || format_type(atttypid, atttypmod)
    || case when attnotnull then ' not null' else '' end || attidentity::text
    || coalesce(' default ' || pg_get_expr(adbin, adrelid), '')
  from pg_attribute
  join pg_class on pg_class.oid = attrelid and relkind in ('r', 'S')
  left join pg_attrdef on adrelid = attrelid and adnum = attnum
  where attnum > 0 and not attisdropped and relnamespace = 'public'::regnamespace
  union all
  select 'constraint ' || conrelid::regclass || '.' || conname || ' ' || pg_get_constraintdef(oid)
  from pg_constraint where connamespace = 'public'::regnamespace and contype <> 'n'
  union all
  select 'index ' || indexdef from pg_indexes where schemaname = 'public'
  order by 1`

const drivers: Record<string, () => Promise<{ driver: Driver; drop: () => Promise<void> }>> = {
  PostgreSQL: async () => {
    const { url, drop } = await createDatabase()
    return { driver: openPostgres({ url }), drop }
  },
  PGlite: async () => ({ driver: await openPglite(), drop: async () => {} }),
}

describe('the migrations', () => {
  const heads: string[][] = []

  for (const [name, open] of Object.entries(drivers)) {
    it(`go up, down one by one to where they came from, and up again, on ${name}`, async (test) => {
      const { driver, drop } = await open()
      test.after(async () => {
        await driver.close()
        await drop()
      })
      const read = async () => (await driver.run({ text: catalog, values: [] })).rows.map(([line]) => line ?? '')
      const revisions = await loadRevisions(migrationsFolder)
      await upgrade(driver, [])
      const states = [await read()]
      for (const _ of revisions) {
        await upgrade(driver, revisions, '+1')
        states.push(await read())
      }
      heads.push(states.at(-1) ?? [])
      for (const state of states.slice(0, -1).toReversed()) {
        await downgrade(driver, revisions, '-1')
        assert.deepEqual(await read(), state)
      }
      await upgrade(driver, revisions)
      assert.deepEqual(await read(), states.at(-1))
    })
  }

  it('come to what the models say: columns, constraints and indexes', async (test) => {
    const driver = await openPglite()
    test.after(() => driver.close())
    await upgrade(driver, [])
    const script = createTableStatements([RefreshFamily, TaskTagLink, Task, Tag, User]).join(';\n')
    await driver.session((connection) => connection.script(script))
    const { rows } = await driver.run({ text: catalog, values: [] })
    assert.deepEqual(
      rows.map(([line]) => line),
      heads[1],
    )
  })

  it('make the same schema on both, with names that follow from table and columns', () => {
    const [one, other] = heads
    assert.deepEqual(one, other)
    const named = one?.filter((line) => line.startsWith('constraint ')).map((line) => line.split(' ')[1] ?? '') ?? []
    for (const name of named) {
      const [table, constraint] = name.split('.')
      assert.match(constraint ?? '', new RegExp(`^${table}_([a-z_]+_(check|fkey|key)|pkey)$`))
    }
  })
})
