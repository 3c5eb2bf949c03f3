import { isDeepStrictEqual } from 'node:util'
import { type Case, contentOf } from '../cases.ts'

/** The same bytes, or the same JSON: members in another order, or instants in another spelling of RFC 3339. */
export type Likeness = 'bytes' | 'JSON'

const compared = 25

/** The first answers of a case, as they came. */
export async function answersOf(one: Case, port: number): Promise<string[]> {
  const { method, path, expected } = one
  const texts: string[] = []
  for (let index = 0; index < compared; index++) {
    const { text: body, headers } = contentOf(one, index)
    const given = { method, headers, ...(body === undefined ? {} : { body }) }
    const answer = await fetch(`http://127.0.0.1:${port}${path(index)}`, given)
    const text = await answer.text()
    if (answer.status !== expected) throw new Error(`${method} ${path(index)} answers ${answer.status}: ${text}`)
    texts.push(text)
  }
  return texts
}

/** Throws where the answers differ: then the two do not do the same work. */
export function likenessOf(found: readonly string[], wanted: readonly string[], isWrite: boolean): Likeness {
  const differing = found.findIndex((text, index) => !isSame(text, wanted[index] ?? '', isWrite))
  if (differing >= 0) {
    const [one = '', other = ''] = [found[differing], wanted[differing]]
    const at = [...one].findIndex((_, index) => one[index] !== other[index])
    const near = (text: string) => (at < 0 ? text.slice(-80) : text.slice(Math.max(0, at - 60), at + 100))
    throw new Error(`Answer ${differing} differs.\n  found:  … ${near(one)} …\n  wanted: … ${near(other)} …`)
  }
  const isBytes = found.every(
    (text, index) => withoutClock(text, isWrite) === withoutClock(wanted[index] ?? '', isWrite),
  )
  return isBytes ? 'bytes' : 'JSON'
}

function isSame(found: string, wanted: string, isWrite: boolean): boolean {
  return isDeepStrictEqual(read(found, isWrite), read(wanted, isWrite))
}

const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/

function read(text: string, isWrite: boolean): unknown {
  return JSON.parse(text, (key, value) => {
    // What the database's clock has set differs from one insert to the next.
    if (isWrite && key === 'created_at') return undefined
    return typeof value === 'string' && instant.test(value) ? new Date(value).getTime() : value
  })
}

function withoutClock(text: string, isWrite: boolean): string {
  return isWrite ? text.replace(/"created_at":"[^"]*"/, '') : text
}
