import type { Client, Connection } from 'pg'

const within = 2_000

/** What pg's connections can do beside what its types say. */
interface CancellingConnection extends Connection {
  connect(portOrPath: number | string, host?: string): void
  requestSsl(): void
  cancel(processID: number, secretKey: number): void
}

interface CancellableClient {
  readonly processID: number
  readonly secretKey: number
  readonly sslNegotiation: 'postgres' | 'direct'
}

/**
 * Asks the server, over a connection of its own, to stop what `target` runs. Resolves when the server has hung up,
 * which is after it has passed the request on: what `target` sends later cannot be hit. Never throws.
 */
export function requestCancel(target: Client, side: Client): Promise<void> {
  const { processID, secretKey, sslNegotiation } = target as unknown as CancellableClient
  const connection = side.connection as CancellingConnection
  const send = () => connection.cancel(processID, secretKey)
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      connection.stream.destroy()
      resolve()
    }
    const timer = setTimeout(done, within)
    connection.once('connect', () => {
      if (!side.ssl) send()
      else if (sslNegotiation !== 'direct') connection.requestSsl()
    })
    connection.once('sslconnect', send)
    connection.once('end', done)
    connection.on('error', done)
    if (side.host.startsWith('/')) connection.connect(`${side.host}/.s.PGSQL.${side.port}`)
    else connection.connect(side.port, side.host)
  })
}
