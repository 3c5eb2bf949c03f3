import { type Cell, isUsualInstant } from './json-cells.ts'
import type { Part } from './json-generated.ts'

/** Where bytes go: pages that are filled one after the other. */
export interface Pages {
  page: Buffer
  used: number
  /** Makes room for so many bytes in one page. */
  reserve(bytes: number): void
}

/** Writes a row, given as the server sent it (`start` is at its count of columns), as the JSON of its parts. */
export type WriteBytes = (row: Buffer, start: number, into: Pages, place: string) => void

interface BytePart {
  readonly part: Part
  readonly prefix: Uint8Array
  readonly none: Uint8Array | null
}

const longest = 1_664
// Of the row at hand; it is written before another comes. 1,664 columns are the most that PostgreSQL has.
const starts = new Int32Array(longest)
const lengths = new Int32Array(longest)
const [zero, quote, backslash, capitalT, capitalZ, point] = [48, 34, 92, 84, 90, 46]
const [yes, no, close] = [Buffer.from('true'), Buffer.from('false'), Buffer.from('}')]

export function bytesWriter(parts: readonly Part[]): WriteBytes {
  const known: BytePart[] = parts.map((part) => {
    const none = 'none' in part && typeof part.none === 'string' ? Buffer.from(part.none) : null
    return { part, prefix: Buffer.from(part.prefix), none }
  })
  return (row, start, into, place) => {
    readColumns(row, start)
    for (const { part, prefix, none } of known) {
      const at = starts[part.index] as number
      const length = lengths[part.index] as number
      into.reserve(prefix.length + length + 64)
      copy(prefix, 0, prefix.length, into)
      if ('related' in part)
        append(part.related(length < 0 ? null : row.toString('utf8', at, at + length), place), into)
      else if (length >= 0) writeCell(part.cell, row, at, length, into, place)
      else if (none) copy(none, 0, none.length, into)
      else if (typeof part.none !== 'string') append(part.none(place), into)
    }
    into.reserve(1)
    copy(close, 0, 1, into)
  }
}

function readColumns(row: Buffer, start: number): void {
  const count = row.readInt16BE(start)
  let at = start + 2
  for (let index = 0; index < count; index++) {
    const length = row.readInt32BE(at)
    at += 4
    starts[index] = at
    lengths[index] = length
    if (length > 0) at += length
  }
}

function writeCell(cell: Cell, row: Buffer, at: number, length: number, into: Pages, place: string): void {
  switch (cell.kind) {
    case 'bare':
      copy(row, at, length, into)
      return
    case 'quoted':
      quoted(row, at, length, into)
      return
    case 'boolean': {
      const word = row[at] === 116 ? yes : no
      copy(word, 0, word.length, into)
      return
    }
    case 'text':
      if (isPlain(row, at, length)) quoted(row, at, length, into)
      else append(JSON.stringify(row.toString('utf8', at, at + length)), into)
      return
    case 'whole':
      if (length < 16) copy(row, at, length, into)
      else append(cell.write(row.toString('latin1', at, at + length), place), into)
      return
    case 'instant':
      if (isUsualInstant(row, at, length)) instant(row, at, length, into)
      else append(cell.write(row.toString('latin1', at, at + length), place), into)
      return
    case 'written':
      append(cell.write(row.toString('utf8', at, at + length), place), into)
  }
}

/** True where JSON needs no escape: all that it escapes is ASCII, and PostgreSQL sends well-formed UTF-8. */
function isPlain(row: Buffer, at: number, length: number): boolean {
  for (let index = at; index < at + length; index++) {
    const byte = row[index] as number
    if (byte < 32 || byte === quote || byte === backslash) return false
  }
  return true
}

// A call into the engine costs as much as some dozens of bytes one by one.
const shortest = 48

function copy(from: Uint8Array, at: number, length: number, into: Pages): void {
  const { page, used } = into
  if (length > shortest) page.set(from.subarray(at, at + length), used)
  else for (let index = 0; index < length; index++) page[used + index] = from[at + index] as number
  into.used = used + length
}

function quoted(row: Buffer, at: number, length: number, into: Pages): void {
  into.page[into.used++] = quote
  copy(row, at, length, into)
  into.page[into.used++] = quote
}

/** `2026-01-31 12:00:00.12+00` as `"2026-01-31T12:00:00.120Z"`: three digits of a second, or six. */
function instant(row: Buffer, at: number, length: number, into: Pages): void {
  const start = into.used
  quoted(row, at, 19, into)
  const { page } = into
  page[start + 11] = capitalT
  into.used--
  page[into.used++] = point
  const digits = length === 22 ? 0 : length - 23
  const written = digits < 4 ? 3 : 6
  for (let index = 0; index < written; index++)
    page[into.used++] = index < digits ? (row[at + 20 + index] as number) : zero
  page[into.used++] = capitalZ
  page[into.used++] = quote
}

function append(text: string, into: Pages): void {
  into.reserve(text.length * 3)
  into.used += into.page.write(text, into.used)
}
