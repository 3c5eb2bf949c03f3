import { isUtf8 } from 'node:buffer'
import { parse } from 'fast-querystring'
import { isStorableText } from '../core/text.ts'
import { invalid, UnsupportedMediaType } from './errors.ts'

/** Reads a JSON body. Throws UnsupportedMediaType, or ValidationFailed for JSON that is malformed or holds text that cannot be stored. */
export function readJson(body: Buffer | undefined, contentType: string | undefined): unknown {
  if (!body || body.length === 0) return undefined
  if (!isType('application/json', contentType)) throw new UnsupportedMediaType()
  const text = textOf(body)
  const value = parseJson(text)
  // An escape is the only way in for a NUL or half a surrogate pair, so most bodies need no walk.
  if (text.includes('\\u') && !isStorable(value))
    throw invalid('The body holds text that is not Unicode, or a NUL character.', 'body')
  return value
}

/** Reads a body of `application/x-www-form-urlencoded`; throws as readJson does. */
export function readForm(body: Buffer | undefined, contentType: string | undefined): Record<string, unknown> {
  if (!body || body.length === 0) return {}
  if (!isType('application/x-www-form-urlencoded', contentType)) throw new UnsupportedMediaType()
  return readPairs(textOf(body), 'body')
}

/** Bodies are UTF-8, whether they say so or not. */
function isType(wanted: string, contentType = ''): boolean {
  const [type = '', ...parameters] = contentType.split(';').map((part) => part.trim().toLowerCase())
  const charset = parameters.find((parameter) => parameter.startsWith('charset='))?.slice('charset='.length)
  return type === wanted && (charset === undefined || /^"?utf-?8"?$/.test(charset))
}

/** Reads `a=1&b=2`; a name that comes twice gives a list. Throws ValidationFailed for text that is not Unicode or cannot be stored. */
export function readPairs(text: string, at: string): Record<string, unknown> {
  assertStorable(text.includes('%') ? decoded(text, at) : text, at)
  return { ...parse(text) }
}

/** Throws ValidationFailed for text that holds a NUL, or that is not Unicode. */
export function assertStorable(text: string, at: string) {
  if (!isStorableText(text)) throw invalid(`The ${at} holds a NUL character, or text that is not Unicode.`, at)
}

function decoded(text: string, at: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw invalid(`The ${at} is not percent-encoded UTF-8.`, at)
  }
}

function textOf(body: Buffer): string {
  if (!isUtf8(body)) throw invalid('The body is not UTF-8.', 'body')
  return body.toString('utf8')
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw invalid('The body is not JSON.', 'body')
  }
}

/** Walks with a list of its own: a body may be nested deeper than the call stack. */
function isStorable(root: unknown): boolean {
  const open: unknown[] = [root]
  while (open.length > 0) {
    const value = open.pop()
    if (typeof value === 'string' && !isStorableText(value)) return false
    if (typeof value !== 'object' || value === null) continue
    for (const [name, member] of Object.entries(value)) open.push(name, member)
  }
  return true
}
