import assert from 'node:assert/strict'
import { filled, Item, ItemLabel, Label, List, NoItem, names, onBothDrivers } from '../../test/items.ts'
import { allOf, count, sql } from './index.ts'

onBothDrivers('writes', {
  'inserts many rows in their order, and refuses rows that are uneven': async (db) => {
    const { items } = await filled(db)
    assert.deepEqual(names(items), ['milk', 'Bread', '50% "off"\\', 'milkshake'])
    assert.ok(items.every((item, index) => index === 0 || item.id > (items[index - 1]?.id ?? 0)))
    assert.deepEqual(
      items.map(({ due }) => due?.toISOString() ?? null),
      ['2026-01-01T00:00:00.123Z', null, '2026-03-01T00:00:00.000Z', null],
    )
    assert.deepEqual(await db.insert(Label, []).run(), [])
    const many = await db
      .insert(
        Label,
        Array.from({ length: 20_000 }, (_, index) => ({ name: `label ${index}` })),
      )
      .run()
    assert.equal(many.at(-1)?.name, 'label 19999')
    await assert.rejects(
      db.insert(Label, [{ id: 5, name: 'a' }, { name: 'b' }]).run(),
      /Cannot insert many Label at once: number 2 has no "id" and others have\. Give it to all of them or to none\./,
    )
  },

  'loads relations of what was written': async (db) => {
    const { home, milk } = await filled(db)
    const item = await db
      .insert(Item, { name: 'egg', list_id: home.id })
      .with({ list: ['user'] })
      .run()
    assert.equal(item.list?.user.name, 'Ada')
    const changed = await db.update(Item, { done: true }).where({ list_id: home.id }).with('labels').run()
    assert.deepEqual(changed.map(({ name, labels }) => [name, labels.length]).sort(), [
      ['Bread', 1],
      ['egg', 0],
      ['milk', 2],
    ])
    const links = await db
      .update(ItemLabel, { label_id: sql`${sql.ref('label_id')}` })
      .where({ item_id: milk.id })
      .with('item')
      .run()
    assert.deepEqual(
      links.map(({ item }) => item.name),
      ['milk', 'milk'],
    )
  },

  'inserts on conflict': async (db) => {
    const { home, bob } = await filled(db)
    assert.equal(await db.insert(List, { name: 'home', user_id: bob.id }).onConflictDoNothing('name').run(), null)
    const moved = await db
      .insert(List, { name: 'home', user_id: bob.id })
      .onConflictDoUpdate(['name'], ['user_id'])
      .run()
    assert.deepEqual([moved.id, moved.user_id], [home.id, bob.id])
    const named = await db
      .insert(List, [
        { name: 'home', user_id: bob.id },
        { name: 'new', user_id: bob.id },
      ])
      .onConflictDoUpdate(['name'], { name: sql`${sql.ref('name')} || ${'!'} || ${sql.excluded('name')}` })
      .run()
    assert.deepEqual(names(named), ['home!home', 'new'])
    assert.deepEqual(
      names(
        await db
          .insert(List, [
            { name: 'new', user_id: bob.id },
            { name: 'newer', user_id: bob.id },
          ])
          .onConflictDoNothing()
          .run(),
      ),
      ['newer'],
    )
    await assert.rejects(
      db.insert(List, { name: 'x', user_id: bob.id }).onConflictDoUpdate(['name'], []).run(),
      /Cannot update List on conflict: no field is named/,
    )
  },

  'updates by expressions, and answers what it deletes': async (db) => {
    const { milk } = await filled(db)
    const longer = await db
      .update(Item, { hours: sql`${sql.ref('hours')} + ${10}` })
      .where({ id: milk.id })
      .one(NoItem)
      .run()
    assert.equal(longer.hours, 11)
    const gone = await db.delete(Item).where({ rank: 'high', list_id: null }).returning().run()
    assert.ok(gone[0] instanceof Item)
    assert.deepEqual(names(gone), ['milkshake'])
    await assert.rejects(db.delete(Item).where().run(), /Cannot delete every Item/)
    await assert.rejects(db.delete(Item).where(allOf({})).run(), /Cannot delete every Item/)
  },

  'locks rows in a transaction only': async (db) => {
    const { milk } = await filled(db)
    assert.throws(
      () => db.select(Item).forUpdate(),
      /Cannot lock rows of Item outside a transaction: the lock would end with the statement/,
    )
    await db.transaction(async (transaction) => {
      const rows = await transaction
        .select(Item)
        .with('labels')
        .order({ id: 'asc' })
        .limit(1)
        .forUpdate({ skipLocked: true })
        .run()
      assert.deepEqual(names(rows), ['milk'])
      assert.equal((await transaction.find(Item, milk.id).forUpdate({ noWait: true }).run())?.name, 'milk')
      assert.equal((await transaction.select(Item).forShare().run()).length, 4)
    })
  },

  'explains any query, and rolls back what it measures': async (db) => {
    const { milk } = await filled(db)
    assert.match(await db.select(Item).where({ done: true }).with('labels').explain(), /Scan.* on items/s)
    assert.match(await db.select(Item).page({ page: 1, limit: 2 }).explain(), /Aggregate[\s\S]*\n\n[\s\S]*Limit/)
    assert.match(await db.find(Item, 1).explain({ verbose: true }), /Output: /)
    assert.match(await db.select(Item).aggregate({ n: count() }).explain(), /Aggregate/)
    assert.match(
      await db.insert(Label, { name: 'green' }).explain({ analyze: true }),
      /Insert on labels[\s\S]*Execution Time/,
    )
    assert.match(
      await db.delete(ItemLabel).where({ item_id: milk.id }).explain({ analyze: true }),
      /Delete on item_labels/,
    )
    assert.match(await db.update(Item, { done: true }).all().explain(), /Update on items/)
    // Its second statement needs the rows of the first.
    const note = /\n\nOne more statement loads list, labels\. It needs the keys of these rows: see select\(Item\)\.with/
    assert.match(await db.update(Item, { done: true }).all().with('list', 'labels').explain(), note)
    assert.match(await db.insert(Item, { name: 'egg' }).with('list', 'labels').explain({ analyze: true }), note)
    assert.match(
      await db
        .insert(Item, [{ name: 'egg' }])
        .with('list', 'labels')
        .explain(),
      note,
    )
    assert.equal(await db.select(Label).count().run(), 2)
    assert.equal(await db.select(ItemLabel).count().run(), 3)
  },
})
