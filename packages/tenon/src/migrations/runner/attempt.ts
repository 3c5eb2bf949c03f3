import { setTimeout as delay } from 'node:timers/promises'
import type { TenonError } from '../../core/errors.ts'
import { serverProcess } from '../lock.ts'
import { BlockerWatch } from './blockers.ts'
import type { Place, Run } from './context.ts'
import { isLockProblem, placed, RevisionError } from './errors.ts'

const firstPause = 100
const longestPause = 10_000

/**
 * Runs the work in a transaction of its own. Where it does not get a lock in time, or meets a deadlock, all of it is
 * rolled back and tried again: a statement that waits for its lock makes everybody queue behind it.
 */
export async function inTransaction<T>(run: Run, place: Place, work: () => Promise<T>): Promise<T> {
  const { lockTimeout } = run.settings
  return await persistently(run, place, lockTimeout / 2, async () => {
    await run.connection.script(`begin; set local lock_timeout = ${lockTimeout}`)
    try {
      const result = await work()
      await run.stillHeld()
      await run.connection.script('commit')
      return result
    } catch (error) {
      await run.connection.script('rollback').catch(() => {})
      throw error
    }
  })
}

/** Tries again, with growing pauses, as long as the server says that it gets no lock and patience lasts. */
export async function persistently<T>(run: Run, place: Place, lookEvery: number, work: () => Promise<T>): Promise<T> {
  const { patience } = run.settings
  const started = performance.now()
  for (let attempt = 1; ; attempt++) {
    const watch = new BlockerWatch(run, place.revision.id, await serverProcess(run.connection), lookEvery)
    let failure: unknown
    try {
      return await work()
    } catch (error) {
      failure = placed(place, error)
    } finally {
      await watch.stop()
    }
    if (!isLockProblem(failure) || !(failure instanceof RevisionError)) throw failure
    const pause = pauseAfter(attempt)
    const spent = performance.now() - started
    if (spent + pause > patience) throw outOfPatience(failure, watch, attempt, spent)
    run.report({ kind: 'retrying', id: place.revision.id, attempt, pause })
    await delay(pause)
  }
}

/** Milliseconds, half of them by chance, so that two which block each other do not meet again. */
function pauseAfter(attempt: number): number {
  return Math.round(Math.min(longestPause, firstPause * 2 ** (attempt - 1)) * (0.5 + Math.random()))
}

function outOfPatience(error: RevisionError, watch: BlockerWatch, attempts: number, spent: number): RevisionError {
  const who = watch.seen.map(({ pid, description }) => `server process ${pid} (${description})`).join(' and ')
  const holder =
    who === '' ? 'a lock that it needs is held by another transaction' : `a lock that it needs is held by ${who}`
  const effort = `It was tried ${attempts} time${attempts === 1 ? '' : 's'} over ${Math.round(spent / 1000)} s.`
  return new RevisionError(error.place, error.cause as TenonError, `${holder}. ${effort}`)
}
