import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { places } from '../../test/schemas.ts'
import type { Driver } from '../database/driver.ts'
import { openPglite } from '../database/pglite/open-pglite.ts'
import { openPostgres } from '../database/postgres/open-postgres.ts'
import { createDatabase, type TestDatabase } from '../testing/server.ts'
import { parseRevision, type Revision } from './revision.ts'
import { downgrade, previewDowngrade, previewUpgrade, upgrade } from './run.ts'
import { type Squashed, squash } from './squash.ts'
import { current, history, pending } from './status.ts'

const revision = (number: number, up: string, down: string, options = '', head = ''): Revision => {
  const id = `20260101_00000${number}_step`
  const text = `${head}-- migrate:up${options}\n${up}\n-- migrate:down\n${down}\n`
  return parseRevision(`migrations/${id}.sql`, id, text)
}
const toRevision = ({ id, text }: Squashed) => parseRevision(`migrations/${id}.sql`, id, text)
const ids = (revisions: readonly Revision[]) => revisions.map(({ id }) => id)

const first = revision(
  1,
  `create table users (id bigint generated always as identity primary key, email text not null unique);
   create table tasks (id bigint generated always as identity primary key, title text check (title <> ''));`,
  'drop table tasks, users;',
)
const second = revision(
  2,
  `alter table tasks add user_id bigint references users on delete cascade;
   create index concurrently tasks_user on tasks (user_id); comment on table tasks is 'work'`,
  'alter table tasks drop user_id; comment on table tasks is null;',
  ' transaction:false',
)
const third = revision(3, 'alter table tasks alter title set not null;', 'alter table tasks alter title drop not null;')

// The embedded engine, on which it works by itself, has its turn below.
const small = [first, second, third]
const open = places.postgres

describe('squash', () => {
  it('makes one of several, from what they come to', async () => {
    const squashed = await squash(small, second.id, { open })
    const { id, from, reasons, replaced } = squashed
    assert.deepEqual(
      [id, from, reasons, ids(replaced)],
      ['20260101_000002_squashed', 'schema', [], ids([first, second])],
    )
    const { revises, replaces, up } = toRevision(squashed)
    assert.deepEqual([revises, replaces], [[], ids([first, second])])
    assert.doesNotMatch(up.sql, /alter table tasks add user_id|concurrently/)
  })

  const keepsTheirOwn = async (last: Revision, reason: RegExp): Promise<Revision> => {
    const squashed = await squash([...small, last], last.id, { open })
    assert.equal(squashed.from, 'statements')
    assert.match(squashed.reasons.join('\n'), reason)
    return toRevision(squashed)
  }

  it('keeps functions, triggers, views and policies, by their own statements', async () => {
    const last = revision(
      4,
      `create function touch() returns trigger language plpgsql as $f$ begin return new; -- end; $$;
end $f$;
create trigger touch before update on tasks for each row execute function touch();
create view titles as select title from tasks;
alter table tasks enable row level security; create policy own on tasks using (true) -- all`,
      'drop policy own on tasks; drop view titles; drop trigger touch on tasks; drop function touch',
    )
    const { up, down } = await keepsTheirOwn(last, /function touch\(\) is missing/)
    assert.match(
      up.sql,
      /-- 20260101_000001_step\ncreate table users[\s\S]*-- 20260101_000004_step\ncreate function touch/,
    )
    assert.match(down.sql, /drop function touch;[\s\S]*drop table tasks, users;/)
    assert.equal(up.transaction, false)
  })

  it('keeps rows that revisions wrote', async () => {
    await keepsTheirOwn(revision(4, "insert into users (email) values ('a')", 'delete from users'), /users has rows/)
  })

  it('keeps what waits to be purged', async () => {
    const hide = 'create schema tenon_dropped; alter table tasks set schema tenon_dropped'
    const show = 'alter table tenon_dropped.tasks set schema public; drop schema tenon_dropped'
    await keepsTheirOwn(revision(4, hide, show), /tasks wait to be purged/)
  })

  it('runs one by one what does not run in one transaction', async () => {
    const key = 'references users deferrable initially deferred'
    const make = revision(
      1,
      `create table users (id int primary key); create table jobs (user_id int ${key});`,
      'drop table jobs, users;',
    )
    const fill = revision(
      2,
      'insert into users values (1); insert into jobs values (1);',
      'delete from jobs; delete from users;',
    )
    // Refused while the key of the row is still to be checked.
    const change = revision(3, 'alter table jobs add done boolean;', 'alter table jobs drop done;')
    const squashed = await squash([make, fill, change], change.id, { open })
    assert.deepEqual([squashed.from, toRevision(squashed).up.transaction], ['statements', false])
  })

  it('stays irreversible', async () => {
    const last = revision(4, 'drop table users cascade;', '-- irreversible: nobody is left')
    const { irreversible } = toRevision(await squash([...small, last], last.id, { open }))
    assert.equal(irreversible, '20260101_000004_step: nobody is left')
  })

  it('refuses what would pull the ground from under another', async () => {
    const branch = revision(4, 'select 1;', 'select 1;', '', `-- migrate:revises ${first.id}\n`)
    await assert.rejects(squash([...small, branch], third.id, { open }), {
      message:
        'Cannot squash up to 20260101_000003_step: 20260101_000004_step comes after 20260101_000001_step, which would be gone. ' +
        'Squash up to 20260101_000001_step, or join the branches first and squash up to what joins them.',
    })
    await assert.rejects(squash(small, first.id, { open }), /there is nothing before it/)
    const broken = revision(2, 'drop table nothing;', 'select 1;')
    await assert.rejects(squash([first, broken], broken.id, { open }), /20260101_000002_step does not run on an empty/)
  })
})

