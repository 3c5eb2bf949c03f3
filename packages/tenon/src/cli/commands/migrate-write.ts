import { relative } from 'node:path'
import { assertCommuting, headsToMerge } from '../../migrations/merge.ts'
import { findRevision } from '../../migrations/target.ts'
import { initMigrations, writeMerge } from '../../migrations/write.ts'
import { formatDuration } from '../terminal.ts'
import { type Place, printJson, readFolder, spelled } from './migrations.ts'

type WriteOptions = Place & { readonly json?: boolean }

/** `tenon migrate init`: the folder of the revisions and a tenon.config.ts, where there are none. */
export async function migrateInit({ folder, terminal, json = false }: WriteOptions): Promise<void> {
  const made = (await initMigrations(folder)).map((path) => relative(folder, path))
  if (json) return printJson(terminal, made)
  for (const path of made) terminal.write(`${terminal.paint('green', '+')} ${path}`)
  const next = `Next: name your models in tenon.config.ts, then ${spelled('migrate revision')} -m "…".`
  terminal.write(made.length === 0 ? `Everything is there. ${next}` : next)
}

/** `tenon migrate merge`: joins two heads whose order makes no difference, which is tried. */
export async function migrateMerge(
  options: WriteOptions & { readonly message: string; readonly heads?: readonly string[] },
): Promise<void> {
  const { folder, terminal, message, json = false } = options
  const { migrations, revisions } = await readFolder(folder)
  const named = (options.heads ?? []).map((part) => findRevision(revisions, part))
  const heads = headsToMerge(revisions, named)
  const started = performance.now()
  await assertCommuting(revisions, heads)
  const file = relative(folder, await writeMerge(migrations, revisions, heads, message))
  if (json) return printJson(terminal, { file, heads })
  const time = formatDuration(performance.now() - started)
  terminal.write(`${heads.join(' and ')} come to the same in either order: tried on embedded databases in ${time}.`)
  terminal.write(`${terminal.paint('green', '+')} ${file}`)
  terminal.write(`Next: ${spelled('migrate upgrade')}.`)
}
