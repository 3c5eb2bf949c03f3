import { Client, type PoolConfig } from 'pg'
import { UsageError } from '../../core/errors.ts'
import { isPooledHost } from '../pooled-host.ts'

export interface PostgresOptions {
  readonly url: string
  /** Connections that stay open however idle; 2 unless given. */
  readonly min?: number
  /** Connections at most, lanes and listeners included; 5 unless given. */
  readonly max?: number
  /** Connections that single statements share; 2 unless given, and never more than half of `max`. */
  readonly lanes?: number
  /** Seconds after which a connection is replaced; 3600 unless given. */
  readonly recycle?: number
  /** Seconds that a caller waits for a connection before DatabaseUnavailable; 30 unless given. */
  readonly connectionTimeout?: number
  /** Callers that may wait at once, those beyond get DatabaseUnavailable at once; 500 unless given. */
  readonly maxWaiting?: number
  /** Milliseconds that one statement may run; 15,000 unless given. Not in session(). */
  readonly statementTimeout?: number
  /** True behind PgBouncer in transaction mode or its like; found out at the first connection unless given. */
  readonly pooled?: boolean
  /** Whether statements are prepared by name; unless given, where there is no pooler, or Neon's. */
  readonly prepared?: boolean
}

/** The options with every default filled in. */
export interface PostgresSettings extends Required<Omit<PostgresOptions, 'pooled' | 'prepared'>> {
  /** `postgres://todo@localhost:5432/todo` */
  readonly place: string
  readonly pooled: boolean | undefined
  readonly prepared: boolean | undefined
}

/** Throws UsageError, without the URL's text since it holds a password, where it cannot be read. */
export function readOptions(options: PostgresOptions): PostgresSettings {
  const url = options.url.replace(/([?&]sslmode=)(?:prefer|require|verify-ca)(?=&|$)/, '$1verify-full')
  const client = parseUrl(url)
  const max = options.max ?? 5
  const isNeonPooler = isPooledHost(client.host)
  return {
    min: 2,
    recycle: 3600,
    connectionTimeout: 30,
    maxWaiting: 500,
    statementTimeout: 15_000,
    ...options,
    max,
    lanes: Math.min(options.lanes ?? 2, Math.floor(max / 2)),
    url,
    place: `postgres://${client.user}@${client.host}:${client.port}/${client.database}`,
    pooled: options.pooled ?? (isNeonPooler || undefined),
    // Neon's PgBouncer keeps them apart by client.
    prepared: options.prepared ?? (isNeonPooler || undefined),
  }
}

// The driver waits longer than the server, so that the server's own answer is what normally ends a statement.
const answerMargin = 2_000

/** Milliseconds after which the driver gives up what the server has not answered. */
export function answerWithin(settings: PostgresSettings): number {
  return settings.statementTimeout + answerMargin
}

/** What every connection that counts against `max` is opened with. */
export function serviceConfig(settings: PostgresSettings): PoolConfig {
  return { ...clientConfig(settings), statement_timeout: settings.statementTimeout }
}

/** What a connection of its own, outside the pool, is opened with. */
export function clientConfig(settings: PostgresSettings): PoolConfig {
  return {
    connectionString: settings.url,
    connectionTimeoutMillis: settings.connectionTimeout * 1000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    enableChannelBinding: true,
    fallback_application_name: 'tenon',
    types: { getTypeParser: () => (text: string) => text },
  }
}

function parseUrl(url: string): Client {
  if (/^postgres(ql)?:\/\//.test(url)) {
    try {
      return new Client({ connectionString: url })
    } catch {
      // Said below, without the parser's text.
    }
  }
  throw new UsageError(
    'Cannot read the database URL: it is not of the form postgres://user:password@host:5432/database. ' +
      'Percent-encode special characters in the password.',
  )
}
