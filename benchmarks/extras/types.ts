import { execFile } from 'node:child_process'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Printed } from '../driver/measure-calls.ts'
import { type TypeContestant, typeContestants } from '../types/sources.ts'
import type { Measured } from './scripts.ts'

const run = promisify(execFile)
const home = join(import.meta.dirname, '..')
const compiler = fileURLToPath(new URL('../../node_modules/typescript/bin/tsc', import.meta.url))
const few = 5
const many = 45

const options = {
  ...{ target: 'es2024', module: 'nodenext', types: ['node'], strict: true, noEmit: true, skipLibCheck: true },
  ...{ allowImportingTsExtensions: true, exactOptionalPropertyTypes: true, lib: ['es2024', 'esnext.disposable'] },
}

/**
 * What one more model with four routes costs the type checker: 45 of them against 5, so that packages fall out. The
 * time is that of the 45, packages and all, because it is too short to be told for one.
 */
export async function measureTypes(say: (line: string) => void): Promise<Measured['rows']> {
  const rows = []
  for (const contestant of typeContestants) {
    say(`types: ${contestant.title}`)
    const [least, most] = [await check(contestant, few), await check(contestant, many)]
    const instantiations = ((most.Instantiations ?? 0) - (least.Instantiations ?? 0)) / (many - few)
    rows.push({ title: contestant.title, rounds: [{ instantiations, time: most['Total time'] ?? 0 }] })
  }
  return rows satisfies { title: string; rounds: Printed[] }[]
}

async function check({ folder, source }: TypeContestant, count: number): Promise<Record<string, number>> {
  const place = join(home, folder)
  await rm(place, { recursive: true, force: true })
  await mkdir(place, { recursive: true })
  try {
    await writeFile(join(place, 'package.json'), '{ "type": "module" }')
    await writeFile(join(place, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, include: ['*.ts'] }))
    for (let n = 1; n <= count; n++) await writeFile(join(place, `resource-${n}.ts`), source(n))
    // One checker: several would do some of the work twice.
    const given = [compiler, '-p', place, '--extendedDiagnostics', '--singleThreaded']
    const { stdout } = await run(process.execPath, given).catch((error: { stdout?: string }) => {
      throw new Error(`Cannot check the generated types in ${folder}: ${error.stdout?.slice(0, 2000) ?? error}`)
    })
    return toFigures(stdout)
  } finally {
    await rm(place, { recursive: true, force: true })
  }
}

/** Lines such as `Check time:   0.52s`. */
function toFigures(diagnostics: string): Record<string, number> {
  const lines = [...diagnostics.matchAll(/^([A-Z][\w ]*):\s+([\d.]+)/gm)]
  return Object.fromEntries(lines.map(([, name, value]) => [name, Number(value)]))
}
