import { Connection } from './connection.ts'
import { type Load, type Outcome, percentile, Tally } from './outcome.ts'
import { Ticker } from './ticker.ts'

export interface Schedule extends Load {
  /** Requests per second, whatever the server does. */
  readonly rate: number
}

export interface OpenOutcome extends Outcome {
  /** How late requests were sent though a connection was free, 99th percentile in ms: the generator's own part. */
  readonly lag: number
}

/**
 * Sends at fixed times and counts each latency from the time at which the request was due. Where no connection is
 * free, requests wait in line and their waiting counts: a stall of the server shows in all that it would have hit.
 */
export async function openLoop(schedule: Schedule): Promise<OpenOutcome> {
  const { requests, rate, seconds, expected, patience = 10 } = schedule
  const total = Math.max(1, Math.round(rate * seconds))
  const tally = new Tally(expected)
  const lags: number[] = []
  const free = Array.from({ length: schedule.connections }, () => new Connection(schedule.port))
  const all = [...free]
  const ticker = new Ticker(Math.max(1000 / rate, 0.25))
  const started = await ticker.start()
  const dueAt = (index: number) => started + (index * 1000) / rate
  let sent = 0
  let finished = 0
  await new Promise<void>((resolve) => {
    // Whose turn has not come by then is counted too, as waiting until then.
    const limit = setTimeout(finish, (seconds + patience) * 1000)
    function finish() {
      clearTimeout(limit)
      ticker.stop()
      const now = performance.now()
      while (sent < total) tally.add(0, now - dueAt(sent++))
      for (const connection of all) connection.close()
      resolve()
    }
    function send(connection: Connection) {
      const due = dueAt(sent)
      const request = requests[sent++ % requests.length] as Uint8Array
      connection.send(request, (status) => {
        tally.add(status, performance.now() - due)
        free.push(connection)
        if (++finished === total) finish()
        else if (sent < total && dueAt(sent) <= performance.now()) sendWhatIsDue(false)
      })
    }
    function sendWhatIsDue(isOnTime: boolean) {
      const now = performance.now()
      while (sent < total && dueAt(sent) <= now) {
        const connection = free.pop()
        if (!connection) return
        if (isOnTime) lags.push(now - dueAt(sent))
        send(connection)
      }
    }
    ticker.onTick(() => sendWhatIsDue(true))
  })
  lags.sort((one, other) => one - other)
  return { ...tally.outcome((performance.now() - started) / 1000), lag: percentile(lags, 0.99) }
}
