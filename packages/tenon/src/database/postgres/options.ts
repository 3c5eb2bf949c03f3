import { Client, type PoolConfig } from 'pg'
import { UsageError } from '../../core/errors.ts'
import { isPooledHost } from '../pooled-host.ts'

export interface PostgresOptions {
  readonly url: string
  /** Connections that stay open however idle; 2 unless given. */
  readonly min?: number
  /** Connections at most; 5 unless given. */
  readonly max?: number
  /** Seconds after which a connection is replaced; 3600 unless given. */
  readonly recycle?: number
  /** Seconds that a caller waits for a connection before DatabaseUnavailable; 30 unless given. */
  readonly connectionTimeout?: number
  /** Callers that may wait at once, those beyond get DatabaseUnavailable at once; 500 unless given. */
  readonly maxWaiting?: number
  /** Milliseconds that one statement may run; 15,000 unless given. Not in session(). */
  readonly statementTimeout?: number
}

/** The options with every default filled in. */
export interface PostgresSettings extends Required<PostgresOptions> {
  /** `postgres://todo@localhost:5432/todo` */
  readonly place: string
  readonly pooled: boolean
}

/** Throws UsageError, without the URL's text since it holds a password, where it cannot be read. */
export function readOptions(options: PostgresOptions): PostgresSettings {
  const url = options.url.replace(/([?&]sslmode=)(?:prefer|require|verify-ca)(?=&|$)/, '$1verify-full')
  const client = parseUrl(url)
  return {
    min: 2,
    max: 5,
    recycle: 3600,
    connectionTimeout: 30,
    maxWaiting: 500,
    statementTimeout: 15_000,
    ...options,
    url,
    place: `postgres://${client.user}@${client.host}:${client.port}/${client.database}`,
    pooled: isPooledHost(client.host),
  }
}

// The driver waits longer than the server, so that the server's own answer is what normally ends a statement.
const answerMargin = 2_000

/** What every pooled connection is opened with. */
export function poolConfig(settings: PostgresSettings): PoolConfig {
  return {
    ...clientConfig(settings),
    min: settings.min,
    max: settings.max,
    maxLifetimeSeconds: settings.recycle,
    query_timeout: settings.statementTimeout + answerMargin,
    // PgBouncer refuses it as a start-up parameter.
    ...(settings.pooled ? {} : { statement_timeout: settings.statementTimeout }),
  }
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
