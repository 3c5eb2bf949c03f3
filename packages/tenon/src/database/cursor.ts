import type { Connection, Outcome, Statement, StreamOptions } from './driver.ts'

const batchUnlessGiven = 500
let cursors = 0

/**
 * The rows in batches, read as they are asked for. `hold` keeps the cursor outside a transaction, for which the server
 * stores the whole result; without it the connection must be inside one.
 */
export async function* readCursor(
  connection: Pick<Connection, 'run'>,
  { text, values }: Statement,
  { batch = batchUnlessGiven, signal }: StreamOptions = {},
  hold = false,
): AsyncGenerator<Outcome, void, undefined> {
  const name = `tenon_cursor_${++cursors}`
  const declare = `declare ${name} no scroll cursor ${hold ? 'with hold ' : ''}for ${text}`
  const fetch = { text: `fetch forward ${Math.max(1, Math.floor(batch))} from ${name}`, values: [] }
  await connection.run({ text: declare, values }, { signal })
  try {
    for (;;) {
      const outcome = await connection.run(fetch, { signal })
      if (outcome.rows.length > 0) yield outcome
      if (outcome.rows.length < batch) return
    }
  } finally {
    // After a failure the transaction, and the cursor with it, is over anyway.
    await connection.run({ text: `close ${name}`, values: [] }).catch(() => {})
  }
}
