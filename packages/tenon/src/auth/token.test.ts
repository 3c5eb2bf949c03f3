import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { describe, it } from 'node:test'
import { TokenSigner } from './token.ts'

const secret = 'a'.repeat(64)
const now = () => Math.floor(Date.now() / 1000)
const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** A token made by hand, so that the signer is not its own judge. */
function handmade(header: object, claims: object, key = secret, hash = 'sha256'): string {
  const body = `${part(header)}.${part(claims)}`
  return `${body}.${createHmac(hash, key).update(body).digest('base64url')}`
}

describe('TokenSigner', () => {
  const signer = new TokenSigner({ secret, remembered: 2 })

  it('signs what others verify with the same text as key', async () => {
    const issued = now()
    const token = await signer.sign({ sub: 'x' }, issued, 900)
    assert.equal(token, handmade({ alg: 'HS256', typ: 'JWT' }, { sub: 'x', iat: issued, exp: issued + 900 }))
  })

  it('takes what others sign, the first time and from memory', async () => {
    const token = handmade({ alg: 'HS256' }, { sub: 'x', exp: now() + 60 })
    for (const _ of [1, 2]) {
      const verdict = await signer.verify(token)
      assert.equal(verdict.kind === 'valid' && verdict.claims.sub, 'x')
    }
  })

  const claims = { sub: 'x', exp: now() + 60 }
  const refused: [what: string, token: string][] = [
    ['no token', ''],
    ['a text', 'a.b.c'],
    ['no exp', handmade({ alg: 'HS256' }, { sub: 'x' })],
    ['another key', handmade({ alg: 'HS256' }, claims, 'b'.repeat(64))],
    ['another algorithm', handmade({ alg: 'HS512' }, claims, secret, 'sha512')],
    ['no algorithm', `${part({ alg: 'none' })}.${part(claims)}.`],
    ['changed claims', handmade({ alg: 'HS256' }, claims).replace(/\.[^.]+\./, `.${part({ ...claims, sub: 'y' })}.`)],
    ['a text where exp is a number', handmade({ alg: 'HS256' }, { sub: 'x', exp: '9999999999' })],
  ]
  for (const [what, token] of refused) {
    it(`finds ${what} invalid`, async () => {
      assert.deepEqual(await signer.verify(token), { kind: 'invalid' })
    })
  }

  it('finds an expired token expired, also one that it remembers', async () => {
    assert.deepEqual(await signer.verify(handmade({ alg: 'HS256' }, { exp: now() - 1 })), { kind: 'expired' })
    const short = await signer.sign({}, now(), 1)
    assert.equal((await signer.verify(short)).kind, 'valid')
    await new Promise((resolve) => setTimeout(resolve, 1100))
    assert.deepEqual(await signer.verify(short), { kind: 'expired' })
  })
})
