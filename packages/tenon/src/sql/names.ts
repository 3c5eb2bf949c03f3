import { createHash } from 'node:crypto'

/** PostgreSQL cuts longer names off without a word, in bytes. */
const greatestLength = 63

export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

export function literal(text: string): string {
  const doubled = text.replaceAll("'", "''")
  return text.includes('\\') ? `E'${doubled.replaceAll('\\', '\\\\')}'` : `'${doubled}'`
}

/** The parts joined by `_`; where that is too long, as much of it as fits and a hash of the whole. */
export function nameOf(...parts: readonly string[]): string {
  const name = parts.join('_')
  if (Buffer.byteLength(name) <= greatestLength) return name
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 8)
  return `${Buffer.from(name)
    .subarray(0, greatestLength - 9)
    .toString()
    .replace(/\ufffd+$/, '')}_${hash}`
}
