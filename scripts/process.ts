import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

/** What each tool is started by: a script of its package, run on the Node that runs this. */
const tools = {
  biome: 'node_modules/@biomejs/biome/bin/biome',
  tsc: 'node_modules/typescript/bin/tsc',
  layers: 'scripts/layers.ts',
  quotes: 'scripts/quotes.ts',
}

export interface Result {
  readonly code: number
  readonly output: string
}

/** Runs a tool in the repository's root and collects what it says on both outputs. */
export function run(tool: keyof typeof tools, given: readonly string[]): Promise<Result> {
  return new Promise((resolve, reject) => {
    const color = process.stdout.isTTY ? { FORCE_COLOR: '1' } : {}
    const child = spawn(process.execPath, [tools[tool], ...given], {
      cwd: root,
      env: { ...process.env, ...color },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
    child.on('error', reject)
    child.on('close', (code) => resolve({ code: code ?? 1, output }))
  })
}
