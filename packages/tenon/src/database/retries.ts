import { setTimeout as delay } from 'node:timers/promises'
import { DatabaseError, isStalePlan } from './errors.ts'

// Milliseconds.
const firstPause = 20
const longestPause = 1_000

/**
 * Runs `attempt` again where the server gave it up for the sake of another: a serialization failure, a deadlock, or a
 * plan that a change of the tables has overtaken. Never after an error that leaves open whether it was stored.
 */
export async function withRetries<T>(retries: number, attempt: () => Promise<T>): Promise<T> {
  for (let count = 0; ; count++) {
    try {
      return await attempt()
    } catch (error) {
      if (count >= retries || !isRepeatable(error)) throw error
      // Two that met once would meet again after equal pauses.
      await delay(Math.random() * Math.min(longestPause, firstPause * 2 ** count))
    }
  }
}

// serialization_failure and deadlock_detected, appendix A of PostgreSQL's manual.
function isRepeatable(error: unknown): boolean {
  if (!(error instanceof DatabaseError)) return false
  return error.report.state === '40001' || error.report.state === '40P01' || isStalePlan(error)
}
