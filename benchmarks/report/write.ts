import { mkdirSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'

const home = join(import.meta.dirname, '..', 'results')

/** Writes into results/, where a whole run belongs, or into results/partial/, which git does not keep. */
export function writeResults(files: Readonly<Record<string, string>>, isWhole: boolean): string {
  const folder = isWhole ? home : join(home, 'partial')
  mkdirSync(folder, { recursive: true })
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return relative(process.cwd(), folder)
}
