import { type Case, requestsOf } from '../cases.ts'
import { base, type Contestant } from '../contestants.ts'
import { restore } from '../data/seed.ts'
import { closedLoop } from '../load/closed-loop.ts'
import { openLoop } from '../load/open-loop.ts'
import { type Load, percentile } from '../load/outcome.ts'
import type { Pace } from '../options.ts'
import { median } from '../report/figures.ts'
import type { Progress } from '../report/progress.ts'
import { answersOf, type Likeness, likenessOf } from './compare.ts'
import type { Server } from './server.ts'

/** What one turn at full load has shown. */
export interface Turn {
  /** Requests per second. */
  readonly rate: number
  /** Microseconds for each request. */
  readonly serverCpu: number
  readonly postgresCpu: number
  readonly errors: number
}

/** What one turn on a fixed schedule has shown: milliseconds from the time at which a request was due. */
export interface Timing {
  readonly rate: number
  readonly p50: number
  readonly p99: number
  readonly worst: number
  /** The generator's own lateness, 99th percentile. */
  readonly lag: number
  readonly errors: number
}

export interface Figures {
  readonly contestant: string
  readonly title: string
  readonly likeness: Likeness | null
  readonly turns: Turn[]
  readonly timings: Timing[]
}

export interface Running {
  readonly contestant: Pick<Contestant, 'name' | 'title'>
  readonly server: Server
}

export interface Arena {
  readonly url: string
  readonly running: readonly Running[]
  readonly pace: Pace
  /** Milliseconds of CPU that PostgreSQL has used. */
  readonly postgresCpu: () => number
  readonly progress: Progress
}

/** Compares the answers, warms everyone up, and lets them take turns: A B C, A B C, … */
export async function runCase(arena: Arena, one: Case): Promise<Figures[]> {
  const { pace, progress } = arena
  const able = await compareAnswers(arena, one)
  const figures: Figures[] = able.map(({ running: { contestant }, likeness }) => {
    return { contestant: contestant.name, title: contestant.title, likeness, turns: [], timings: [] }
  })
  const requests = requestsOf(one)
  const loadOf = (port: number): Load => {
    return { port, requests, expected: one.expected, connections: one.connections ?? 32, seconds: pace.turn }
  }
  for (const { running } of able) {
    progress.step(`${one.name}: ${running.contestant.name} warms up`)
    await warm({ ...loadOf(running.server.port), seconds: pace.warmUp }, pace.warmRequests)
  }
  const inTurn = async (round: number, work: (running: Running, figures: Figures) => Promise<void>) => {
    for (const [index, { running }] of able.entries()) {
      progress.step(`${one.name}: ${running.contestant.name}, round ${round} of ${pace.rounds}`)
      if (one.writes) await restore(arena.url)
      await work(running, figures[index] as Figures)
    }
  }
  for (let round = 1; round <= pace.rounds; round++) {
    await inTurn(round, async ({ server }, { turns }) => {
      turns.push(await takeTurn(loadOf(server.port), server, arena.postgresCpu))
    })
    const rates = new Map(figures.map(({ contestant, turns }) => [contestant, median(turns.map(({ rate }) => rate))]))
    const most = rates.get(base) ?? Number.POSITIVE_INFINITY
    await inTurn(round, async ({ server }, { contestant, timings }) => {
      const rate = Math.min(rates.get(contestant) ?? most, most) * pace.fraction
      timings.push(await takeTime({ ...loadOf(server.port), seconds: pace.timing }, rate))
    })
  }
  return figures
}

async function compareAnswers({ running, url, progress }: Arena, one: Case) {
  const able: { running: Running; likeness: Likeness | null }[] = []
  let wanted: string[] | undefined
  // The base answers first: what it says is what all must say.
  const inOrder = running.toSorted((a, b) => Number(b.contestant.name === base) - Number(a.contestant.name === base))
  for (const each of inOrder) {
    try {
      if (one.writes) await restore(url)
      const found = await answersOf(one, each.server.port)
      able.push({ running: each, likeness: wanted ? likenessOf(found, wanted, one.writes === true) : null })
      wanted ??= found
    } catch (error) {
      progress.remark(
        `${one.name}: ${each.contestant.title} is left out, because it does not do the work: ${(error as Error).message}`,
      )
      process.exitCode = 1
    }
  }
  return running.flatMap((each) => able.filter((other) => other.running === each))
}

/** V8 compiles what has run often, so that a slow server is not ready after a time in which a fast one is. */
async function warm(load: Load, requests: number): Promise<void> {
  let answered = 0
  for (let count = 0; count < 3; count++) {
    answered += (await closedLoop(load)).answered
    if (answered >= requests) return
  }
}

async function takeTurn(load: Load, server: Server, postgresCpu: () => number): Promise<Turn> {
  const before = { server: server.cpu(), postgres: postgresCpu() }
  const { answered, errors, seconds } = await closedLoop(load)
  const used = { server: server.cpu() - before.server, postgres: postgresCpu() - before.postgres }
  return {
    rate: answered / seconds,
    serverCpu: (used.server * 1000) / answered,
    postgresCpu: (used.postgres * 1000) / answered,
    errors,
  }
}

async function takeTime(load: Load, rate: number): Promise<Timing> {
  const { latencies, errors, lag } = await openLoop({ ...load, connections: 64, rate })
  return {
    rate,
    p50: percentile(latencies, 0.5),
    p99: percentile(latencies, 0.99),
    worst: percentile(latencies, 1),
    lag,
    errors,
  }
}
