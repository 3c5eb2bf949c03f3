// Format, lint, types and layers, side by side: one line for each, and the whole output of what failed.
import { type Result, run } from './process.ts'

interface Check {
  readonly name: string
  readonly result: Promise<Result>
}

const checks: readonly Check[] = [
  { name: 'format and lint', result: run('biome', ['check', '--error-on-warnings', '--max-diagnostics=none']) },
  { name: 'types', result: run('tsc', ['-p', 'tsconfig.json']) },
  { name: 'layers', result: run('layers', []) },
]

const started = performance.now()
for (const { name, result } of checks) {
  const { code, output } = await result
  console.log(`${code === 0 ? 'ok    ' : 'FAILED'}  ${name} (${((performance.now() - started) / 1000).toFixed(1)} s)`)
  if (code === 0) continue
  process.exitCode = 1
  console.log(output.trimEnd())
}
