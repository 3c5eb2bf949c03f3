import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { hashPassword, verifyPassword } from './password.ts'

describe('hashPassword', () => {
  it('makes an Argon2id text with a salt of its own', async () => {
    const [one, two] = await Promise.all([hashPassword('secret'), hashPassword('secret')])
    assert.match(one, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    assert.notEqual(one, two)
  })
})

describe('verifyPassword', () => {
  it('tells the right password from a wrong one, and from no user at all', async () => {
    const hash = await hashPassword('secret')
    assert.deepEqual(
      await Promise.all([
        verifyPassword('secret', hash),
        verifyPassword('Secret', hash),
        verifyPassword('secret', null),
      ]),
      [true, false, false],
    )
  })

  it('does the same work where there is no user', async () => {
    const hash = await hashPassword('secret')
    const cpu = async (given: string | null) => {
      const start = process.cpuUsage()
      await verifyPassword('wrong', given)
      const { user, system } = process.cpuUsage(start)
      return user + system
    }
    // In turn, and the least of each: what else the process does only adds.
    const unknown: number[] = []
    const known: number[] = []
    for (let round = 0; round < 12; round++) {
      unknown.push(await cpu(null))
      known.push(await cpu(hash))
    }
    const ratio = Math.min(...unknown) / Math.min(...known)
    assert.ok(ratio > 0.5 && ratio < 2, `the ratio is ${ratio}`)
  })

  it('leaves the event loop free', async () => {
    let turns = 0
    const timer = setInterval(() => turns++, 1)
    await Promise.all(Array.from({ length: 8 }, () => hashPassword('secret')))
    clearInterval(timer)
    assert.ok(turns > 5, `the loop turned ${turns} times`)
  })
})
