import { passwordBearer, TokenSigner } from 'tenon/auth'
import { dependency } from 'tenon/http'
import { z } from 'zod'
import { appSettings } from '../settings.ts'
import { InvalidToken, InvalidTokenType, MissingToken, TokenExpired } from './errors.ts'

/** Seconds. */
const accessLifetime = 900

export const tokens = dependency(
  { settings: appSettings },
  ({ settings }) => new TokenSigner({ secret: settings.jwtSecret }),
  {
    scope: 'app',
  },
)

/** Who asks, as the access token says. */
export interface CurrentUser {
  readonly id: string
  readonly email: string
}

export function signAccessToken(signer: TokenSigner, { id, email }: CurrentUser): Promise<string> {
  return signer.sign({ sub: id, email, type: 'access' }, Math.floor(Date.now() / 1000), accessLifetime)
}

const AccessClaims = z.object({ sub: z.uuid(), email: z.string() })

/** The user of the bearer token. Nothing is read from the database: a token is good until it expires. */
export const currentUser = dependency(
  { token: passwordBearer('/api/v1/auth/login'), signer: tokens },
  async ({ token, signer }): Promise<CurrentUser> => {
    if (token === null) throw new MissingToken()
    const verdict = await signer.verify(token)
    if (verdict.kind === 'expired') throw new TokenExpired()
    if (verdict.kind === 'invalid') throw new InvalidToken()
    if (verdict.claims.type !== 'access') throw new InvalidTokenType()
    const claims = AccessClaims.safeParse(verdict.claims)
    if (!claims.success) throw new InvalidToken()
    return { id: claims.data.sub, email: claims.data.email }
  },
  { throws: [MissingToken, TokenExpired, InvalidToken, InvalidTokenType] },
)
