import type { Contestant } from '../contestants.ts'
import type { Printed } from '../driver/measure-calls.ts'
import { startContestant } from '../measure/arena.ts'
import type { Measured } from './scripts.ts'

/** Starts everyone in turns: the time to the first answer that needs the database, and the memory then. */
export async function measureStartup(
  contestants: readonly Contestant[],
  url: string,
  rounds: number,
  say: (line: string) => void,
): Promise<Measured['rows']> {
  const rows = contestants.map(({ title }) => ({ title, rounds: [] as Printed[] }))
  for (let round = 1; round <= rounds; round++) {
    for (const [index, contestant] of contestants.entries()) {
      say(`start-up: ${contestant.name}, round ${round} of ${rounds}`)
      await using server = await startContestant(contestant, url)
      rows[index]?.rounds.push({ startup: server.startup, memory: server.memory() / 1e6 })
    }
  }
  return rows
}
