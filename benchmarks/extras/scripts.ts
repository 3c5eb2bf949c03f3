import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Printed } from '../driver/measure-calls.ts'

const run = promisify(execFile)
const home = join(import.meta.dirname, '..')

/** A thing measured by itself: what each contestant shows, in each round. */
export interface Measured {
  readonly name: string
  readonly title: string
  /** Whom the ratios are to. */
  readonly base: string
  readonly units: Readonly<Record<string, string>>
  readonly rows: readonly { readonly title: string; readonly rounds: Printed[] }[]
}

export interface Script {
  readonly title: string
  readonly file: string
}

export const driverScripts: readonly Script[] = [
  { title: 'pg.Pool, named (base)', file: 'peers/driver/pg-named.ts' },
  { title: 'Tenon', file: 'driver/tenon.ts' },
  { title: 'pg.Pool, unnamed', file: 'peers/driver/pg-unnamed.ts' },
  { title: 'postgres.js', file: 'peers/driver/postgres-js.ts' },
]

export const statementScripts: readonly Script[] = [
  { title: 'Kysely (base)', file: 'peers/statements/kysely.ts' },
  { title: 'Tenon', file: 'statements/tenon.ts' },
  { title: 'Drizzle', file: 'peers/statements/drizzle.ts' },
]

/** Each script in a process of its own, in turns. */
export async function runScripts(
  scripts: readonly Script[],
  { url, seconds, rounds }: { readonly url: string; readonly seconds: number; readonly rounds: number },
  say: (line: string) => void,
): Promise<Measured['rows']> {
  const rows = scripts.map(({ title }) => ({ title, rounds: [] as Printed[] }))
  for (let round = 1; round <= rounds; round++) {
    for (const [index, { file }] of scripts.entries()) {
      say(`${file}, round ${round} of ${rounds}`)
      const environment = { ...process.env, NODE_ENV: 'production', TZ: 'UTC' }
      const { stdout } = await run(process.execPath, [join(home, file), url, String(seconds)], { env: environment })
      rows[index]?.rounds.push(JSON.parse(stdout))
    }
  }
  return rows
}
