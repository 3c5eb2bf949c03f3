import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { openPostgres } from 'tenon/database'
import { loadRevisions, upgrade } from 'tenon/migrations'
import { createDatabase } from 'tenon/testing'
import { migrationsFolder } from '../src/database.ts'
import { type Ended, type Environment, ServiceProcess } from './process.ts'

const secret = '0123456789abcdef'.repeat(4)
// Milliseconds, for a machine that does much else; what waits for a connection to end takes longer.
const atOnce = 8_000
const json = { 'content-type': 'application/json' }
const account = { email: 'ada@example.com', password: 'correct horse battery' }

/** It said what is wrong in one line, without a stack, and ended with a code. */
function assertRefused({ code, errors, output }: Ended, words: RegExp): void {
  assert.ok(code !== null && code !== 0, `it ended with ${code}: ${output}${errors}`)
  assert.match(errors, words)
  assert.equal(errors.trim().split('\n').length, 1, errors)
  assert.doesNotMatch(errors, /^\s+at /m)
}

describe('npm start on the embedded database', () => {
  let folder: string
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'todo-start-'))
  })
  after(() => rm(folder, { recursive: true, force: true }))

  it('says what runs where, lets no second process in, stops at once and keeps the data', async () => {
    const environment = { DATA_DIR: join(folder, 'data'), PORT: '0' }
    await using first = new ServiceProcess(environment)
    const url = await first.url()
    assert.match(first.said, /\/docs/)
    const registered = await fetch(`${url}/api/v1/auth/register`, {
      method: 'POST',
      headers: json,
      body: JSON.stringify(account),
    })
    assert.equal(registered.status, 201)
    assert.equal((await fetch(`${url}/ready`)).status, 200)

    assertRefused(await new ServiceProcess(environment).ended(), /data/)
    const stopped = await first.stop('SIGTERM')
    assert.equal(stopped.code, 0)
    assert.ok(stopped.time < atOnce, `it took ${stopped.time} ms`)

    await using second = new ServiceProcess(environment)
    const login = await fetch(`${await second.url()}/api/v1/auth/login`, {
      method: 'POST',
      body: new URLSearchParams({ username: account.email, password: account.password }),
    })
    assert.equal(login.status, 200)
    const interrupted = await second.stop('SIGINT')
    assert.equal(interrupted.code, 0)
    assert.ok(interrupted.time < atOnce, `it took ${interrupted.time} ms`)
  })

  it('refuses a folder that cannot be written', async () => {
    const file = join(folder, 'file')
    await writeFile(file, '')
    const environment = { DATA_DIR: join(file, 'data'), PORT: '0' }
    assertRefused(await new ServiceProcess(environment).ended(), /DATA_DIR|folder/)
  })
})

describe('npm start with settings that do not fit', () => {
  const folder = join(tmpdir(), `todo-refused-${process.pid}`)
  after(() => rm(folder, { recursive: true, force: true }))

  const bad: readonly [variable: string, environment: Environment, hidden?: string][] = [
    ['PORT', { PORT: 'abc' }],
    ['PORT', { PORT: '70000' }],
    ['ENVIRONMENT', { ENVIRONMENT: 'staging' }],
    ['JWT_SECRET_KEY', { JWT_SECRET_KEY: 'deadbeef' }, 'deadbeef'],
    ['JWT_SECRET_KEY', { JWT_SECRET_KEY: 'z'.repeat(64) }, 'z'.repeat(64)],
    ['JWT_SECRET_KEY', { ENVIRONMENT: 'production', DATABASE_URL: 'postgres://localhost/todo' }],
    ['CORS_ORIGINS', { ENVIRONMENT: 'production', JWT_SECRET_KEY: secret, CORS_ORIGINS: '*' }],
    ['CORS_ORIGINS', { CORS_ORIGINS: 'localhost:3000' }],
    ['DATABASE_URL', { DATABASE_URL: 'mysql://todo:hushhush@localhost/todo' }, 'hushhush'],
    ['DB_POOL_MIN', { DB_POOL_MIN: '9', DB_POOL_MAX: '5' }],
    ['DB_POOL_MAX', { DB_POOL_MAX: '0' }],
    ['DB_POOL_RECYCLE', { DB_POOL_RECYCLE: '1.5' }],
    ['DB_CONNECTION_TIMEOUT', { DB_CONNECTION_TIMEOUT: 'soon' }],
    ['RATE_LIMIT_AUTH', { RATE_LIMIT_AUTH: 'often' }],
    ['RATE_LIMIT_REFRESH', { RATE_LIMIT_REFRESH: '0/minute' }],
    ['TRUST_PROXY', { TRUST_PROXY: 'everyone' }],
  ]

  for (const [variable, environment, hidden] of bad) {
    it(`names ${variable} for ${JSON.stringify(environment)}`, async () => {
      const ended = await new ServiceProcess({
        PORT: '0',
        DATA_DIR: folder,
        ...environment,
      }).ended()
      assertRefused(ended, new RegExp(`\\b${variable}\\b`))
      if (hidden !== undefined) assert.ok(!`${ended.errors}${ended.output}`.includes(hidden), 'the secret is shown')
    })
  }
})

