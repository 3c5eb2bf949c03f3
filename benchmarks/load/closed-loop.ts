import { Connection } from './connection.ts'
import { type Load, type Outcome, Tally } from './outcome.ts'

/**
 * Each connection sends its next request when it has the answer to the last: what the server can do at most.
 * Its latencies say little, because a server that stalls is not asked meanwhile; `openLoop` is for those.
 */
export async function closedLoop(load: Load): Promise<Outcome> {
  const { port, requests, expected, seconds, patience = 10 } = load
  const tally = new Tally(expected)
  const connections = Array.from({ length: load.connections }, () => new Connection(port))
  const started = performance.now()
  const end = started + seconds * 1000
  let next = 0
  const drive = (connection: Connection) =>
    new Promise<void>((resolve) => {
      const send = () => {
        const sent = performance.now()
        if (sent >= end) return resolve()
        const request = requests[next++ % requests.length] as Uint8Array
        connection.send(request, (status) => {
          tally.add(status, performance.now() - sent)
          // A server that refuses connections must not be asked without a pause.
          if (status === 0) setTimeout(send, 10)
          else send()
        })
      }
      send()
    })
  const limit = setTimeout(() => connections.forEach((one) => void one.close()), (seconds + patience) * 1000)
  await Promise.all(connections.map(drive))
  clearTimeout(limit)
  const took = (performance.now() - started) / 1000
  for (const connection of connections) connection.close()
  return tally.outcome(took)
}
