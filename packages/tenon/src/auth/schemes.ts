import { parseCookie } from 'cookie'
import { type Dependency, dependency, request } from '../http/dependency.ts'

/** The bearer token of the Authorization header (RFC 6750), null where there is none; documented as OAuth2's password flow. */
export function passwordBearer(tokenUrl: string): Dependency<string | null> {
  return dependency({ request }, ({ request }) => bearerToken(request.headers.authorization), {
    guard: true,
    security: {
      name: 'password',
      definition: {
        type: 'oauth2',
        description: 'Sign in with user name and password; the access token is sent as a bearer token.',
        flows: { password: { tokenUrl, scopes: {} } },
      },
    },
  })
}

function bearerToken(header: string | string[] | undefined): string | null {
  if (typeof header !== 'string') return null
  return /^Bearer +(\S.*?) *$/i.exec(header)?.[1] ?? null
}

/** A token in a cookie, null where there is none; `optional` says in the documentation that a route does without. */
export function cookieToken(name: string, { optional = false } = {}): Dependency<string | null> {
  return dependency({ request }, ({ request }) => parseCookie(request.headers.cookie?.toString() ?? '')[name] || null, {
    guard: true,
    security: { name, definition: { type: 'apiKey', in: 'cookie', name }, optional },
  })
}