describe('npm start on a PostgreSQL server', () => {
  let database: { readonly url: string; drop(): Promise<void> }
  before(async () => {
    database = await createDatabase()
  })
  after(() => database.drop())

  it('refuses a port that is taken', async () => {
    const holder = createServer().unref()
    await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve))
    const address = holder.address()
    const port = typeof address === 'object' ? String(address?.port) : ''
    const environment = { PORT: port, DATABASE_URL: database.url, JWT_SECRET_KEY: secret }
    assertRefused(await new ServiceProcess(environment).ended(), new RegExp(`\\b${port}\\b`))
    await new Promise((resolve) => holder.close(resolve))
  })

  it('never migrates by itself: it warns, is not ready, and becomes so by the command', async () => {
    const environment = { PORT: '0', DATABASE_URL: database.url, JWT_SECRET_KEY: secret }
    await using running = new ServiceProcess(environment)
    const url = await running.url()
    assert.equal((await fetch(`${url}/health`)).status, 200)
    const ready = await fetch(`${url}/ready`)
    assert.equal(ready.status, 503)
    const pending = (await ready.text()).match(/\d{8}_\d{6}_\w+/g) ?? []
    const last = pending.at(-1)
    assert.ok(last, 'the pending revisions are named')
    const isSaid = () => pending.every((id) => running.said.includes(id))
    for (let attempt = 0; attempt < 200 && !isSaid(); attempt++) await delay(50)
    assert.ok(isSaid(), 'the warning names them too')

    const migrate = (...command: string[]): Promise<Ended> =>
      new ServiceProcess(environment, ['scripts/launch.mjs', 'tenon', 'migrate', ...command]).ended()
    const upgraded = await migrate('upgrade')
    assert.equal(upgraded.code, 0, upgraded.errors)
    assert.equal((await fetch(`${url}/ready`)).status, 200)
    const current = await migrate('current')
    assert.ok(current.output.includes(last), current.output)
    assert.equal((await migrate('downgrade', 'base', '--yes')).code, 0)
    assert.equal((await fetch(`${url}/ready`)).status, 503)
    const stopped = await running.stop()
    assert.equal(stopped.code, 0)
    assert.ok(stopped.time < atOnce, `it took ${stopped.time} ms`)
  })

  it('serves on a database that is ahead of it, and warns', async (test) => {
    const ahead = await createDatabase()
    const opened = openPostgres({ url: ahead.url })
    test.after(async () => {
      await opened.close()
      await ahead.drop()
    })
    await upgrade(opened, await loadRevisions(migrationsFolder))
    const text = `insert into tenon_revisions (id, checksum, applied_by, duration_ms) values ('20990101_000000_later', '', 'ada', 1)`
    await opened.run({ text, values: [] })
    await opened.run({
      text: `update tenon_revisions set checksum = 'other' where id like '%users_their_tasks_and_tags'`,
      values: [],
    })
    await using running = new ServiceProcess({ PORT: '0', DATABASE_URL: ahead.url, JWT_SECRET_KEY: secret })
    const url = await running.url()
    assert.equal((await fetch(`${url}/ready`)).status, 200)
    for (let attempt = 0; attempt < 200 && !/changed after/.test(running.said); attempt++) await delay(50)
    assert.match(
      running.said,
      /the database is ahead of this code: it has 20990101_000000_later\. Deploy the newer code/,
    )
    assert.match(running.said, /changed after they were applied: \d+_\d+_users_their_tasks_and_tags/)
  })
})
