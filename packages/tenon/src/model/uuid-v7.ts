import type { Made } from './column.ts'

const counterSize = 2 ** 12
let lastInstant = 0
let counter = 0

/** A UUID of version 7 (RFC 9562), made by the application at insert: later ones sort after earlier ones of this process. */
export const uuidV7: Made<string> = { make: makeUuidV7 }

function makeUuidV7(): string {
  const instant = Date.now()
  if (instant > lastInstant) {
    lastInstant = instant
    // Starts low, so that a millisecond has room for many.
    counter = crypto.getRandomValues(new Uint8Array(1))[0] ?? 0
  } else if (++counter === counterSize) {
    lastInstant++
    counter = 0
  }
  const random = crypto.getRandomValues(new Uint8Array(8))
  random[0] = 0x80 | ((random[0] ?? 0) & 0x3f)
  const digits = hex(lastInstant, 12) + hex(0x7000 | counter, 4) + [...random].map((byte) => hex(byte, 2)).join('')
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}

function hex(value: number, width: number): string {
  return value.toString(16).padStart(width, '0')
}
