import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Case, caseOf, cases, requestsOf } from './cases.ts'
import { contestantOf } from './contestants.ts'
import { seed } from './data/seed.ts'
import { closedLoop } from './load/closed-loop.ts'
import { openPostgresServer, startContestant } from './measure/arena.ts'
import type { Options } from './options.ts'
import { Progress } from './report/progress.ts'
import { describeMachine, type Machine } from './report/results.ts'
import { writeResults } from './report/write.ts'

const seconds = 10
const frames = 10

/** Where Tenon's processor time goes: the frames with the most time of their own, under full load; the list's unless asked. */
export async function profile(options: Options): Promise<void> {
  const [asked] = options.cases.length < cases.length ? options.cases : []
  const one = asked ?? caseOf('list')
  const progress = new Progress()
  const folder = await mkdtemp(join(tmpdir(), 'profile-'))
  try {
    const { requests, machine } = await runProfiled(one, folder, progress)
    const [file = ''] = await readdir(folder)
    const found = toFrames(JSON.parse(await readFile(join(folder, file), 'utf8')))
    progress.end()
    const text = toText(one, found, requests)
    const written = writeResults({ 'profile.md': `${head(machine)}\n\n${text}\n` }, options.isWhole)
    console.log(text)
    console.error(`Written to ${written}.`)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function runProfiled(one: Case, folder: string, { step }: Progress) {
  await using postgres = await openPostgresServer()
  const machine = describeMachine(postgres.version)
  const url = await postgres.createDatabase()
  await seed(url)
  const tenon = contestantOf('tenon')
  const command = ['--cpu-prof', `--cpu-prof-dir=${folder}`, ...tenon.command]
  await using server = await startContestant({ ...tenon, command }, url)
  step(`${seconds} s of load`)
  const load = { port: server.port, requests: requestsOf(one), expected: one.expected, connections: 32, seconds }
  return { requests: (await closedLoop(load)).answered, machine }
}

/** What V8 writes: a tree of calls, and which of its nodes was at work at each sample. */
interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number }
  }[]
  readonly samples: readonly number[]
  /** Microseconds. */
  readonly timeDeltas: readonly number[]
}

interface Frame {
  readonly place: string
  /** Microseconds of its own. */
  readonly time: number
}

/** All frames, the most expensive first; the time in which nothing ran is no frame. */
export function toFrames({ nodes, samples, timeDeltas }: CpuProfile): Frame[] {
  const places = new Map(nodes.map(({ id, callFrame }) => [id, toPlace(callFrame)]))
  const times = new Map<string, number>()
  for (const [index, id] of samples.entries()) {
    const place = places.get(id) ?? ''
    times.set(place, (times.get(place) ?? 0) + (timeDeltas[index] ?? 0))
  }
  times.delete(toPlace({ functionName: '(idle)', url: '', lineNumber: 0 }))
  return [...times].map(([place, time]) => ({ place, time })).sort((one, other) => other.time - one.time)
}

function toPlace({ functionName, url, lineNumber }: CpuProfile['nodes'][number]['callFrame']): string {
  const name = functionName || '(anonymous)'
  const file = url.split(/\/(?:packages\/tenon\/src|node_modules)\//).at(-1)
  return file ? `\`${name}\` ${file}:${lineNumber + 1}` : `\`${name}\``
}

function head({ date, processor, cores, node, postgres, revision }: Machine): string {
  return `# Where the time goes\n\n${date}, ${processor}, ${cores} cores, Node ${node}, PostgreSQL ${postgres}, revision ${revision}.`
}

function toText({ title }: Case, found: readonly Frame[], requests: number): string {
  const all = found.reduce((sum, { time }) => sum + time, 0)
  const lines = found.slice(0, frames).map(({ place, time }) => {
    return `| ${((time / all) * 100).toFixed(1)} % | ${(time / requests).toFixed(1)} µs | ${place} |`
  })
  return [
    `${title}: ${requests} requests, ${(all / requests).toFixed(0)} µs each, start-up included. By own time:`,
    '',
    '|  | for each request | frame |',
    '| --: | --: | --- |',
    ...lines,
  ].join('\n')
}
