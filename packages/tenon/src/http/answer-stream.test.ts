import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import { Database, type Driver, openPostgres } from '../database/index.ts'
import { integer, Model, text } from '../model/index.ts'
import { createDatabase } from '../testing/server.ts'
import { app, dependency, router, serve } from './index.ts'

class Line extends Model('lines', { id: integer().primaryKey(), words: text() }) {
  get loud() {
    return this.words.toUpperCase()
  }
}

const many = 200_000

describe('a list that is streamed', () => {
  let driver: Driver
  let drop: () => Promise<void>
  before(async () => {
    const created = await createDatabase()
    driver = openPostgres({ url: created.url, max: 4 })
    drop = created.drop
    await driver.session((connection) =>
      connection.script(`create table lines (id int primary key, words text not null);
        insert into lines select n, repeat('x"', 100) from generate_series(1, ${many}) n;`),
    )
  })
  after(async () => {
    await driver.close()
    await drop()
  })

  /** The driver, and how many rows have been read from its streams. */
  let rowsRead = 0
  const counting = {
    kind: 'postgres',
    run: (...given: Parameters<Driver['run']>) => driver.run(...given),
    async *stream(...given: Parameters<Driver['stream']>) {
      for await (const batch of driver.stream(...given)) {
        rowsRead += batch.rows.length
        yield batch
      }
    },
  } as unknown as Driver

  async function started() {
    const lines: string[] = []
    const database = dependency({}, () => new Database(counting), { scope: 'app' })
    const routes = router('/', { uses: { db: database } })
    const Some = z.array(Line.public)
    routes.get('/all', { returns: Some }, ({ db }) => db.select(Line).order({ id: 'asc' }).stream())
    routes.get('/none', { returns: Some }, ({ db }) => db.select(Line).where({ id: -1 }).stream())
    routes.get('/loud', { returns: z.array(z.object({ loud: z.string() })) }, ({ db }) =>
      db.select(Line).order({ id: 'asc' }).limit(3).stream({ batch: 2 }),
    )
    routes.get('/fails', { returns: Some }, ({ db }) =>
      db
        .select(Line)
        .order({ nope: 'asc' } as object)
        .stream(),
    )
    const server = { log: { level: 'info', format: 'json', write: (line: string) => lines.push(line) } } as const
    return { running: await serve(app({ routers: [routes], server }), { host: '127.0.0.1', port: 0 }), lines }
  }

  it('is the list, whole, and empty where there is nothing', async () => {
    const { running } = await started()
    const all = (await (await fetch(`${running.url}/all`)).json()) as { id: number; words: string }[]
    assert.equal(all.length, many)
    assert.deepEqual(all.at(-1), { id: many, words: 'x"'.repeat(100) })
    assert.equal(await (await fetch(`${running.url}/none`)).text(), '[]')
    const loud = (await (await fetch(`${running.url}/loud`)).json()) as { loud: string }[]
    assert.deepEqual(
      loud.map((line) => line.loud.length),
      [200, 200, 200],
    )
    const failed = await fetch(`${running.url}/fails`)
    assert.deepEqual([failed.status, ((await failed.json()) as { code: string }).code], [500, 'INTERNAL_ERROR'])
    await running.close()
  })

  it('is read no faster than the client takes it, and no further than the client stays', async () => {
    const { running } = await started()
    const busy = () => driver.metrics().size - driver.metrics().idle - driver.metrics().lanes
    rowsRead = 0
    const socket = connect(Number(new URL(running.url).port), '127.0.0.1')
    socket.write('GET /all HTTP/1.1\r\nHost: x\r\n\r\n')
    await once(socket, 'readable')
    assert.match(String(socket.read()), /^HTTP\/1\.1 200/)
    socket.pause()
    // The client reads nothing more: the rest stays with the server, and the cursor open.
    for (let last = -1; last !== rowsRead; await delay(300)) last = rowsRead
    assert.ok(rowsRead < many / 2, `${rowsRead}`)
    assert.equal(busy(), 1)
    socket.destroy()
    const limit = performance.now() + 10_000
    while (busy() > 0 && performance.now() < limit) await delay(20)
    assert.equal(busy(), 0)
    await running.close()
  })
})
