// Runs the tests: every one, or those of the files and folders given. `-t <text>` keeps the tests whose title holds the text.
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
/** The whole run; a file that leaves a connection or a server open would otherwise hold it for ever. */
const timeLimit = 15 * 60_000

interface Counts {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

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
    const { passed, failed, skipped } = await runFiles(files, values.title ?? [], stopping.signal)
    await server?.stop()
    if (stopping.signal.aborted) console.log('Stopped before all tests had run.')
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

/** The reporter prints while the tests run; the counts are the runner's own, so that a file that crashes counts as failed. */
function runFiles(files: string[], titles: readonly string[], signal: AbortSignal): Promise<Counts> {
  return new Promise((resolve, reject) => {
    let counts: Counts = { passed: 0, failed: 0, skipped: 0 }
    const tests = run({
      files,
      cwd: root,
      concurrency: 2,
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeLimit)]),
      ...(titles.length > 0
        ? { testNamePatterns: titles.map((title) => new RegExp(title.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), 'i')) }
        : {}),
    })
    tests.on('test:summary', ({ file, counts: all }) => {
      if (file !== undefined) return
      counts = { passed: all.passed, failed: all.tests - all.passed - all.skipped - all.todo, skipped: all.skipped }
    })
    const report = tests.compose(new spec())
    report.on('error', reject)
    report.on('end', () => resolve(counts))
    report.pipe(process.stdout, { end: false })
  })
}
