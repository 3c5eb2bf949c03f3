import { anyOf, type Database } from 'tenon/database'
import { Item, List } from './models.ts'

export async function openItems(db: Database, list_id: number, words: string) {
  const page = await db
    .select(Item)
    .where({ list_id, done: false })
    .where(anyOf({ name: { contains: words, ignoreCase: true } }, { note: { contains: words, ignoreCase: true } }))
    .order({ note: { direction: 'asc', nulls: 'last' }, name: 'asc' })
    .page({ page: 1, limit: 20 })
    .run()
  return page.items
}

export async function makeList(db: Database, announce: (list: List) => void) {
  await db.transaction(
    async (transaction) => {
      const list = await transaction.insert(List, { name: 'home' }).run()
      await transaction.insert(Item, { name: 'milk', list_id: list.id }).run()
      transaction.afterCommit(() => announce(list))
    },
    { isolation: 'serializable', retries: 5 },
  )
}

export async function followItems(db: Database, refresh: (payload: string) => void, refreshAll: () => void) {
  const subscription = await db.listen('items', (payload) => refresh(payload), { onGap: () => refreshAll() })
  await db.notify('items', '42')
  return subscription
}

export async function copyItems(db: Database, lines: AsyncIterable<string>, write: (piece: Uint8Array) => void) {
  await db.copyFrom('copy items (name, list_id) from stdin (format csv)', lines)
  for await (const piece of db.copyTo('copy items (name) to stdout (format csv)')) write(piece)
}
