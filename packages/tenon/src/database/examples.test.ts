// What docs/database.md shows: each part up to an empty line is quoted there.
import assert from 'node:assert/strict'
import { filled, Item, ItemLabel, Label, List, NoItem, onBothDrivers, User } from '../../test/items.ts'
import { integer } from '../model/index.ts'
import { allOf, anyOf, avg, count, max, not, sql } from './index.ts'

onBothDrivers('the examples of the documentation', {
  conditions: async (db) => {
    await filled(db)

    const found = await db
      .select(Item)
      .where({ done: false, rank: { gte: 'medium' }, hours: { between: [1, 8] } })
      .where(anyOf({ name: { startsWith: 'milk', ignoreCase: true } }, allOf({ due: null }, not({ list_id: null }))))
      .where({ list: { is: { name: 'home' } }, labels: { some: { name: 'red' }, none: { name: 'blue' } } })
      .where({ hours: { lt: sql.ref('id') } }, sql`length(${sql.ref('name')}) < ${200}`)
      .order({ due: { direction: 'asc', nulls: 'last' }, rank: 'desc', name: { direction: 'asc', ignoreCase: true } })
      .run()

    assert.deepEqual(found, [])
  },
  rows: async (db) => {
    const { milk, red } = await filled(db)

    const item = await db.find(Item, milk.id).one(NoItem).run()
    const link = await db.find(ItemLabel, { item_id: milk.id, label_id: red.id }).run()
    const titles = await db.select(Item).only('id', 'name').run()
    const lengths = await db
      .select(Item)
      .select({ title: 'name', due: true, length: sql`length(${sql.ref('name')})`.as(integer()) })
      .run()

    const tree = await db
      .select(User)
      .with({
        lists: { with: { items: { where: { done: false }, order: { due: 'asc' }, limit: 10, with: ['labels'] } } },
      })
      .run()

    const totals = await db
      .select(Item)
      .groupBy('list_id')
      .aggregate({ all: count(), done: count().only({ done: true }), mean: avg('hours'), last: max('due') })
      .order({ all: 'desc' })
      .run()

    const first = await db.select(Item).order({ due: 'desc' }).page({ limit: 2 }).run()
    const second = await db.select(Item).order({ due: 'desc' }).page({ after: first.next, limit: 2 }).run()

    assert.equal(item.loud, 'MILK')
    assert.equal(link?.label_id, red.id)
    assert.deepEqual([titles.length, lengths[0]?.length, totals.length], [4, 4, 3])
    assert.equal(tree[0]?.lists[0]?.items[0]?.labels.length, 2)
    assert.deepEqual([first.items.length, second.items.length, second.next], [2, 2, null])
  },
  writes: async (db) => {
    const { ada, milk } = await filled(db)

    await db.insert(Label, [{ name: 'green' }, { name: 'grey' }]).run()
    await db.insert(List, { name: 'home', user_id: ada.id }).onConflictDoNothing('name').run()
    await db.insert(List, { name: 'home', user_id: ada.id }).onConflictDoUpdate(['name'], ['user_id']).run()
    await db
      .update(Item, { hours: sql`${sql.ref('hours')} + 1` })
      .where({ done: false })
      .run()
    const gone = await db.delete(Item).where({ done: true }).returning().run()

    const next = await db.transaction(async (transaction) => {
      const job = await transaction
        .select(Item)
        .where({ done: false })
        .limit(1)
        .forUpdate({ skipLocked: true })
        .first()
        .run()
      return job && transaction.update(Item, { done: true }).where({ id: job.id }).one(NoItem).run()
    })

    assert.deepEqual([gone.length, next?.done], [1, true])
    assert.ok(milk)
  },
  sql: async (db) => {
    const { milk } = await filled(db)

    const rows = await db.sql`select hours * 2 as twice from ${sql.table(Item)} where id = ${milk.id}`.rows().run()
    const items = await db.sql`select * from ${sql.table(Item)} where hours > ${1}`.rows(Item).run()
    const names = await db
      .kysely({ Item, List }, (tables) =>
        tables
          .selectFrom('items')
          .innerJoin('lists', 'lists.id', 'items.list_id')
          .where('items.hours', '>', 0)
          .select(['lists.name', 'items.hours']),
      )
      .run()
    const plan = await db.select(Item).where({ done: true }).explain({ analyze: true })

    for await (const item of db.select(Item).order({ id: 'asc' }).stream({ batch: 100 })) assert.ok(item.loud)

    assert.deepEqual(rows, [{ twice: 2 }])
    assert.deepEqual([items.length, names.length], [2, 2])
    assert.match(plan, /Execution Time/)
  },
})
