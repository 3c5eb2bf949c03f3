import { type SetCookie, stringifySetCookie } from 'cookie'

export type CookieOptions = Omit<SetCookie, 'name' | 'value' | 'encode'>

/** A `Set-Cookie` value; `maxAge` in seconds, 0 clears the cookie. */
export function setCookie(name: string, value: string, options: CookieOptions = {}): string {
  return stringifySetCookie({ name, value, ...options })
}
