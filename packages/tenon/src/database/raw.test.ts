import assert from 'node:assert/strict'
import { filled, Item, List, names, onBothDrivers } from '../../test/items.ts'
import { bigint, text } from '../model/index.ts'
import { sql } from './index.ts'

onBothDrivers('SQL of one’s own', {
  'sends what stands in ${…} as parameters, never as text': async (db) => {
    await filled(db)
    const name = "'; drop table items; --"
    const rows = await db.sql`select ${name} as name, ${1}::integer + ${2} as sum, ${[1, 2]}::int[] as list`
      .rows()
      .run()
    assert.deepEqual(rows, [{ name, sum: 3, list: [1, 2] }])
    assert.throws(() => (db.sql as (text: unknown) => unknown)(`select '${name}'`), /Cannot take SQL from a text/)
    await assert.rejects(
      db.sql`select ${undefined as never}`.run(),
      /Cannot use what stands in \$\{…\} of SQL: it is undefined/,
    )
    await assert.rejects(db.sql`select ${sql.ref('name')}`.run(), /Cannot tell whose column "name" is/)
  },
  'reads columns by their types, by fields, or as instances of a model': async (db) => {
    const { milk } = await filled(db)
    const query = db.sql`select ${sql.ref(Item, 'name')}, due, done, hours::bigint, '{"a":[1]}'::jsonb as document, 1.50 as price
      from ${sql.table(Item)} where id = ${milk.id}`
    const [row] = await query.rows().run()
    assert.deepEqual(row, { name: 'milk', due: milk.due, done: false, hours: 1, document: { a: [1] }, price: '1.50' })
    const [shaped] = await query.rows({ name: text(), hours: bigint().nullable() }).run()
    assert.deepEqual(shaped, { name: 'milk', hours: 1 })
    const [item] = await db.sql`select * from ${sql.table(Item)} where id in (${sql.join([milk.id, 0])})`
      .rows(Item)
      .run()
    assert.ok(item instanceof Item)
    assert.deepEqual(item, milk)
    await assert.rejects(
      db.sql`select 1 as a`.rows({ b: text() }).run(),
      /Cannot read "b": the statement answers a\. Select it/,
    )
    assert.equal(await db.sql`update items set done = true where hours > ${1}`.run(), 2)
    assert.match(await db.sql`select from items where id = ${1}`.explain(), /Scan/)
    await assert.rejects(
      db.sql`select nope from items`.run(),
      /column "nope" does not exist[\s\S]*in SQL at \S*raw\.test\.ts/,
    )
  },
  'lets Kysely build what nothing else can say': async (db) => {
    const { home } = await filled(db)
    const rows = await db
      .kysely({ Item, List }, (tables) =>
        tables
          .selectFrom('items')
          .innerJoin('lists', 'lists.id', 'items.list_id')
          .select(({ fn }) => ['lists.name', fn.countAll<number>().as('items')])
          .where('lists.id', '=', home.id)
          .groupBy('lists.name'),
      )
      .run()
    assert.deepEqual(rows, [{ name: 'home', items: 2 }])
    assert.deepEqual(names(rows), ['home'])
  },
})
