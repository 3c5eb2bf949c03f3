import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import type { JsonText } from '../core/query.ts'

/**
 * Sends a list while its rows are read. The first batch is there before `begin` writes the head, so an error up to then
 * has its status; a later one cuts the answer off, which a client sees. No faster than the client takes it.
 */
export async function sendPieces(
  response: ServerResponse,
  pieces: AsyncIterable<JsonText>,
  begin: () => void,
): Promise<void> {
  const iterator = pieces[Symbol.asyncIterator]()
  let next = await iterator.next()
  begin()
  try {
    let separator = '['
    while (!next.done && !response.destroyed && response.req.method !== 'HEAD') {
      response.write(separator)
      await write(response, next.value)
      separator = ','
      next = await iterator.next()
    }
    response.end(separator === '[' ? '[]' : ']')
  } catch (error) {
    response.destroy()
    throw error
  } finally {
    await iterator.return?.()
  }
}

async function write(response: ServerResponse, text: JsonText): Promise<void> {
  let isRoom = true
  for (const piece of typeof text === 'string' ? [text] : text) isRoom = response.write(piece)
  if (isRoom || response.destroyed) return
  const gone = new AbortController()
  const { signal } = gone
  // Whichever comes first; the other's listener goes with it.
  await Promise.race([once(response, 'drain', { signal }), once(response, 'close', { signal })]).finally(() =>
    gone.abort(),
  )
}
