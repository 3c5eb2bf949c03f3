import { Client } from 'pg'

interface StartupConfiguration {
  getStartupConf(): Record<string, string>
}

const inherited = (Client.prototype as unknown as StartupConfiguration).getStartupConf

/**
 * A client whose session speaks UTC and ISO dates, whatever the server's or the database's default.
 * As start-up parameters of their own and not as `options`, because poolers keep track of these and refuse that.
 */
export class UtcClient extends Client {
  getStartupConf(): Record<string, string> {
    return { ...inherited.call(this), TimeZone: 'UTC', DateStyle: 'ISO, MDY' }
  }
}
