import { createHash, randomUUID } from 'node:crypto'
import type { TokenSigner } from 'tenon/auth'
import type { Database } from 'tenon/database'
import { z } from 'zod'
import { InvalidToken, RefreshTokenExpired } from './errors.ts'
import { RefreshFamily } from './model.ts'

/** Seconds. */
export const refreshLifetime = 604_800
/** Seconds in which the last token before the current one is answered again: the answer to it may have been lost. */
const grace = 10

const RefreshClaims = z.object({ type: z.literal('refresh'), sub: z.uuid(), family: z.uuid(), generation: z.int() })

/** The rotation of refresh tokens: one atomic update for each use, and a used one that comes back ends its family. */
export class RefreshTokens {
  readonly #database: Database
  readonly #signer: TokenSigner

  constructor(database: Database, signer: TokenSigner) {
    this.#database = database
    this.#signer = signer
  }

  /** The first token of a new family. */
  async begin(userId: string): Promise<string> {
    const family = { id: randomUUID(), user_id: userId, generation: 0, rotated_at: new Date() }
    const token = await this.#sign(family)
    await this.#database
      .insert(RefreshFamily, { ...family, token_hash: hashOf(token), previous_hash: null, expires_at: expiry(family) })
      .run()
    await this.#database
      .delete(RefreshFamily)
      .where({ user_id: userId, expires_at: { lt: new Date() } })
      .run()
    return token
  }

  /** The next token of the family, and whose it is. Throws RefreshTokenExpired and InvalidToken. */
  async rotate(token: string): Promise<{ readonly token: string; readonly userId: string }> {
    const { family: id, generation, sub: userId } = await this.#claims(token)
    const next = { id, user_id: userId, generation: generation + 1, rotated_at: new Date() }
    const successor = await this.#sign(next)
    const presented = hashOf(token)
    const rotated = await this.#database
      .update(RefreshFamily, {
        generation: next.generation,
        token_hash: hashOf(successor),
        previous_hash: presented,
        rotated_at: next.rotated_at,
        expires_at: expiry(next),
      })
      .where({ id, token_hash: presented })
      .first()
      .run()
    return { token: rotated ? successor : await this.#again(id, presented), userId }
  }

  /** Ends the family of a token, if it is one. */
  async end(token: string): Promise<void> {
    const verdict = await this.#signer.verify(token)
    const claims = RefreshClaims.safeParse(verdict.kind === 'valid' ? verdict.claims : null)
    if (claims.success) await this.#database.delete(RefreshFamily).where({ id: claims.data.family }).run()
  }

  /** The current token once more, for the last one before it; any older one ends the family. */
  async #again(id: string, presented: string): Promise<string> {
    const family = await this.#database.select(RefreshFamily).where({ id }).first().run()
    if (!family) throw new InvalidToken()
    const age = (Date.now() - family.rotated_at.getTime()) / 1000
    if (family.previous_hash === presented && age <= grace) return this.#sign(family)
    await this.#database.delete(RefreshFamily).where({ id }).run()
    throw new InvalidToken()
  }

  async #claims(token: string) {
    const verdict = await this.#signer.verify(token)
    if (verdict.kind === 'expired') throw new RefreshTokenExpired()
    const claims = RefreshClaims.safeParse(verdict.kind === 'valid' ? verdict.claims : null)
    if (!claims.success) throw new InvalidToken()
    return claims.data
  }

  /** The same family and generation give the same token, so that a lost answer can be given again without keeping it. */
  #sign({
    id,
    user_id,
    generation,
    rotated_at,
  }: Pick<RefreshFamily, 'id' | 'user_id' | 'generation' | 'rotated_at'>): Promise<string> {
    const claims = { type: 'refresh', sub: user_id, family: id, generation }
    // Tokens tell time in whole seconds.
    return this.#signer.sign(claims, Math.floor(rotated_at.getTime() / 1000), refreshLifetime)
  }
}

function expiry({ rotated_at }: Pick<RefreshFamily, 'rotated_at'>): Date {
  return new Date(rotated_at.getTime() + refreshLifetime * 1000)
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url')
}
