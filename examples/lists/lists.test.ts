import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { createTableStatements, Database, type Driver, openPostgres } from 'tenon/database'
import { createDatabase } from 'tenon/testing'
import { copyItems, followItems, makeList, openItems } from './lists.ts'
import { Item, List } from './models.ts'

describe('lists', () => {
  let driver: Driver
  let db: Database
  let drop: () => Promise<void>
  before(async () => {
    const database = await createDatabase()
    drop = database.drop
    driver = openPostgres({ url: database.url })
    db = new Database(driver)
    await driver.session((connection) => connection.script(createTableStatements([List, Item]).join(';\n')))
  })
  after(async () => {
    await driver.close()
    await drop()
  })

  it('are made in a transaction, announced after it, searched, followed and copied', async () => {
    const announced: List[] = []
    await makeList(db, (list) => announced.push(list))
    const [list] = announced
    assert.ok(list)
    assert.deepEqual(
      (await openItems(db, list.id, 'MILK')).map(({ name }) => name),
      ['milk'],
    )

    const heard: string[] = []
    const subscription = await followItems(
      db,
      (payload) => heard.push(payload),
      () => {},
    )
    for (let attempt = 0; attempt < 100 && heard.length === 0; attempt++) await delay(20)
    assert.deepEqual(heard, ['42'])
    await subscription.close()

    const pieces: string[] = []
    async function* lines() {
      yield `bread,${list?.id}\n`
    }
    await copyItems(db, lines(), (piece) => pieces.push(Buffer.from(piece).toString()))
    assert.equal(pieces.join(''), 'milk\nbread\n')
  })
})
