import assert from 'node:assert/strict'
import { Database } from 'tenon/database'
import { caseOf, requestsOf } from './cases.ts'
import { type Contestant, contestantOf } from './contestants.ts'
import { onDriver, type Size, seed, usualSize } from './data/seed.ts'
import { closedLoop } from './load/closed-loop.ts'
import { openLoop } from './load/open-loop.ts'
import { percentile } from './load/outcome.ts'
import { openPostgresServer, type Postgres, startContestant } from './measure/arena.ts'
import type { Options } from './options.ts'
import { Progress } from './report/progress.ts'
import { describeMachine } from './report/results.ts'
import { type Growth, type Rows, toScalingMarkdown, toScalingPicture } from './report/scaling.ts'
import { writeResults } from './report/write.ts'
import { Task } from './tenon/model.ts'

const tenon = contestantOf('tenon')
const sizes = [100, 10_000, 1_000_000]
const connectionCounts = [1, 2, 4, 8, 16, 32, 64, 128, 256]
const workerCounts = [1, 2]
/** Requests per second while rows grow: few enough that nothing but the list itself takes time. */
const rate = 200

/** How Tenon's list behaves as tables, connections and processes grow. */
export async function scale({ pace, json, isWhole }: Options): Promise<void> {
  const progress = new Progress()
  await using postgres = await openPostgresServer()
  const machine = describeMachine(postgres.version)
  const rows: Rows[] = []
  for (const tasks of sizes) rows.push(await growRows(postgres, tasks, pace.timing, progress))
  const growth: Growth[] = []
  const url = await postgres.createDatabase()
  await seed(url)
  for (const workers of workerCounts) growth.push(...(await growConnections(url, workers, pace, progress)))
  progress.end()
  const table = toScalingMarkdown(machine, rate, rows, growth)
  const raw = `${JSON.stringify({ machine, pace, rate, rows, growth }, null, 1)}\n`
  const picture = toScalingPicture(rows, growth)
  const folder = writeResults({ 'scaling.md': table, 'scaling.svg': picture, 'scaling.json': raw }, isWhole)
  console.log(json ? raw : table)
  console.error(`Written to ${folder}.`)
}

/** A user has 100 tasks, whatever the size of the table. */
async function growRows(postgres: Postgres, tasks: number, seconds: number, { step }: Progress): Promise<Rows> {
  step(`${tasks} tasks: filling the table`)
  const size: Size = { ...usualSize, tasks, users: tasks / 100 }
  const url = await postgres.createDatabase()
  await seed(url, size)
  const plans = await plansOf(url)
  // On a hundred rows PostgreSQL rightly reads the whole table, which is two pages.
  if (tasks > 1000) assertIndexed(plans)
  await using server = await startContestant(tenon, url)
  const path = (index: number) => `/users/${1 + ((index * 37) % size.users)}/tasks?page=${1 + (index % 3)}&limit=20`
  const list = { ...caseOf('list'), path }
  const load = { port: server.port, requests: requestsOf(list), expected: 200, connections: 64, seconds }
  step(`${tasks} tasks: load`)
  await openLoop({ ...load, rate })
  const { latencies, errors } = await openLoop({ ...load, rate, seconds: 2 * seconds })
  return { tasks, p50: percentile(latencies, 0.5), p99: percentile(latencies, 0.99), errors, plans }
}

/** The plans of the two statements of the list, as Tenon's own `explain` tells them. */
function plansOf(url: string): Promise<string> {
  return onDriver(url, (driver) => {
    const query = new Database(driver).select(Task).where({ user_id: 1 }).order({ id: 'desc' })
    return query.page({ page: 2, limit: 20 }).explain()
  })
}

function assertIndexed(plans: string): void {
  const each = plans.split('\n\n')
  assert.equal(each.length, 2, `Two statements were expected:\n${plans}`)
  for (const plan of each) {
    assert.match(plan, /Index (Only )?Scan.* idx_tasks_user_id_id/, `The list does not use its index:\n${plan}`)
  }
}

async function growConnections(
  url: string,
  workers: number,
  { warmUp, turn: seconds }: Options['pace'],
  { step }: Progress,
): Promise<Growth[]> {
  const several: Contestant = { ...tenon, command: ['cluster.ts'], environment: { WORKERS: String(workers) } }
  await using server = await startContestant(several, url)
  const list = caseOf('list')
  const load = { port: server.port, requests: requestsOf(list), expected: list.expected, seconds }
  await closedLoop({ ...load, connections: 32, seconds: warmUp * workers })
  const found: Growth[] = []
  for (const connections of connectionCounts) {
    step(`${workers} ${workers === 1 ? 'process' : 'processes'}, ${connections} connections`)
    const before = server.cpu()
    const { answered, errors, latencies, seconds: took } = await closedLoop({ ...load, connections })
    found.push({
      workers,
      connections,
      rate: answered / took,
      serverCpu: ((server.cpu() - before) * 1000) / answered,
      p50: percentile(latencies, 0.5),
      p99: percentile(latencies, 0.99),
      errors,
    })
  }
  return found
}
