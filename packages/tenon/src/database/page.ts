import { errorOf } from '../core/http-error.ts'
import type { PageOf, PageRequest } from '../core/query.ts'
import { fromCursor, keysetOrder, type Position, toCursor } from '../sql/keyset.ts'
import { outputReader, type Texts } from '../sql/outputs.ts'
import { countStatement, type Selection, selectStatement } from '../sql/statements.ts'
import { DatabaseError } from './errors.ts'
import { type DatabaseQuery, queryOf } from './query.ts'
import type { Runs, Site } from './site.ts'

/** Which page: the first, or the one behind the cursor that the page before gave as `next`. */
export interface CursorRequest {
  readonly after?: string | null | undefined
  readonly limit: number
}

/** One page by cursor; `next` is null on the last. */
export interface CursorPage<Item> {
  readonly items: Item[]
  readonly next: string | null
}

export class InvalidCursor extends errorOf(400, 'INVALID_CURSOR', 'The cursor is not one of this listing.') {}

export function numberedPage<R>(site: Site, state: Selection, { page, limit }: PageRequest): DatabaseQuery<PageOf<R>> {
  return queryOf(site, async (connection) => {
    const offset = Math.min((page - 1) * limit, Number.MAX_SAFE_INTEGER)
    const order = [...(state.order ?? []), ...state.model.primaryKey.map((key) => [key.field, 'asc'] as const)]
    const [counted, found] = await Promise.all([
      connection.run(countStatement(state)),
      connection.run(selectStatement({ ...state, order, limit, offset })),
    ])
    const total = Number(counted.rows[0]?.[0])
    const items = found.rows.map(readerOf(state)) as R[]
    return { items, total, page, limit, pages: Math.ceil(total / limit) }
  })
}

export function cursorPage<R>(
  site: Site,
  state: Selection,
  { after, limit }: CursorRequest,
): DatabaseQuery<CursorPage<R>, InvalidCursor> {
  const work = async (connection: Runs) => {
    const order = keysetOrder(state.model, state.order ?? [])
    const position = after == null ? undefined : fromCursor(state.model, order, after)
    if (position === null) throw new InvalidCursor()
    const selection = { ...state, order, limit: limit + 1, positions: true }
    const rows = await rowsBehind(connection, selection, position)
    const items = rows.slice(0, limit)
    const last = rows.length > limit ? items.at(-1) : undefined
    const next = last ? toCursor(state.model, order, last.slice(-order.length)) : null
    return { items: items.map(readerOf(state)) as R[], next }
  }
  return queryOf<CursorPage<R>, InvalidCursor>(site, work, InvalidCursor)
}

/** A cursor that somebody has altered may hold a text that is no value of its column (SQLSTATE class 22). */
async function rowsBehind(connection: Runs, selection: Selection, after?: Position): Promise<readonly Texts[]> {
  try {
    return (await connection.run(selectStatement(after ? { ...selection, after } : selection))).rows
  } catch (error) {
    if (after && error instanceof DatabaseError && error.report.state?.startsWith('22')) throw new InvalidCursor()
    throw error
  }
}

function readerOf({ model, members = null, relations = [] }: Selection) {
  const read = outputReader(model, { members, relations })
  return (texts: Texts) => read(texts)
}
