// Runs the tests: every one, or those of the files and folders given. `-t <text>` keeps the tests whose title holds the text.
// Files that fail run once more, alone: tests of clocks, networks and killed servers share the machine with others the
// first time. What passes only then is named as fragile.
import { existsSync, globSync, statSync } from 'node:fs'
import path from 'node:path'
import { run } from 'node:test'
import { spec } from 'node:test/reporters'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { type PostgresServer, startPostgres } from './postgres-server.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const everything = [
  'packages/*/src/**/*.test.ts',
  'apps/*/{src,test}/**/*.test.ts',
  'examples/**/*.test.ts',
  'scripts/**/*.test.ts',
  'benchmarks/{load,measure,report,tenon}/**/*.test.ts',
]
const timeLimit = fileURLToPath(new URL('time-limit.ts', import.meta.url))

/** More failures than these are no accident, and a second try would only hide how long they take. */
const mostRepeats = 4

interface Counts {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

type CountsByFile = ReadonlyMap<string, Counts>

process.exitCode = await main()

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { title: { type: 'string', short: 't', multiple: true } },
  })
  const files = findFiles(positionals)
  if (files.length === 0) {
    console.error(`No test file matches ${positionals.join(' ') || 'in this repository'}.`)
    return 1
  }
  const stopping = new AbortController()
  let server: PostgresServer | undefined
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stopping.abort())
  try {
    server = await provideServer()
    if (stopping.signal.aborted) return 1
    const counts = await runTwice(files, values.title ?? [], stopping.signal)
    await server?.stop()
    if (stopping.signal.aborted) console.log('Stopped before all tests had run.')
    const { passed, failed, skipped } = sum(counts)
    console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
    return failed > 0 || passed === 0 || stopping.signal.aborted ? 1 : 0
  } finally {
    await server?.stop()
  }
}

async function provideServer(): Promise<PostgresServer | undefined> {
  if (process.env.TEST_DATABASE_URL) return undefined
  const server = await startPostgres()
  process.env.TEST_DATABASE_URL = server.url
  return server
}

function findFiles(given: readonly string[]): string[] {
  const patterns = given.length === 0 ? everything : given.map(toPattern)
  const found = patterns.flatMap((pattern) => globSync(pattern, { cwd: root, exclude: ['**/node_modules/**'] }))
  return [...new Set(found)].sort().map((file) => path.resolve(root, file))
}

function toPattern(given: string): string {
  const place = path.resolve(root, given)
  return existsSync(place) && statSync(place).isDirectory() ? `${given.replace(/\/+$/, '')}/**/*.test.ts` : given
}

async function runTwice(files: string[], titles: readonly string[], signal: AbortSignal): Promise<CountsByFile> {
  const first = await runFiles(files, titles, signal, 2)
  const failed = files.filter((file) => (first.get(file)?.failed ?? 1) > 0)
  if (failed.length === 0 || failed.length > mostRepeats || signal.aborted) return first
  console.log(`\nOnce more, alone: ${failed.map(shortName).join(', ')}\n`)
  const second = await runFiles(failed, titles, signal, 1)
  for (const file of failed) {
    if (second.get(file)?.failed === 0) console.log(`Fragile, passed only when run alone: ${shortName(file)}`)
  }
  return new Map([...first, ...second])
}

function shortName(file: string): string {
  return path.relative(root, file)
}

function sum(counts: CountsByFile): Counts {
  const total = { passed: 0, failed: 0, skipped: 0 }
  for (const { passed, failed, skipped } of counts.values()) {
    total.passed += passed
    total.failed += failed
    total.skipped += skipped
  }
  return total
}

/** The reporter prints while the tests run; a file that says nothing of itself has crashed, and counts as one failure. */
function runFiles(
  files: string[],
  titles: readonly string[],
  signal: AbortSignal,
  concurrency: number,
): Promise<CountsByFile> {
  return new Promise((resolve, reject) => {
    const counts = new Map<string, Counts>(files.map((file) => [file, { passed: 0, failed: 1, skipped: 0 }]))
    const tests = run({
      files,
      cwd: root,
      concurrency,
      signal,
      execArgv: ['--import', timeLimit],
      ...(titles.length > 0
        ? { testNamePatterns: titles.map((title) => new RegExp(title.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), 'i')) }
        : {}),
    })
    tests.on('test:summary', ({ file, counts: all, success }) => {
      if (file === undefined) return
      const failed = all.tests - all.passed - all.skipped - all.todo
      counts.set(file, { passed: all.passed, failed: success ? failed : Math.max(1, failed), skipped: all.skipped })
    })
    const report = tests.compose(new spec())
    report.on('error', reject)
    report.on('end', () => resolve(counts))
    report.pipe(process.stdout, { end: false })
  })
}