for (const kind of ['postgres', 'pglite'] as const) {
  describe(`a squashed revision on ${kind}`, () => {
    const fourth = revision(
      4,
      'alter table tasks add done boolean;',
      'alter table tasks drop done;',
      '',
      `-- migrate:revises ${third.id}\n`,
    )
    const old = [first, second, third, fourth]
    let database: TestDatabase | undefined
    let driver: Driver
    let squashed: Revision
    let fresh: readonly Revision[]

    before(async () => {
      database = kind === 'postgres' ? await createDatabase() : undefined
      driver = database ? openPostgres({ url: database.url }) : await openPglite({ template: true })
      squashed = toRevision(await squash(old, third.id))
      fresh = [squashed, fourth]
    })
    after(async () => {
      await driver.close()
      await database?.drop()
    })
    const reset = () =>
      driver.session((connection) => connection.script('drop schema public cascade; create schema public'))

    it('is applied where nothing is', async () => {
      await reset()
      assert.deepEqual(ids(await upgrade(driver, fresh)), ids(fresh))
      assert.deepEqual(ids(await downgrade(driver, fresh, 'base')), ids([fourth, squashed]))
    })

    it('takes the place of those it replaces where they are applied, and those after it stay', async () => {
      await reset()
      await upgrade(driver, old)
      assert.deepEqual(await pending(driver, fresh), [])
      assert.deepEqual(ids(await previewUpgrade(driver, fresh)), [])
      assert.deepEqual(ids(await previewDowngrade(driver, fresh, 'base')), ids([fourth, squashed]))
      assert.deepEqual(
        (await history(driver, fresh)).map(({ id, state }) => `${id} ${state}`),
        fresh.map(({ id }) => `${id} applied`),
      )
      assert.deepEqual(await upgrade(driver, fresh), [])
      const { rows } = await driver.run({ text: 'select id from tenon_revisions order by applied_at', values: [] })
      assert.deepEqual(rows.flat(), ids(fresh))
      assert.equal((await current(driver, fresh)).current?.id, fourth.id)
      assert.deepEqual(ids(await downgrade(driver, fresh, '-1')), ids([fourth]))
      assert.deepEqual(ids(await upgrade(driver, fresh)), ids([fourth]))
    })

    it('can be squashed again, whichever of them a database has', async () => {
      const again = toRevision(await squash(fresh, fourth.id))
      for (const from of [old, fresh]) {
        await reset()
        await upgrade(driver, from)
        assert.deepEqual(await upgrade(driver, [again]), [])
        const { rows } = await driver.run({ text: 'select id from tenon_revisions', values: [] })
        assert.deepEqual(rows, [[again.id]])
      }
    })

    it('refuses a database that has only some of them', async () => {
      await reset()
      await upgrade(driver, old, second.id)
      await assert.rejects(upgrade(driver, fresh), {
        message:
          'Cannot go on from 20260101_000002_step: 20260101_000003_squashed replaces it and those up to ' +
          '20260101_000003_step, which this database has not got. Upgrade to 20260101_000003_step with the version ' +
          'of the code that still has it, then run this again.',
      })
      await upgrade(driver, old)
      assert.deepEqual(await upgrade(driver, fresh), [])
    })
  })
}
