import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { UsageError } from '../core/errors.ts'
import { parseRevision } from './revision.ts'
import { planDowngrade, planUpgrade } from './target.ts'

const text = '-- migrate:up\nselect 1;\n-- migrate:down\nselect 1;\n'
const revisions = ['01_users', '02_tasks', '03_tags', '04_task_notes'].map((name) => {
  const id = `20260101_0000${name}`
  return parseRevision(`${id}.sql`, id, text)
})
const applied = (...numbers: number[]) => numbers.map((number) => ({ id: revisions[number - 1]?.id ?? '' }))
const numbersOf = (plan: readonly { id: string }[]) => plan.map(({ id }) => Number(id.slice(13, 15)))
const refused = (work: () => unknown, message: RegExp) =>
  assert.throws(work, (error) => error instanceof UsageError && message.test(error.message))

describe('planUpgrade', () => {
  const plan = (target: string, ...done: number[]) => numbersOf(planUpgrade(revisions, applied(...done), target))

  it('goes to the head', () => assert.deepEqual(plan('head', 1), [2, 3, 4]))
  it('goes some steps, and no further than the head', () => {
    assert.deepEqual(plan('+2', 1), [2, 3])
    assert.deepEqual(plan('+9', 1), [2, 3, 4])
  })
  it('goes to a revision by a part of its name', () => assert.deepEqual(plan('tags', 1), [2, 3]))
  it('has nothing to do for one that is applied', () => assert.deepEqual(plan('users', 1, 2), []))
  it('makes up for one that another branch brought in between', () => assert.deepEqual(plan('head', 1, 3), [2, 4]))
  it('refuses a name that nothing has, naming what there is', () => {
    refused(() => plan('nothing'), /revision nothing: no name contains it\. There are: 20260101_000001_users, /)
  })
  it('refuses a part that several have, naming them', () => {
    refused(() => plan('task'), /by task: it is in 20260101_000002_tasks, 20260101_000004_task_notes\. Write more/)
  })
  it('refuses the other way', () => {
    for (const target of ['base', '-1']) refused(() => plan(target), /Cannot upgrade to .* Use downgrade/)
  })
})

describe('planDowngrade', () => {
  const plan = (target: string, ...done: number[]) => numbersOf(planDowngrade(revisions, applied(...done), target))

  it('goes to the base, the latest first', () => assert.deepEqual(plan('base', 1, 2, 3), [3, 2, 1]))
  it('goes some steps', () => assert.deepEqual(plan('-2', 1, 2, 3), [3, 2]))
  it('goes to a revision and keeps that', () => assert.deepEqual(plan('users', 1, 2, 3), [3, 2]))
  it('takes back in the order in which they were applied', () => assert.deepEqual(plan('-2', 1, 3, 2), [2, 3]))
  it('refuses one that is not applied', () => refused(() => plan('tags', 1), /tags: it is not applied/))
  it('refuses the other way', () => {
    for (const target of ['head', '+1']) refused(() => plan(target, 1), /Cannot downgrade to .* Use upgrade/)
  })
})

// 1 → 2 → 3 and 1 → 4 → 5, joined in 6; 5 depends on 2, 7 is a base of its own.
const branched = Object.entries({
  '01_users': 'base',
  '02_tasks': '01_users',
  '03_tags': '02_tasks',
  '04_notes': '01_users',
  '05_note_links': '04_notes',
  '06_join': '03_tags, 20260101_000005_note_links',
  '07_audit': 'base',
}).map(([name, parents]) => {
  const id = `20260101_0000${name}`
  const revises = parents === 'base' ? parents : parents.replace(/^(?=\d\d_)/, '20260101_0000')
  const depends = name === '05_note_links' ? '-- migrate:depends-on 20260101_000002_tasks\n' : ''
  return parseRevision(`${id}.sql`, id, `-- migrate:revises ${revises}\n${depends}${text}`)
})
const idsOf = (...numbers: number[]) => numbers.map((number) => ({ id: branched[number - 1]?.id ?? '' }))
const open = branched.slice(0, 5)

describe('planUpgrade with branches', () => {
  const plan = (target: string, ...done: number[]) => numbersOf(planUpgrade(branched, idsOf(...done), target))
  const planOpen = (target: string, ...done: number[]) => numbersOf(planUpgrade(open, idsOf(...done), target))

  it('refuses to guess between two heads, naming both and what to do', () => {
    for (const target of ['head', '+1']) {
      refused(
        () => planOpen(target),
        /there are 2 heads, 20260101_000003_tags, 20260101_000005_note_links\. Join .* merge, or say which: heads/,
      )
    }
  })
  it('goes to all heads', () => assert.deepEqual(planOpen('heads', 1), [2, 3, 4, 5]))
  it('goes to one branch, with what that depends on', () => {
    assert.deepEqual(planOpen('tags'), [1, 2, 3])
    assert.deepEqual(planOpen('note_links'), [1, 2, 4, 5])
    assert.deepEqual(planOpen('04_notes@head', 1), [2, 4, 5])
  })
  it('counts from a revision', () => {
    assert.deepEqual(planOpen('tasks+1'), [1, 2, 3])
    assert.deepEqual(planOpen('note_links-1'), [1, 4])
    refused(() => planOpen('users+1'), /users\+1: the way parts into .*tasks, .*notes\. Name/)
    refused(() => planOpen('tags+1'), /tags\+1: there are not so many/)
    refused(() => planOpen('users@head'), /the way parts into .*tags, .*note_links/)
  })
  it('goes through a merge, and leaves another base alone', () => {
    assert.deepEqual(plan('join'), [1, 2, 3, 4, 5, 6])
    assert.deepEqual(plan('heads', 1, 4), [2, 3, 5, 6, 7])
  })
})

describe('planDowngrade with branches', () => {
  const plan = (target: string, ...done: number[]) => numbersOf(planDowngrade(branched, idsOf(...done), target))

  it('goes one by one across a merge', () => {
    assert.deepEqual(plan('-1', 1, 2, 3, 4, 5, 6), [6])
    assert.deepEqual(plan('-1', 1, 2, 3, 4, 5), [5])
    assert.deepEqual(plan('-3', 1, 4, 2, 3, 5, 6), [6, 5, 3])
  })
  it('takes back what stands on the target, and leaves the other branch', () => {
    assert.deepEqual(plan('03_tags', 1, 2, 3, 4, 5, 6, 7), [6])
    assert.deepEqual(plan('04_notes', 1, 2, 3, 4, 5, 6, 7), [6, 5])
    assert.deepEqual(plan('02_tasks', 1, 4, 2, 5, 3), [3, 5])
    assert.deepEqual(plan('users', 1, 2, 3, 7), [3, 2])
  })
})
