import { errorOf } from '../core/http-error.ts'
import type { PageOf, PageRequest } from '../core/query.ts'
import { fromCursor, keysetOrder, type Position, toCursor } from '../sql/keyset.ts'
import { outputReader, outputsOf, type Texts } from '../sql/outputs.ts'
import { countStatement, type Selection, selectStatement } from '../sql/statements.ts'
import type { Outcome } from './driver.ts'
import { DatabaseError } from './errors.ts'
import type { JsonWork } from './json.ts'
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
  const order = [...(state.order ?? []), ...state.model.primaryKey.map((key) => [key.field, 'asc'] as const)]
  const offset = Math.min((page - 1) * limit, Number.MAX_SAFE_INTEGER)
  const statement = () => selectStatement({ ...state, order, limit, offset })
  const around = (counted: Outcome) => {
    const total = Number(counted.rows[0]?.[0])
    return { total, page, limit, pages: Math.ceil(total / limit) }
  }
  return queryOf(site, {
    run: async (connection) => {
      const [counted, found] = await Promise.all([connection.run(countStatement(state)), connection.run(statement())])
      const { total, ...rest } = around(counted)
      return { items: found.rows.map(readerOf(state)) as R[], total, ...rest }
    },
    json: pageJson(state, async (connection, answer) => {
      const [counted, rows] = await Promise.all([
        connection.run(countStatement(state)),
        answer.read(connection, statement()),
      ])
      return answer.finish(rows, around(counted))
    }),
  })
}

function pageJson(state: Selection, work: JsonWork['work']): JsonWork {
  return { source: { answers: 'page', model: state.model, ...outputsOf(state) }, work }
}

export function cursorPage<R>(
  site: Site,
  state: Selection,
  { after, limit }: CursorRequest,
): DatabaseQuery<CursorPage<R>, InvalidCursor> {
  const found = async (connection: Runs) => {
    const order = keysetOrder(state.model, state.order ?? [])
    const position = after == null ? undefined : fromCursor(state.model, order, after)
    if (position === null) throw new InvalidCursor()
    const selection = { ...state, order, limit: limit + 1, positions: true }
    const { rows, types } = await behind(connection, selection, position)
    const texts = rows.slice(0, limit)
    const last = rows.length > limit ? texts.at(-1) : undefined
    return { texts, types, next: last ? toCursor(state.model, order, last.slice(-order.length)) : null }
  }
  const run = async (connection: Runs) => {
    const { texts, next } = await found(connection)
    return { items: texts.map(readerOf(state)) as R[], next }
  }
  const json = pageJson(state, async (connection, answer) => {
    const { texts, types, next } = await found(connection)
    return answer.finish(answer.write(types, texts), { next })
  })
  return queryOf<CursorPage<R>, InvalidCursor>(site, { run, json }, InvalidCursor)
}

/** A cursor that somebody has altered may hold a text that is no value of its column (SQLSTATE class 22). */
async function behind(connection: Runs, selection: Selection, after?: Position): Promise<Outcome> {
  try {
    return await connection.run(selectStatement(after ? { ...selection, after } : selection))
  } catch (error) {
    if (after && error instanceof DatabaseError && error.report.state?.startsWith('22')) throw new InvalidCursor()
    throw error
  }
}

function readerOf(state: Selection) {
  const read = outputReader(state.model, outputsOf(state))
  return (texts: Texts) => read(texts)
}
