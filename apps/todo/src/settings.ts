import { resolve } from 'node:path'
import { parseRate, type Rate } from 'tenon/auth'
import { dependency, UsageError } from 'tenon/http'
import { z } from 'zod'
import { developmentSecret } from './secret.ts'

export interface Settings {
  readonly environment: 'development' | 'testing' | 'production'
  readonly host: string
  readonly port: number
  /** Null: the embedded database in `dataFolder`. */
  readonly databaseUrl: string | null
  readonly dataFolder: string
  readonly pool: {
    readonly min: number
    readonly max: number
    readonly recycle: number
    readonly connectionTimeout: number
  }
  readonly jwtSecret: string
  readonly corsOrigins: readonly string[]
  readonly trustedProxies: readonly string[]
  readonly rateLimitAuth: Rate
  readonly rateLimitRefresh: Rate
}

const repository = resolve(import.meta.dirname, '../../..')

const whole = (least: number, most: number) => z.coerce.number().int().min(least).max(most)
const list = z.string().transform((text) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== ''),
)

const variables = z.object({
  ENVIRONMENT: z.enum(['development', 'testing', 'production']).default('development'),
  HOST: z.string().default('127.0.0.1'),
  PORT: whole(0, 65_535).default(8000),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\/.+/)
    .optional(),
  DATA_DIR: z.string().default('.data'),
  DB_POOL_MIN: whole(0, 1000).default(2),
  DB_POOL_MAX: whole(1, 1000).default(5),
  DB_POOL_RECYCLE: whole(1, 604_800).default(3600),
  DB_CONNECTION_TIMEOUT: whole(1, 600).default(30),
  JWT_SECRET_KEY: z
    .string()
    .regex(/^[0-9a-fA-F]{64,}$/)
    .optional(),
  CORS_ORIGINS: list.default([
    'http://localhost:3000',
    'http://localhost:5173',
    'http://localhost:8080',
    'http://localhost:8000',
  ]),
  TRUST_PROXY: list.default([]),
  RATE_LIMIT_AUTH: z.string().default('5/minute'),
  RATE_LIMIT_REFRESH: z.string().default('10/minute'),
})

const wanted: Readonly<Record<string, string>> = {
  ENVIRONMENT: 'development, testing or production',
  PORT: 'a port from 0 to 65535',
  DATABASE_URL: 'a URL like postgres://user:password@host:5432/database',
  DB_POOL_MIN: 'a whole number of connections, from 0',
  DB_POOL_MAX: 'a whole number of connections, from 1',
  DB_POOL_RECYCLE: 'seconds, from 1 to 604800',
  DB_CONNECTION_TIMEOUT: 'seconds, from 1 to 600',
  JWT_SECRET_KEY: 'at least 64 hex characters; make one with: openssl rand -hex 32',
  CORS_ORIGINS: 'origins like https://todo.example, separated by commas; in production not *',
  TRUST_PROXY: 'addresses or networks of proxies like 10.0.0.0/8, separated by commas',
  RATE_LIMIT_AUTH: 'a rate like 5/minute',
  RATE_LIMIT_REFRESH: 'a rate like 10/minute',
}

/** Variables whose value must not be shown. */
const secrets = new Set(['DATABASE_URL', 'JWT_SECRET_KEY'])

type Environment = Readonly<Record<string, string | undefined>>

/** Reads the settings. Throws UsageError with one line for each bad variable: its name, what it holds, what is wanted. */
export function readSettings(environment: Environment): Settings {
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  )
  const result = variables.safeParse(given)
  if (!result.success)
    throw refusal(
      result.error.issues.map((issue) => String(issue.path[0])),
      given,
    )
  const values = result.data
  const production = values.ENVIRONMENT === 'production'
  if (production && !values.JWT_SECRET_KEY) throw refusal(['JWT_SECRET_KEY'], given)
  const badOrigins = values.CORS_ORIGINS.some((origin) =>
    origin === '*' ? production : !/^https?:\/\/[^/\s]+$/.test(origin),
  )
  if (badOrigins) throw refusal(['CORS_ORIGINS'], given)
  if (values.DB_POOL_MIN > values.DB_POOL_MAX)
    throw refusal(['DB_POOL_MIN'], given, `at most DB_POOL_MAX (${values.DB_POOL_MAX})`)
  const dataFolder = resolve(repository, values.DATA_DIR)
  return {
    environment: values.ENVIRONMENT,
    host: values.HOST,
    port: values.PORT,
    databaseUrl: values.DATABASE_URL ?? null,
    dataFolder,
    pool: {
      min: values.DB_POOL_MIN,
      max: values.DB_POOL_MAX,
      recycle: values.DB_POOL_RECYCLE,
      connectionTimeout: values.DB_CONNECTION_TIMEOUT,
    },
    jwtSecret: values.JWT_SECRET_KEY ?? developmentSecret(values.ENVIRONMENT, dataFolder),
    corsOrigins: values.CORS_ORIGINS,
    trustedProxies: readProxies(values.TRUST_PROXY, given),
    rateLimitAuth: readRate('RATE_LIMIT_AUTH', values.RATE_LIMIT_AUTH, given),
    rateLimitRefresh: readRate('RATE_LIMIT_REFRESH', values.RATE_LIMIT_REFRESH, given),
  }
}

function readRate(name: string, text: string, given: Environment): Rate {
  try {
    return parseRate(text)
  } catch {
    throw refusal([name], given)
  }
}

/** "true" would believe whatever a client sends, so only addresses and networks are taken. */
function readProxies(proxies: readonly string[], given: Environment): readonly string[] {
  if (proxies.every((proxy) => /^[0-9a-fA-F.:]+(\/\d{1,3})?$/.test(proxy) || proxy === 'loopback')) return proxies
  throw refusal(['TRUST_PROXY'], given)
}

function refusal(names: readonly string[], given: Environment, instead?: string): UsageError {
  const lines = [...new Set(names)].map((name) => {
    const value = given[name]
    const holds =
      value === undefined
        ? 'is not set'
        : secrets.has(name)
          ? 'holds a value that does not fit (hidden)'
          : `is ${JSON.stringify(value)}`
    return `Cannot start: ${name} ${holds}. Set it to ${instead ?? wanted[name]}.`
  })
  return new UsageError(lines.join('\n'))
}

/** The settings of the running application; `createApp` puts them in. */
export const appSettings = dependency({}, (): Settings => readSettings(process.env), { scope: 'app' })
