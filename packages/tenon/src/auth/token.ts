import { errors, type JWTPayload, jwtVerify, SignJWT } from 'jose'

export type TokenVerdict =
  | { readonly kind: 'valid'; readonly claims: JWTPayload }
  | { readonly kind: 'expired' }
  | { readonly kind: 'invalid' }

export interface TokenOptions {
  /** The key's text; its UTF-8 bytes sign with HS256. */
  readonly secret: string
  /** How many verified tokens are remembered, so that a token's signature is computed once. */
  readonly remembered?: number
}

/** Signs and verifies JSON Web Tokens (RFC 7519) with HS256. */
export class TokenSigner {
  readonly #key: Uint8Array
  readonly #remembered: number
  readonly #known = new Map<string, JWTPayload>()

  constructor({ secret, remembered = 10_000 }: TokenOptions) {
    this.#key = new TextEncoder().encode(secret)
    this.#remembered = remembered
  }

  /** `issuedAt` in seconds since 1970, `lifetime` in seconds. The same claims give the same token. */
  sign(claims: JWTPayload, issuedAt: number, lifetime: number): Promise<string> {
    return new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + lifetime)
      .sign(this.#key)
  }

  /** Never throws: a token is valid, expired, or invalid (another key or algorithm, no `exp`, not a token). */
  async verify(token: string): Promise<TokenVerdict> {
    const known = this.#known.get(token)
    if (known) return hasExpired(known) ? this.#forget(token) : { kind: 'valid', claims: known }
    try {
      const { payload } = await jwtVerify(token, this.#key, { algorithms: ['HS256'], requiredClaims: ['exp'] })
      this.#remember(token, payload)
      return { kind: 'valid', claims: payload }
    } catch (error) {
      if (error instanceof errors.JWTExpired) return { kind: 'expired' }
      if (error instanceof errors.JOSEError || error instanceof TypeError) return { kind: 'invalid' }
      throw error
    }
  }

  /** A Map keeps the order of insertion, so the first is the oldest. */
  #remember(token: string, claims: JWTPayload) {
    if (this.#known.size >= this.#remembered) {
      for (const oldest of this.#known.keys()) {
        this.#known.delete(oldest)
        break
      }
    }
    this.#known.set(token, Object.freeze(claims))
  }

  #forget(token: string): TokenVerdict {
    this.#known.delete(token)
    return { kind: 'expired' }
  }
}

function hasExpired({ exp = 0 }: JWTPayload): boolean {
  return exp <= Math.floor(Date.now() / 1000)
}
