import { base } from './contestants.ts'
import { seed } from './data/seed.ts'
import { driverScripts, type Measured, runScripts, statementScripts } from './extras/scripts.ts'
import { measureStartup } from './extras/startup.ts'
import { loginCase, startTodo, todoCase } from './extras/todo.ts'
import { measureTypes } from './extras/types.ts'
import type { Extra } from './extras.ts'
import { openPostgresServer, type Postgres, startContestant } from './measure/arena.ts'
import { install } from './measure/install.ts'
import { type Arena, type Running, runCase } from './measure/rounds.ts'
import type { Options } from './options.ts'
import { toPicture } from './report/picture.ts'
import { Progress } from './report/progress.ts'
import { type CaseResult, describeMachine, type Results } from './report/results.ts'
import { toMarkdown } from './report/table.ts'
import { writeResults } from './report/write.ts'

/** Measures what is asked for, and writes and prints what came of it. */
export async function compare(options: Options): Promise<void> {
  const progress = new Progress()
  const able = install(options.contestants, progress)
  await using postgres = await openPostgresServer()
  const machine = describeMachine(postgres.version)
  const url = await postgres.createDatabase()
  await seed(url)
  const scope: Scope = { options: { ...options, contestants: able }, postgres, url, progress }
  // First what needs a machine on which nothing else runs.
  const extras = await runExtras(scope)
  const cases = [...(await runCases(scope)), ...(await runTodo(scope))]
  progress.end()
  const results: Results = { machine, pace: options.pace, cases, extras, remarks: progress.remarks }
  const table = toMarkdown(results)
  const raw = `${JSON.stringify(results, null, 1)}\n`
  const pictured = cases.filter(({ figures }) => figures.length > 1)
  const files = { 'table.md': table, 'picture.svg': toPicture(pictured), 'figures.json': raw }
  const folder = writeResults(files, options.isWhole)
  console.log(options.json ? raw : table)
  console.error(`Written to ${folder}.`)
}

interface Scope {
  readonly options: Options
  readonly postgres: Postgres
  readonly url: string
  readonly progress: Progress
}

async function runCases({ options, postgres, url, progress }: Scope): Promise<CaseResult[]> {
  if (options.cases.length === 0) return []
  await using servers = new AsyncDisposableStack()
  const running: Running[] = []
  for (const contestant of options.contestants) {
    try {
      progress.step(`starting ${contestant.name}`)
      running.push({ contestant, server: servers.use(await startContestant(contestant, url)) })
    } catch (error) {
      progress.remark(`${contestant.title} does not start: ${(error as Error).message}`)
      process.exitCode = 1
    }
  }
  const results: CaseResult[] = []
  for (const one of options.cases) {
    const figures = await runCase(arenaOf(running, url, options, postgres, progress), one)
    results.push({ name: one.name, title: one.title, figures })
  }
  return results
}

/** Tenon's flagship application, by itself: nobody else has written it. */
async function runTodo({ options, postgres, progress }: Scope): Promise<CaseResult[]> {
  const isWanted = (name: Extra) => options.extras.includes(name)
  if (!isWanted('todo') && !isWanted('login')) return []
  const url = await postgres.createDatabase()
  progress.step('starting the Todo service')
  await using server = await startTodo(url)
  const running: Running[] = [{ contestant: { name: 'todo', title: 'Todo service' }, server }]
  const cases = [...(isWanted('todo') ? [await todoCase(server)] : []), ...(isWanted('login') ? [loginCase] : [])]
  const results: CaseResult[] = []
  for (const one of cases) {
    const figures = await runCase(arenaOf(running, url, options, postgres, progress), one)
    results.push({ name: one.name, title: one.title, figures })
  }
  return results
}

function arenaOf(
  running: readonly Running[],
  url: string,
  { pace }: Options,
  postgres: Postgres,
  progress: Progress,
): Arena {
  return { running, url, pace, postgresCpu: () => postgres.cpu(), progress }
}

async function runExtras({ options, url, progress }: Scope): Promise<Measured[]> {
  const { rounds, turn: seconds } = options.pace
  const baseTitle = options.contestants.find(({ name }) => name === base)?.title ?? ''
  const work: Partial<Record<string, () => Promise<Measured>>> = {
    startup: async () => ({
      ...{ name: 'startup', title: 'Start-up and memory', base: baseTitle },
      units: { startup: 'first answer, ms', memory: 'resident then, MB' },
      rows: await measureStartup(options.contestants, url, rounds, progress.step),
    }),
    driver: async () => ({
      ...{ name: 'driver', title: 'Driver alone: one row by primary key', base: driverScripts[0]?.title ?? '' },
      units: { cpu: 'CPU of Node, µs', rate: 'calls/s' },
      rows: await runScripts(driverScripts, { url, seconds, rounds }, progress.step),
    }),
    statements: async () => ({
      ...{ name: 'statements', title: "Building the list's statement", base: statementScripts[0]?.title ?? '' },
      units: { build: 'ns' },
      rows: await runScripts(statementScripts, { url, seconds: seconds / 2, rounds }, progress.step),
    }),
    types: async () => ({
      ...{
        name: 'types',
        title: 'Type-check cost of one more model with four routes',
        base: 'Fastify + Kysely (base)',
      },
      units: { instantiations: 'instantiations', time: '45 of them, packages included, s' },
      rows: await measureTypes(progress.step),
    }),
  }
  const found: Measured[] = []
  for (const name of options.extras) {
    const measured = await work[name]?.()
    if (measured) found.push(measured)
  }
  return found
}
