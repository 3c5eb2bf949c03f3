/** Where a statement outside a transaction may run: `read` and `write` on a lane, `own` on a connection of its own. */
export type Route = 'read' | 'write' | 'own'

const query = /^\s*(?:select|insert|update|delete|merge|with|values|table)\b/i
const reading = /^\s*(?:select|values|table|with)\b/i
// Also in texts and names, where it does no harm.
const waiting = /\b(?:insert|update|delete|merge|share)\b/i

// What it sets outlives its transaction; what is said LOCAL, or of the transaction alone, does not.
const setting = /(?:^|;)\s*(?:set\s+(?!(?:local|transaction|constraints)\b)|reset\b|discard\b)/i
const comments = /--[^\n]*|\/\*[\s\S]*?\*\//g

/** True for a text that may leave the session other than it was, for whoever has the connection next. */
export function changesSession(text: string): boolean {
  if (/\bset_config\b/i.test(text)) return true
  return /\b(?:set|reset|discard)\b/i.test(text) && setting.test(text.replace(comments, ' '))
}

const keptAtMost = 2_000
const kept = new Map<string, Route>()

/**
 * Only plain queries share a connection: BEGIN, SET or LISTEN would change it for the others, COPY and DDL hold it up.
 * What writes or locks rows may wait for a transaction, so nothing that only reads stands behind it.
 */
export function routeOf(text: string): Route {
  const known = kept.get(text)
  if (known !== undefined) return known
  const route =
    !query.test(text) || changesSession(text) ? 'own' : reading.test(text) && !waiting.test(text) ? 'read' : 'write'
  if (kept.size >= keptAtMost) kept.clear()
  kept.set(text, route)
  return route
}
