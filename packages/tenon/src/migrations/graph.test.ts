import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { UsageError } from '../core/errors.ts'
import { RevisionGraph } from './graph.ts'
import { parseRevision } from './revision.ts'

/** `{ a: 'base', b: 'a', c: undefined }`: the second letter of the alphabet has the second time. */
function graphOf(
  parents: Readonly<Record<string, string | undefined>>,
  depends: Readonly<Record<string, string>> = {},
) {
  const idOf = (name: string) => `20260101_0000${String(name.charCodeAt(0) - 96).padStart(2, '0')}_${name}`
  const list = (names: string) => (names === 'base' ? names : names.split(' ').map(idOf).join(', '))
  const revisions = Object.entries(parents).map(([name, parent]) => {
    const head = [
      parent === undefined ? '' : `-- migrate:revises ${list(parent)}`,
      depends[name] === undefined ? '' : `-- migrate:depends-on ${list(depends[name])}`,
    ]
    const text = [...head, '-- migrate:up', 'select 1;', '-- migrate:down', 'select 1;'].join('\n')
    return parseRevision(`${idOf(name)}.sql`, idOf(name), text)
  })
  return new RevisionGraph(revisions)
}
const names = (revisions: readonly { readonly id: string }[]) => revisions.map(({ id }) => id.slice(-1)).join('')
const refused = (work: () => unknown, message: RegExp) =>
  assert.throws(work, (error) => error instanceof UsageError && message.test(error.message))

describe('RevisionGraph', () => {
  it('takes files that say nothing in the order of their times', () => {
    const graph = graphOf({ c: undefined, a: undefined, b: undefined })
    assert.equal(names(graph.revisions), 'abc')
    assert.equal(names(graph.heads), 'c')
    assert.deepEqual(graph.branchPoints, [])
  })

  it('orders by what is needed, and by time where nothing else says it', () => {
    assert.equal(names(graphOf({ a: 'c', b: 'base', c: 'b', d: 'b' }).revisions), 'bcad')
    assert.equal(names(graphOf({ a: 'base', b: 'a', c: 'a', d: 'c', e: 'b d' }).revisions), 'abcde')
    assert.equal(names(graphOf({ a: 'base', b: 'a', c: 'a', d: 'c' }, { b: 'd' }).revisions), 'acdb')
  })

  it('knows heads, branch points, and what stands on what', () => {
    const graph = graphOf({ a: 'base', b: 'a', c: 'a', d: 'b', e: 'base' }, { e: 'c' })
    assert.equal(names(graph.heads), 'cde')
    assert.equal(names(graph.branchPoints), 'a')
    const [a, , c, d, e] = graph.revisions.map(({ id }) => id) as [string, string, string, string, string]
    assert.deepEqual([...graph.withAncestors([e])].toSorted(), [a, c, e])
    assert.deepEqual([...graph.withDescendants([c])].toSorted(), [c, e])
    assert.equal(graph.withAncestors([d]).size, 3)
  })

  it('lets one be put between two others', () => {
    const graph = graphOf({ a: 'base', b: 'a', c: 'a' })
    assert.equal(names(graph.heads), 'bc')
  })

  it('refuses a parent that is not here, and circles', () => {
    refused(
      () => graphOf({ a: 'base', b: 'z' }),
      /_b\.sql: its "-- migrate:revises" names 20260101_000026_z, which is not h/,
    )
    refused(() => graphOf({ a: 'base' }, { a: 'y' }), /_a\.sql: its "-- migrate:depends-on" names 20260101_000025_y/)
    refused(
      () => graphOf({ a: 'base', b: 'c', c: 'b' }),
      /order the revisions .*_b, .*_c: each of them comes after another/,
    )
    refused(() => graphOf({ a: 'base', b: 'a' }, { a: 'b' }), /each of them comes after another/)
  })
})
