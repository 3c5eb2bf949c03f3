import { isIPv6 } from 'node:net'
import { type RateLimiterAbstract, RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { UsageError } from '../core/errors.ts'
import { HttpError } from '../core/http-error.ts'
import { type Dependency, dependency, request, type Used, type Uses } from '../http/dependency.ts'

/** So many requests in so many seconds. */
export interface Rate {
  readonly count: number
  readonly seconds: number
}

export class RateLimitExceeded extends HttpError<'RATE_LIMIT_EXCEEDED'> {
  constructor(detail?: string, retryAfter = 60) {
    const headers = { 'Retry-After': String(retryAfter) }
    super(429, 'RATE_LIMIT_EXCEEDED', detail ?? `Too many requests. Try again in ${retryAfter} s.`, headers)
  }
}

const units: Readonly<Record<string, number>> = { second: 1, minute: 60, hour: 3600, day: 86_400 }

/** Reads `5/minute`, `100/hour`, `10/15 seconds`. Throws UsageError. */
export function parseRate(text: string): Rate {
  const [, count, times = '1', unit = ''] = /^\s*(\d+)\s*\/\s*(\d+)?\s*(second|minute|hour|day)s?\s*$/.exec(text) ?? []
  const seconds = Number(times) * (units[unit] ?? 0)
  if (Number(count) > 0 && seconds > 0) return { count: Number(count), seconds }
  throw new UsageError(
    `Cannot read the rate "${text}": it is not like 5/minute. Give a count, a slash, and second, minute, hour or day.`,
  )
}

/** Limits how often one client address may ask; each limiter counts for itself, in this process. Throws RateLimitExceeded. */
export function rateLimit<U extends Uses>(uses: U, rateOf: (used: Used<U>) => Rate): Dependency<null> {
  const limiter = dependency(uses, (used: Used<U>) => limiterOf(rateOf(used)), { scope: 'app' })
  return dependency({ request, limiter }, ({ request, limiter }) => consume(limiter, request.address), {
    guard: true,
    throws: [RateLimitExceeded],
  })
}

function limiterOf({ count, seconds }: Rate): RateLimiterAbstract {
  return new RateLimiterMemory({ points: count, duration: seconds })
}

async function consume(limiter: RateLimiterAbstract, address: string): Promise<null> {
  try {
    await limiter.consume(networkOf(address))
    return null
  } catch (error) {
    if (error instanceof RateLimiterRes)
      throw new RateLimitExceeded(undefined, Math.max(1, Math.ceil(error.msBeforeNext / 1000)))
    throw error
  }
}

/** One IPv6 client commonly holds a whole /64. */
function networkOf(address: string): string {
  if (!isIPv6(address) || address.startsWith('::ffff:')) return address
  const [head = ''] = address.split('::')
  const groups = head.split(':').filter((group) => group !== '')
  return `${[...groups, '0', '0', '0', '0'].slice(0, 4).join(':')}::/64`
}
