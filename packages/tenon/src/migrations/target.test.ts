import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { UsageError } from '../core/errors.ts'
import type { AppliedRevision } from './journal.ts'
import { parseRevision } from './revision.ts'
import { planDowngrade, planUpgrade } from './target.ts'

const text = '-- migrate:up\nselect 1;\n-- migrate:down\nselect 1;\n'
const revisions = ['01_users', '02_tasks', '03_tags', '04_task_notes'].map((name) => {
  const id = `20260101_0000${name}`
  return parseRevision(`${id}.sql`, id, text)
})
const applied = (...numbers: number[]): AppliedRevision[] =>
  numbers.map((number) => ({
    id: revisions[number - 1]?.id ?? '',
    checksum: '',
    appliedAt: new Date(0),
    appliedBy: '',
    milliseconds: 0,
  }))
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
