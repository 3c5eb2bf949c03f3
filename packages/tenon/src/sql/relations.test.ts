import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { Database } from '../database/database.ts'
import { openPglite } from '../database/pglite/open-pglite.ts'
import { openPostgres } from '../database/postgres/open-postgres.ts'
import { describeModel } from '../model/description.ts'
import { belongsTo, bigint, hasMany, hasOne, identity, integer, Model, manyToMany, text } from '../model/index.ts'
import { createDatabase } from '../testing/server.ts'
import { createTableStatements } from './ddl.ts'

class Shelf extends Model('shelves', {
  room: text().primaryKey(),
  number: integer().primaryKey(),
  boxes: () => hasMany(Box, ['room', 'shelf_number']),
  plate: () => hasOne(Plate, ['room', 'number']),
  readers: () => manyToMany(Reader, () => Visit),
  lost: () => hasMany(Box, 'room'),
}) {}
class Box extends Model(
  'boxes',
  {
    id: identity(),
    name: text(),
    room: text(),
    shelf_number: integer().nullable(),
    // In another order than that of the key, so that only the reference can tell which is which.
    shelf: () => belongsTo(Shelf, ['shelf_number', 'room']),
  },
  { references: [{ fields: ['shelf_number', 'room'], model: () => Shelf, targets: ['number', 'room'] }] },
) {}
class Plate extends Model(
  'plates',
  { id: identity(), room: text(), number: integer(), words: text(), shelf: () => belongsTo(Shelf, ['room', 'number']) },
  { uniques: [['number', 'room']], references: [{ fields: ['room', 'number'], model: () => Shelf }] },
) {}
class Reader extends Model('readers', {
  id: identity(),
  name: text(),
  shelves: () => manyToMany(Shelf, () => Visit),
}) {}
class Visit extends Model(
  'visits',
  {
    reader_id: bigint()
      .primaryKey()
      .references(() => Reader),
    room: text().primaryKey(),
    shelf_number: integer().primaryKey(),
  },
  { references: [{ fields: ['room', 'shelf_number'], model: () => Shelf }] },
) {}

const opens = {
  postgres: async () => {
    const { url, drop } = await createDatabase()
    return { driver: openPostgres({ url }), drop }
  },
  pglite: async () => ({ driver: await openPglite(), drop: async () => {} }),
}

for (const [kind, open] of Object.entries(opens)) {
  describe(`relations over keys of several fields on ${kind}`, { timeout: 300_000 }, () => {
    let opened: Awaited<ReturnType<typeof open>>
    let db: Database
    before(async () => {
      opened = await open()
      db = new Database(opened.driver)
      const script = createTableStatements([Shelf, Box, Plate, Reader, Visit]).join(';\n')
      await opened.driver.session((connection) => connection.script(script))
      await db
        .insert(Shelf, [
          { room: 'a', number: 1 },
          { room: 'a', number: 2 },
          { room: 'b', number: 1 },
        ])
        .run()
      await db
        .insert(Box, [
          { name: 'a1', room: 'a', shelf_number: 1 },
          { name: 'a2', room: 'a', shelf_number: 2 },
          { name: 'b1', room: 'b', shelf_number: 1 },
          { name: 'floor', room: 'a', shelf_number: null },
        ])
        .run()
      await db.insert(Plate, { room: 'a', number: 2, words: 'Novels' }).run()
      const ada = await db.insert(Reader, { name: 'Ada' }).run()
      await db
        .insert(Visit, [
          { reader_id: ada.id, room: 'a', shelf_number: 2 },
          { reader_id: ada.id, room: 'b', shelf_number: 1 },
        ])
        .run()
    })
    after(() => opened.driver.close().then(() => opened.drop()))

    it('load in all directions', async () => {
      const shelves = await db
        .select(Shelf)
        .with({ boxes: { with: { shelf: ['plate'] } }, plate: true, readers: true })
        .order({ room: 'asc', number: 'asc' })
        .run()
      assert.deepEqual(
        shelves.map(({ boxes, plate, readers }) => [
          boxes.map(({ name, shelf }) => [name, shelf?.plate?.words]),
          plate?.words,
          readers.map(({ name }) => name),
        ]),
        [
          [[['a1', undefined]], undefined, []],
          [[['a2', 'Novels']], 'Novels', ['Ada']],
          [[['b1', undefined]], undefined, ['Ada']],
        ],
      )
      const boxes = await db.select(Box).with('shelf').order({ id: 'asc' }).run()
      assert.deepEqual(
        boxes.map(({ shelf }) => shelf && [shelf.room, shelf.number]),
        [['a', 1], ['a', 2], ['b', 1], null],
      )
      const [plate] = await db.select(Plate).with('shelf').run()
      // Not null, in the type either.
      assert.equal(plate && `${plate.shelf.room}${plate.shelf.number}`, 'a2')
      const [ada] = await db.select(Reader).with('shelves').run()
      assert.deepEqual(
        ada?.shelves.map(({ room, number }) => `${room}${number}`),
        ['a2', 'b1'],
      )
    })

    it('are asked in conditions, and load after a write', async () => {
      const found = await db
        .select(Shelf)
        .where({
          boxes: { some: { name: 'a2' } },
          plate: { is: { words: 'Novels' } },
          readers: { some: { name: 'Ada' } },
        })
        .run()
      assert.deepEqual(
        found.map(({ room, number }) => `${room}${number}`),
        ['a2'],
      )
      const [moved] = await db
        .update(Box, { shelf_number: 1 })
        .where({ name: 'floor' })
        .with({ shelf: ['boxes'] })
        .run()
      assert.deepEqual(
        moved?.shelf?.boxes.map(({ name }) => name),
        ['a1', 'floor'],
      )
    })

    it('are told from what is neither a field nor a relation', async () => {
      await assert.rejects(
        db
          .select(Box)
          .where({ nope: 1 } as object)
          .run(),
        {
          code: 'TENON_USAGE',
          message:
            /^Cannot filter by Box\.nope: it has neither a field nor a relation of that name\. Its fields are id, name, room, shelf_number\./,
        },
      )
    })

    it('and rows are not limited by what is no number of rows', async () => {
      const message = /^Cannot take or leave out \S+ rows: that is no number of rows/
      for (const count of [-1, 1.5, Number.NaN, '5' as unknown as number]) {
        await assert.rejects(db.select(Box).limit(count).run(), { code: 'TENON_USAGE', message })
        await assert.rejects(db.select(Box).offset(count).run(), { code: 'TENON_USAGE', message })
      }
    })
  })
}

describe('a relation over a key of several fields', () => {
  it('is null in the public shape where one of its fields may be', () => {
    const { shape } = Box.expand('shelf')
    assert.equal(shape.shelf.safeParse(null).success, true)
    assert.equal(Plate.expand('shelf').shape.shelf.safeParse(null as never).success, false)
  })

  it('is refused with another number of fields than the key has', () => {
    assert.throws(
      () => describeModel(Shelf).relation('lost'),
      /Cannot use the relation "lost": room of Box cannot refer to Shelf, whose primary key is room, number\. Name as many/,
    )
  })
})
