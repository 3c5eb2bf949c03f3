import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { toPosix } from './posix.ts'

describe('toPosix', () => {
  const same = [/^[a-z]+$/, /^(?:a|b){2,3}$/, /a\.b/, /[A-Za-z_.\-\]]/u, /^$/, /x{2,}/, /"it's"/]
  for (const pattern of same) {
    it(`says ${pattern} as it is`, () => assert.equal(toPosix(pattern), pattern.source))
  }

  const translated: [RegExp, string][] = [
    [/^\d+$/, '^[0-9]+$'],
    [/\w/, '[A-Za-z0-9_]'],
    [/[\w-]/, '[A-Za-z0-9_\\-]'],
    [/[-a]/, '[\\-a]'],
  ]
  for (const [pattern, posix] of translated) {
    it(`says ${pattern} as ${posix}`, () => assert.equal(toPosix(pattern), posix))
  }

  const unsure = [
    ...[/a/i, /^a$/m, /a/s, /./, /\s/, /\b/, /\D/, /\p{L}/u, /[^a]/, /é/, /\u0041/, /(?=a)/, /(?!a)/, /(?<=a)/],
    ...[/(a)\1/, /(?<name>a)/, /a+?/, /x{256}/, /[[:alpha:]]/, /[a-z-9]/, /[\s]/, /[+-/]/, /a{,3}/],
  ]
  for (const pattern of unsure) {
    it(`leaves ${pattern} to the parser`, () => assert.equal(toPosix(pattern), null))
  }
})
