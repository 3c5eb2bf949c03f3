import process from 'node:process'

/** What a script of `extras/scripts.ts` prints: figures by name. */
export type Printed = Readonly<Record<string, number>>

const callers = 32

/**
 * Asks for one row after the other, 32 at a time, as a busy server would, and prints the processor time of this process
 * for each call in µs, and the calls in a second. Arguments: the database's URL and the seconds to measure.
 */
export async function measureCalls(ask: (id: number) => Promise<unknown>): Promise<void> {
  const seconds = Number(process.argv[3])
  await keepAsking(ask, seconds)
  const before = process.cpuUsage()
  const started = performance.now()
  const calls = await keepAsking(ask, seconds)
  const took = (performance.now() - started) / 1000
  const { user, system } = process.cpuUsage(before)
  const printed: Printed = { cpu: (user + system) / calls, rate: calls / took }
  console.log(JSON.stringify(printed))
  process.exit(0)
}

async function keepAsking(ask: (id: number) => Promise<unknown>, seconds: number): Promise<number> {
  const end = performance.now() + seconds * 1000
  let calls = 0
  const caller = async () => {
    while (performance.now() < end) await ask(1 + ((calls++ * 7919) % 10_000))
  }
  await Promise.all(Array.from({ length: callers }, caller))
  return calls
}
