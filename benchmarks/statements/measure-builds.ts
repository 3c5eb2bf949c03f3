import process from 'node:process'
import type { Printed } from '../driver/measure-calls.ts'

/**
 * Builds the statement of the list over and over, with other values each time, and prints the nanoseconds of one.
 * Arguments: none that counts, and the seconds to measure.
 */
export async function measureBuilds(build: (user: number) => unknown): Promise<void> {
  const seconds = Number(process.argv[3])
  await keepBuilding(build, seconds)
  const { count, took } = await keepBuilding(build, seconds)
  const printed: Printed = { build: (took * 1e6) / count }
  console.log(JSON.stringify(printed))
}

async function keepBuilding(build: (user: number) => unknown, seconds: number) {
  const started = performance.now()
  const end = started + seconds * 1000
  let count = 0
  while (performance.now() < end) {
    // Awaited, since some builders give a promise: for those that do not, it adds some 50 ns.
    for (let index = 0; index < 100; index++) await build(1 + (count++ % 100))
  }
  return { count, took: performance.now() - started }
}
