import assert from 'node:assert/strict'
import { filled, Item, ItemLabel, List, NoItem, names, onBothDrivers, Preference, User } from '../../test/items.ts'
import { integer } from '../model/index.ts'
import { allOf, anyOf, avg, count, countDistinct, max, min, not, sql, sum } from './index.ts'

onBothDrivers('reads', {
  'filters by every test': async (db) => {
    const { home, milk } = await filled(db)
    const found = async (...where: Parameters<ReturnType<typeof db.select<typeof Item>>['where']>) =>
      names(
        await db
          .select(Item)
          .where(...where)
          .order({ id: 'asc' })
          .run(),
      )
    assert.deepEqual(await found({ name: { startsWith: 'milk' } }), ['milk', 'milkshake'])
    assert.deepEqual(await found({ name: { endsWith: 'AD', ignoreCase: true } }), ['Bread'])
    assert.deepEqual(await found({ name: { contains: '% "off"\\' } }), ['50% "off"\\'])
    assert.deepEqual(await found({ name: { equals: 'bREAD', ignoreCase: true } }), ['Bread'])
    assert.deepEqual(await found({ name: { equals: 'm_lk', ignoreCase: true } }), [])
    assert.deepEqual(await found({ hours: { in: [1, null] } }), ['milk', '50% "off"\\'])
    assert.deepEqual(await found({ hours: { notIn: [1, 2] } }), ['50% "off"\\', 'milkshake'])
    assert.deepEqual(await found({ hours: { notIn: [1, null] } }), ['Bread', 'milkshake'])
    assert.deepEqual(await found({ hours: { not: 1 } }), ['Bread', '50% "off"\\', 'milkshake'])
    assert.deepEqual(await found({ hours: { between: [2, 4] } }), ['Bread', 'milkshake'])
    assert.deepEqual(await found({ hours: { between: [1e12, 1e13] } }), [])
    assert.deepEqual(await found({ rank: { gt: 'low' } }), ['Bread', '50% "off"\\', 'milkshake'])
    assert.deepEqual(await found({ rank: { lte: 'medium' } }), ['milk', '50% "off"\\'])
    assert.deepEqual(await found(not({ hours: { gt: 1 } })), ['milk', '50% "off"\\'])
    assert.deepEqual(await found(anyOf(allOf({ done: true }, { rank: 'high' }), { name: 'milk' })), ['milk', 'Bread'])
    assert.deepEqual(await found({ hours: { lt: sql.ref('id') }, id: milk.id }), milk.id > 1 ? ['milk'] : [])
    assert.deepEqual(await found(sql`length(${sql.ref('name')}) = ${5}`), ['Bread'])
    assert.deepEqual(await found(sql`${sql.ref('name')} = ${"'; drop table items; --"}`), [])
    assert.deepEqual(await found({ list: { is: { name: 'home', user: { isNot: { name: 'Bob' } } } } }), [
      'milk',
      'Bread',
    ])
    assert.deepEqual(await found({ list: { none: {} } }), ['milkshake'])
    assert.deepEqual(await found({ labels: { none: { name: 'red' } }, list_id: home.id }), ['Bread'])
    assert.deepEqual(await found({ labels: { every: { name: 'blue' }, some: {} } }), ['Bread'])
    assert.deepEqual(await found({ id: { in: [] } }), [])
  },

  'finds by the primary key, whole and nothing but': async (db) => {
    const { milk, red } = await filled(db)
    assert.equal((await db.find(Item, milk.id).run())?.loud, 'MILK')
    assert.equal(await db.find(Item, 2 ** 60).run(), null)
    await assert.rejects(db.find(Item, -1).one(NoItem).run(), NoItem)
    const link = await db
      .find(ItemLabel, { item_id: milk.id, label_id: red.id })
      .with({ item: ['list'] })
      .run()
    assert.equal(link?.item.list?.name, 'home')
    assert.throws(
      () => db.find(ItemLabel, { item_id: 1 }),
      /Cannot find a ItemLabel: its primary key is item_id, label_id, and that was not given/,
    )
    assert.throws(() => db.find(Item, { name: 'x' }), /its primary key is id/)
    assert.throws(() => db.find(Item, undefined as never), /Cannot find a Item: id is undefined/)
  },

  'selects some fields and expressions, and rows that are alike once': async (db) => {
    await filled(db)
    const [first] = await db.select(Item).only('name', 'due').order({ id: 'asc' }).run()
    assert.deepEqual(first, { name: 'milk', due: new Date('2026-01-01T00:00:00.123Z') })
    const members = { title: 'name', done: true, length: sql`length(${sql.ref('name')})`.as(integer()) } as const
    const rows = await db.select(Item).select(members).where({ done: true }).run()
    assert.deepEqual(rows, [{ title: 'Bread', done: true, length: 5 }])
    const ranks = await db.select(Item).only('rank').distinct().run()
    assert.deepEqual(ranks.map(({ rank }) => rank).sort(), ['high', 'low', 'medium'])
    await assert.rejects(
      db
        .select(Item)
        .select({ no: sql`null::integer`.as(integer()) })
        .run(),
      /Cannot read "no": it is null, and its field says that it never is\. Add \.nullable\(\) to the field\./,
    )
    assert.equal((await db.select(Item).only('id').with('labels').order({ id: 'asc' }).run())[0]?.labels.length, 2)
  },

  'counts, asks and aggregates': async (db) => {
    const { home, work } = await filled(db)
    assert.equal(await db.select(Item).where({ done: true }).count().run(), 1)
    assert.deepEqual(
      [await db.select(Item).exists().run(), await db.select(Item).where({ name: 'x' }).exists().run()],
      [true, false],
    )
    const row = await db
      .select(Item)
      .aggregate({
        all: count(),
        timed: count('hours'),
        lists: countDistinct('list_id'),
        done: count().only({ done: true }),
        hours: sum('hours'),
        mean: avg('hours'),
        least: min('rank'),
        most: max('rank'),
        last: max('due'),
        longest: sql`max(length(${sql.ref('name')}))`.as(integer()),
      })
      .run()
    assert.deepEqual(
      { ...row, mean: row.mean?.toFixed(2) },
      {
        all: 4,
        timed: 3,
        lists: 2,
        done: 1,
        hours: 7,
        mean: '2.33',
        least: 'low',
        most: 'high',
        last: new Date('2026-03-01T00:00:00Z'),
        longest: 10,
      },
    )
    const none = await db
      .select(Item)
      .where({ name: 'x' })
      .aggregate({ hours: sum('hours'), all: count() })
      .run()
    assert.deepEqual(none, { hours: null, all: 0 })
    const groups = await db
      .select(Item)
      .groupBy('list_id')
      .aggregate({ all: count() })
      .order({ all: 'desc', list_id: 'asc' })
      .run()
    assert.deepEqual(groups, [
      { list_id: home.id, all: 2 },
      { list_id: work.id, all: 1 },
      { list_id: null, all: 1 },
    ])
    assert.equal((await db.select(Item).groupBy('rank').aggregate({ all: count() }).limit(1).run()).length, 1)
  },

  'loads relations to any depth in one statement, decoded by their models': async (db) => {
    const { milk } = await filled(db)
    const tree = {
      lists: { order: { name: 'asc' }, with: { items: { order: { rank: 'desc' }, with: ['labels', 'list'] } } },
    } as const
    const [ada, bob] = await db.select(User).order({ id: 'asc' }).with(tree).run()
    assert.deepEqual(names(ada?.lists[0]?.items ?? []), ['Bread', 'milk'])
    const found = ada?.lists[0]?.items[1]
    assert.ok(found instanceof Item && found.loud === 'MILK')
    const { labels, list, ...rest } = found
    assert.deepEqual({ ...rest }, { ...milk })
    assert.deepEqual(names(labels), ['red', 'blue'])
    assert.equal(list?.name, 'home')
    assert.equal(bob?.lists[0]?.items[0]?.name, '50% "off"\\')
    assert.deepEqual(bob?.lists[0]?.items[0]?.labels, [])
    const [some] = await db
      .select(List)
      .where({ name: 'home' })
      .with({ items: { where: { hours: { gte: 1 } }, order: { hours: 'desc' }, limit: 1 } })
      .run()
    assert.deepEqual(names(some?.items ?? []), ['Bread'])
    const orphan = await db
      .select(Item)
      .where({ name: 'milkshake' })
      .with({ labels: true, list: ['user'] })
      .one(NoItem)
      .run()
    assert.deepEqual([orphan.list, orphan.labels], [null, []])
    assert.throws(
      () => db.select(Item).with({ list: { limit: 1 } as never }),
      /Cannot narrow the relation Item\.list: it is one row/,
    )
  },

  'looks inside documents and arrays': async (db) => {
    await db
      .insert(Preference, [
        { name: 'a', data: { theme: { dark: true, size: 12 }, owner: '50%' }, words: ['x', 'y z'] },
        { name: 'b', data: { theme: { dark: false, size: null } }, words: [] },
      ])
      .run()
    type Asked = Parameters<ReturnType<typeof db.select<typeof Preference>>['where']>[0]
    const found = async (where: Asked) => names(await db.select(Preference).where(where).order({ name: 'asc' }).run())
    assert.deepEqual(await found({ data: { at: { theme: { dark: true } } } }), ['a'])
    assert.deepEqual(await found({ data: { at: { theme: { size: { gt: 11, lte: 12 } } } } }), ['a'])
    assert.deepEqual(await found({ data: { at: { theme: { size: null } } } }), ['b'])
    assert.deepEqual(await found({ data: { at: { theme: { size: { not: 12 } } } } }), ['b'])
    assert.deepEqual(await found({ data: { at: { owner: null } } }), ['b'])
    assert.deepEqual(await found({ data: { at: { owner: { contains: '%' } } } }), ['a'])
    assert.deepEqual(await found({ data: { at: { owner: { in: ['50%', 'x'] } } } }), ['a'])
    assert.deepEqual(await found({ data: { includes: { theme: { dark: false } } } }), ['b'])
    assert.deepEqual(await found({ data: { equals: { theme: { dark: false, size: null } } } }), ['b'])
    assert.deepEqual(await found({ words: { has: 'y z' } }), ['a'])
    assert.deepEqual(await found({ words: { hasAny: ['x', 'q'] } }), ['a'])
    assert.deepEqual(await found({ words: { hasAll: ['x', 'q'] } }), [])
    assert.deepEqual(await found({ words: [] }), ['b'])
  },
})
