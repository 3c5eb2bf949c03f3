import assert from 'node:assert/strict'
import { filled, Item, Label, names, onBothDrivers } from '../../test/items.ts'
import { InvalidCursor, sql } from './index.ts'

onBothDrivers('pages', {
  'pages by a cursor through ties, nulls and both directions': async (db) => {
    await filled(db)
    const orders = [
      {},
      { done: 'asc' },
      { due: 'asc' },
      { due: 'desc' },
      { due: { direction: 'asc', nulls: 'first' }, name: 'desc' },
      { due: { direction: 'desc', nulls: 'last' } },
      { rank: 'desc', hours: 'asc' },
      { name: { direction: 'asc', ignoreCase: true } },
      { id: 'desc' },
    ] as const
    for (const order of orders) {
      for (const limit of [1, 2, 3, 4, 5]) {
        const all = names(await db.select(Item).order(order).order({ id: 'asc' }).run())
        const seen: string[] = []
        let after: string | null = null
        do {
          const { items, next }: { items: Item[]; next: string | null } = await db
            .select(Item)
            .order(order)
            .page({ after, limit })
            .run()
          seen.push(...names(items))
          after = next
          assert.ok(items.length <= limit && seen.length <= all.length)
        } while (after !== null)
        assert.deepEqual(seen, all, `${JSON.stringify(order)} by ${limit}`)
      }
    }
  },

  'refuses a cursor that is none of its own': async (db) => {
    await filled(db)
    const { next } = await db.select(Item).order({ due: 'asc' }).page({ limit: 1 }).run()
    assert.ok(next)
    const altered = (change: (parts: unknown[]) => unknown) =>
      Buffer.from(JSON.stringify(change(JSON.parse(Buffer.from(next, 'base64url').toString())))).toString('base64url')
    const bad = [
      '',
      'x',
      '%%%',
      next.slice(0, -3),
      `${next}AAAA`,
      altered(([signed]) => [signed]),
      altered(([, ...rest]) => ['x', ...rest]),
      altered(([signed, , id]) => [signed, 'no date', id]),
      altered(([signed, due]) => [signed, due, '9'.repeat(40)]),
      altered(([signed, due]) => [signed, due, 'a\0b']),
      altered(() => ({})),
      altered(() => null),
    ]
    for (const after of bad) {
      await assert.rejects(db.select(Item).order({ due: 'asc' }).page({ after, limit: 1 }).run(), InvalidCursor, after)
    }
    await assert.rejects(db.select(Item).order({ due: 'desc' }).page({ after: next, limit: 1 }).run(), InvalidCursor)
    await assert.rejects(
      db.select(Item).order(sql`random()`).page({ limit: 1 }).run(),
      /Cannot page Item by a cursor in an order of SQL/,
    )
  },

  'streams in batches': async (db) => {
    await db
      .insert(
        Label,
        Array.from({ length: 25 }, (_, index) => ({ name: `l${index % 3}` })),
      )
      .run()
    const seen: number[] = []
    for await (const { id } of db.select(Label).order({ name: 'asc', id: 'asc' }).stream({ batch: 4 })) seen.push(id)
    assert.equal(new Set(seen).size, 25)
    assert.deepEqual(
      seen,
      (await db.select(Label).order({ name: 'asc', id: 'asc' }).run()).map(({ id }) => id),
    )
    const some: string[] = []
    for await (const { name } of db.select(Label).limit(7).stream({ batch: 5 })) some.push(name)
    assert.equal(some.length, 7)
  },
})
