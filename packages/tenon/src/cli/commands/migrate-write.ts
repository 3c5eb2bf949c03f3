import { relative } from 'node:path'
import { UsageError } from '../../core/errors.ts'
import { assertCommuting, headsToMerge } from '../../migrations/merge.ts'
import { findRevision } from '../../migrations/target.ts'
import { initMigrations, type NewRevision, writeEmptyRevision, writeMerge } from '../../migrations/write.ts'
import { formatDuration } from '../terminal.ts'
import { type Place, printJson, readFolder, spelled } from './migrations.ts'

type WriteOptions = Place & { readonly json?: boolean }

/** `tenon migrate init`: the folder of the revisions and a tenon.config.ts, where there are none. */
export async function migrateInit({ folder, terminal, json = false }: WriteOptions): Promise<void> {
  const made = (await initMigrations(folder)).map((path) => relative(folder, path))
  if (json) return printJson(terminal, made)
  for (const path of made) terminal.write(`${terminal.paint('green', '+')} ${path}`)
  const next = `Next: ${spelled('migrate revision')} --empty -m "…".`
  terminal.write(made.length === 0 ? `Everything is there. ${next}` : next)
}

/** `tenon migrate revision`: writes a revision's file. */
export async function migrateRevision(
  options: WriteOptions & NewRevision & { readonly empty?: boolean },
): Promise<void> {
  const { folder, terminal, json = false, empty = false } = options
  if (!empty) {
    throw new UsageError(
      'Cannot write a revision from the models: only empty ones can be written yet. Add --empty and write its SQL.',
    )
  }
  const { migrations, revisions } = await readFolder(folder)
  const file = relative(folder, await writeEmptyRevision(migrations, revisions, options))
  if (json) return printJson(terminal, { file })
  terminal.write(`${terminal.paint('green', '+')} ${file}`)
  terminal.write(`Next: write its sections, then ${spelled('migrate upgrade')}.`)
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
