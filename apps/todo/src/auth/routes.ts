import { cookieToken, hashPassword, rateLimit, verifyPassword } from 'tenon/auth'
import { created, dependency, reply, router, setCookie } from 'tenon/http'
import { z } from 'zod'
import { database } from '../database.ts'
import { appSettings } from '../settings.ts'
import { Registration, User } from '../users/model.ts'
import {
  EmailAlreadyExists,
  InvalidCredentials,
  InvalidToken,
  MissingRefreshToken,
  RefreshTokenExpired,
} from './errors.ts'
import { RefreshTokens, refreshLifetime } from './refresh.ts'
import { currentUser, signAccessToken, tokens } from './tokens.ts'

const AccessToken = z
  .object({ access_token: z.jwt().describe('Good for 900 s'), token_type: z.literal('bearer') })
  .meta({ id: 'AccessToken' })
const Message = z.object({ message: z.string() }).meta({ id: 'Message' })
const LoginForm = z
  .object({
    username: z.string().meta({ description: 'The e-mail', examples: ['ada@example.com'] }),
    password: z.string().meta({ examples: ['correct horse battery staple'] }),
  })
  .meta({ id: 'LoginForm' })

const refreshTokens = dependency(
  { database, signer: tokens },
  ({ database, signer }) => new RefreshTokens(database, signer),
  {
    scope: 'app',
  },
)
const refreshCookie = cookieToken('refresh_token', { optional: true })
const registrations = rateLimit({ settings: appSettings }, ({ settings }) => settings.rateLimitAuth)
const logins = rateLimit({ settings: appSettings }, ({ settings }) => settings.rateLimitAuth)
const refreshes = rateLimit({ settings: appSettings }, ({ settings }) => settings.rateLimitRefresh)

/** RFC 6749, section 5.1: an answer with a token is kept nowhere. */
const noStore = { 'Cache-Control': 'no-store' }

function cookie(token: string, maxAge = refreshLifetime): string {
  return setCookie('refresh_token', token, {
    httpOnly: true,
    secure: true,
    sameSite: 'strict',
    path: '/api/v1/auth',
    maxAge,
  })
}

export const auth = router('/auth', { tags: ['auth'], uses: { db: database, signer: tokens, families: refreshTokens } })

auth.post(
  '/register',
  {
    summary: 'Register',
    body: Registration,
    returns: created(User.public),
    throws: [EmailAlreadyExists],
    uses: { limit: registrations },
  },
  async ({ db, body: { email, name, password } }) => {
    const password_hash = await hashPassword(password)
    return db.insert(User, { email, name, password_hash }).onViolation({ unique: EmailAlreadyExists })
  },
)

auth.post(
  '/login',
  {
    summary: 'Log in',
    form: LoginForm,
    returns: AccessToken,
    throws: [InvalidCredentials],
    uses: { limit: logins },
  },
  async ({ db, signer, families, form }) => {
    const user = await db.select(User).where({ email: form.username.toLowerCase() }).first().run()
    const matches = await verifyPassword(form.password, user?.password_hash ?? null)
    if (!user || !matches) throw new InvalidCredentials()
    const access_token = await signAccessToken(signer, user)
    return reply(
      { access_token, token_type: 'bearer' },
      { headers: noStore, cookies: [cookie(await families.begin(user.id))] },
    )
  },
)

auth.post(
  '/refresh',
  {
    summary: 'Get a new access token',
    returns: AccessToken,
    throws: [MissingRefreshToken, RefreshTokenExpired, InvalidToken],
    uses: { limit: refreshes, token: refreshCookie },
  },
  async ({ db, signer, families, token }) => {
    if (token === null) throw new MissingRefreshToken()
    const rotated = await families.rotate(token)
    const user = await db.select(User).where({ id: rotated.userId }).one(InvalidToken).run()
    const access_token = await signAccessToken(signer, user)
    return reply({ access_token, token_type: 'bearer' }, { headers: noStore, cookies: [cookie(rotated.token)] })
  },
)

auth.post(
  '/logout',
  {
    summary: 'Log out',
    returns: Message,
    uses: { token: refreshCookie },
  },
  async ({ families, token }) => {
    if (token !== null) await families.end(token)
    return reply({ message: 'You are logged out.' }, { cookies: [cookie('', 0)] })
  },
)

auth.get(
  '/me',
  {
    summary: 'Who am I?',
    returns: User.public,
    throws: [InvalidToken],
    uses: { user: currentUser },
  },
  ({ db, user }) => db.select(User).where({ id: user.id }).one(InvalidToken),
)
