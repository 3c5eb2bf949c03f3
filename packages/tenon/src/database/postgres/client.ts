import { Client, type PoolConfig } from 'pg'
import { filterRows, type TakeRow } from './row-filter.ts'

interface StartupConfiguration {
  getStartupConf(): Record<string, string>
}

const inherited = (Client.prototype as unknown as StartupConfiguration).getStartupConf

/** What stands between driver and server, as far as it is known. */
export interface Upstream {
  /** A pooler that lends server connections for a transaction each, such as PgBouncer. */
  isPooler: boolean
  /** False until the first connection has shown it. */
  isKnown: boolean
}

/**
 * A client whose session speaks UTC and ISO dates, whatever the server's or the database's default.
 * As start-up parameters of their own and not as `options`, because poolers keep track of these and refuse that.
 */
export class UtcClient extends Client {
  /** Asked for each row before pg reads it. */
  takeRow: TakeRow = () => false

  constructor(config?: PoolConfig) {
    super(config)
    // Here, because a pool gives its clients away when they are connected.
    filterRows(this.connection, (row, start) => this.takeRow(row, start))
  }

  getStartupConf(): Record<string, string> {
    return { ...inherited.call(this), TimeZone: 'UTC', DateStyle: 'ISO, MDY' }
  }
}

/** A class of clients that do not send what the pooler, once it is known to be one, would refuse. `born` hears of each. */
export function clientClass(
  upstream: Upstream,
  born: (client: UtcClient) => void,
): new (
  config?: PoolConfig,
) => UtcClient {
  return class extends UtcClient {
    constructor(config?: PoolConfig) {
      super(config)
      born(this)
    }

    override getStartupConf(): Record<string, string> {
      const { statement_timeout, ...parameters } = super.getStartupConf()
      return upstream.isPooler || statement_timeout === undefined ? parameters : { ...parameters, statement_timeout }
    }
  }
}
