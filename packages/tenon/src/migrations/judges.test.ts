import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { after, before, describe, it } from 'node:test'
import { promisify } from 'node:util'
import { extract } from '@supabase/pg-delta/extract'
import { plan as planOfOther } from '@supabase/pg-delta/plan'
import { Pool } from 'pg'
import { type PostgresServer, startPostgres } from '../../../../scripts/postgres-server.ts'
import { changed } from '../../test/random-changes.ts'
import { Random, randomSchema, rowsToSql, toSql } from '../../test/random-schemas.ts'
import {
  comparable,
  connectTo,
  fillsOf,
  type OpenDatabase,
  openDatabase,
  readSchema,
  runSection,
} from '../../test/schemas.ts'
import type { Connection } from '../database/driver.ts'
import { diff } from './diff.ts'
import { openEngine } from './engine.ts'
import { plan } from './plan.ts'
import { planPurge } from './purge.ts'
import { readSnapshot } from './read-snapshot.ts'
import { normalizeSnapshot } from './snapshot-of-models.ts'

const run = promisify(execFile)
const seeds = Array.from({ length: 8 }, (_, index) => index + 1001)
const installation = [18, 17, 16, 15]
  .map((version) => `/usr/lib/postgresql/${version}`)
  .find((folder) => ['pg_dump', 'initdb'].every((name) => existsSync(`${folder}/bin/${name}`)))

/** Two schemas as scripts, and the way between them that this stack plans, on the database. */
async function prepare(seed: number, one: Connection, other: Connection) {
  const random = new Random(seed)
  const schema = randomSchema(random)
  const { tables, renames } = changed(random, schema)
  const [from, to] = [`${toSql(schema)};\n${rowsToSql(schema)}`, toSql(tables)]
  await makeAnew(other, to)
  const target = await readSnapshot(other)
  await makeAnew(one, from)
  const operations = diff(await readSnapshot(one), target, { renames })
  return { from, to, planned: await plan(operations, { engine: one, fill: fillsOf(operations, target) }) }
}

async function makeAnew(connection: Connection, script: string): Promise<void> {
  await connection.script('drop schema if exists public, tenon_dropped, shop cascade; create schema public')
  await connection.script(script)
}

async function purge(connection: Connection): Promise<void> {
  const planned = planPurge(await readSnapshot(connection))
  if (planned) await runSection(connection, planned.up)
}

/** Goes down and up and looks at both ends: `differences` says in what the databases differ. */
async function judge(
  seed: number,
  { connection: one }: OpenDatabase,
  { connection: other }: OpenDatabase,
  differences: () => Promise<readonly string[]>,
): Promise<void> {
  const { from, to, planned } = await prepare(seed, one, other)
  await runSection(one, planned.up)
  await runSection(one, planned.down)
  await makeAnew(other, from)
  assert.deepEqual(await differences(), [], 'down leads back')
  await runSection(one, planned.up)
  await purge(one)
  await makeAnew(other, to)
  assert.deepEqual(await differences(), [], 'up leads there')
}

describe('pg-delta', () => {
  let one: OpenDatabase
  let other: OpenDatabase
  let pools: Pool[]
  before(async () => {
    one = await openDatabase()
    other = await openDatabase()
    pools = [one, other].map(({ url }) => new Pool({ connectionString: url }))
  })
  after(async () => {
    await Promise.all(pools.map((pool) => pool.end()))
    await Promise.all([one.close(), other.close()])
  })

  const differences = async () => {
    const [first, second] = await Promise.all(pools.map((pool) => extract(pool)))
    assert.ok(first && second)
    return planOfOther(first.factBase, second.factBase).actions.map(({ sql }) => sql)
  }

  it('sees a difference where there is one', async () => {
    await prepare(1000, one.connection, other.connection)
    assert.notDeepEqual(await differences(), [])
  })

  for (const seed of seeds) {
    it(`sees none after the seed ${seed} went up and down`, () => judge(seed, one, other, differences))
  }
})

describe('pg_dump', { skip: installation === undefined && 'no installation of PostgreSQL' }, () => {
  let server: PostgresServer
  let one: OpenDatabase
  let other: OpenDatabase
  before(async () => {
    server = await startPostgres(installation)
    one = await connectTo(server.url)
    await one.connection.script('create database other')
    const url = new URL(server.url)
    url.pathname = '/other'
    other = await connectTo(url.href)
  })
  after(async () => {
    await one.close()
    await other.close()
    await server.stop()
  })

  const differences = async () => {
    const [first = [], second = []] = await Promise.all([one, other].map(({ url }) => dump(url)))
    return [...first.filter((line) => !second.includes(line)), ...second.filter((line) => !first.includes(line))]
  }

  it('sees a difference where there is one', async () => {
    await prepare(1000, one.connection, other.connection)
    assert.notDeepEqual(await differences(), [])
  })

  for (const seed of seeds) {
    it(`sees none after the seed ${seed} went up and down`, () => judge(seed, one, other, differences))
  }

  it('is of another version than the engine, which reads its schemas as its own', async () => {
    await using engine = await openEngine()
    for (const seed of seeds) {
      const script = toSql(randomSchema(new Random(seed)))
      await makeAnew(one.connection, script)
      const normal = await normalizeSnapshot(engine.connection, await readSnapshot(one.connection))
      assert.deepEqual(comparable(normal), comparable(await readSchema(engine.connection, script)))
    }
  })
})

/** Its statements; the order of columns and the name of an identity's sequence say nothing. */
async function dump(url: string): Promise<string[]> {
  const { stdout } = await run(`${installation}/bin/pg_dump`, ['--schema-only', '--no-owner', '--no-acl', url])
  const text = stdout.replaceAll(/^(--.*|\\.*|SET .*|\s+SEQUENCE NAME .*)$/gm, '')
  return text.split(';\n').map((statement) => statement.replaceAll(',', '').split('\n').toSorted().join('\n').trim())
}
