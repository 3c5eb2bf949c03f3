import { existsSync } from 'node:fs'
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
  /** How many processes like this one share the database. */
  readonly instances: number
  readonly jwtSecret: string
  readonly corsOrigins: readonly string[]
  readonly trustedProxies: readonly string[]
  readonly rateLimitAuth: Rate
  readonly rateLimitRefresh: Rate
}

const repository = resolve(import.meta.dirname, '../../..')

const whole = (least: number, most: number) => z.coerce.number().int().min(least).max(most)

const list = (isGood: (part: string) => boolean) =>
  z
    .string()
    .transform((text) => text.split(',').map((part) => part.trim()))
    .transform((parts) => parts.filter((part) => part !== ''))
    .refine((parts) => parts.every(isGood))

const rate = z.string().transform((text, context) => {
  try {
    return parseRate(text)
  } catch {
    context.addIssue('not a rate')
    return z.NEVER
  }
})

const isOrigin = (text: string) => text === '*' || /^https?:\/\/[^/\s]+$/.test(text)
/** "true" would believe whatever a client sends, so only addresses and networks are taken. */
const isProxy = (text: string) => text === 'loopback' || /^[0-9a-fA-F.:]+(\/\d{1,3})?$/.test(text)

const variables = z
  .object({
    ENVIRONMENT: z.enum(['development', 'testing', 'production']).default('development'),
    HOST: z.string().default('127.0.0.1'),
    PORT: whole(0, 65_535).default(8000),
    DATABASE_URL: z
      .string()
      .regex(/^postgres(ql)?:\/\/.+/)
      .optional(),
    DATA_DIR: z.string().default('.data'),
    DB_POOL_MIN: whole(0, 1000).optional(),
    DB_POOL_MAX: whole(1, 1000).default(5),
    DB_INSTANCES: whole(1, 10_000).default(1),
    DB_POOL_RECYCLE: whole(1, 604_800).default(3600),
    DB_CONNECTION_TIMEOUT: whole(1, 600).default(30),
    JWT_SECRET_KEY: z
      .string()
      .regex(/^[0-9a-fA-F]{64,}$/)
      .optional(),
    CORS_ORIGINS: list(isOrigin).default([3000, 5173, 8080, 8000].map((port) => `http://localhost:${port}`)),
    TRUST_PROXY: list(isProxy).default([]),
    RATE_LIMIT_AUTH: rate.default({ count: 5, seconds: 60 }),
    RATE_LIMIT_REFRESH: rate.default({ count: 10, seconds: 60 }),
  })
  .check(({ value, issues }) => {
    if (issues.length > 0) return
    const refuse = (name: keyof typeof value) => issues.push({ code: 'custom', input: value, path: [name] })
    const production = value.ENVIRONMENT === 'production'
    if (production && value.JWT_SECRET_KEY === undefined) refuse('JWT_SECRET_KEY')
    if (production && value.CORS_ORIGINS.includes('*')) refuse('CORS_ORIGINS')
    if ((value.DB_POOL_MIN ?? 0) > value.DB_POOL_MAX) refuse('DB_POOL_MIN')
  })

const wanted: Readonly<Record<string, string>> = {
  ENVIRONMENT: 'development, testing or production',
  PORT: 'a port from 0 to 65535',
  DATABASE_URL: 'a URL like postgres://user:password@host:5432/database',
  DB_POOL_MIN: 'a whole number of connections, from 0 to DB_POOL_MAX',
  DB_POOL_MAX: 'a whole number of connections, from 1',
  DB_INSTANCES: 'a whole number of processes, from 1',
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
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value))
  const { data, error } = variables.safeParse(given)
  if (!data) throw refusal(new Set(error.issues.map((issue) => String(issue.path[0]))), given)
  const dataFolder = resolve(repository, data.DATA_DIR)
  return {
    environment: data.ENVIRONMENT,
    host: data.HOST,
    port: data.PORT,
    databaseUrl: data.DATABASE_URL ?? null,
    dataFolder,
    pool: {
      min: data.DB_POOL_MIN ?? Math.min(2, data.DB_POOL_MAX),
      max: data.DB_POOL_MAX,
      recycle: data.DB_POOL_RECYCLE,
      connectionTimeout: data.DB_CONNECTION_TIMEOUT,
    },
    instances: data.DB_INSTANCES,
    jwtSecret: data.JWT_SECRET_KEY ?? developmentSecret(data.ENVIRONMENT, dataFolder),
    corsOrigins: data.CORS_ORIGINS,
    trustedProxies: data.TRUST_PROXY,
    rateLimitAuth: data.RATE_LIMIT_AUTH,
    rateLimitRefresh: data.RATE_LIMIT_REFRESH,
  }
}

/** The settings of this process: its environment, and what `.env` in the repository's root adds to it. */
export function processSettings(): Settings {
  const file = resolve(repository, '.env')
  if (existsSync(file)) process.loadEnvFile(file)
  return readSettings(process.env)
}

function refusal(names: ReadonlySet<string>, given: Environment): UsageError {
  const lines = [...names].map((name) => {
    const value = given[name]
    const hidden = secrets.has(name) ? 'holds a value that does not fit (hidden)' : `is ${JSON.stringify(value)}`
    return `Cannot start: ${name} ${value === undefined ? 'is not set' : hidden}. Set it to ${wanted[name]}.`
  })
  return new UsageError(lines.join('\n'))
}

/** The settings of the running application; `createApp` puts them in. */
export const appSettings = dependency({}, processSettings, { scope: 'app' })
