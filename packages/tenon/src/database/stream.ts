import { keysetOrder } from '../sql/keyset.ts'
import { outputReader, type Texts } from '../sql/outputs.ts'
import { type Selection, selectStatement } from '../sql/statements.ts'
import type { Site } from './site.ts'

/** Batch by batch by keyset: each is fetched when the one before it is used up, and none holds a connection in between. */
export async function* streamOf<R>(site: Site, selection: Selection, batch: number): AsyncGenerator<R> {
  const { model, members = null, relations = [] } = selection
  const order = keysetOrder(model, selection.order ?? [])
  const read = outputReader(model, { members, relations })
  let last: Texts | undefined
  let left = selection.limit ?? Number.POSITIVE_INFINITY
  for (;;) {
    const limit = Math.min(batch, left)
    const after = last ? { after: last.slice(-order.length), offset: 0 } : {}
    const statement = selectStatement({ ...selection, order, limit, positions: true, ...after })
    const { rows } = await site.run((connection) => connection.run(statement))
    for (const texts of rows) yield read(texts) as R
    last = rows.at(-1)
    left -= rows.length
    if (rows.length < limit || left === 0) return
  }
}
