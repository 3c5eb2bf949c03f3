import { rm, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { UsageError } from '../../core/errors.ts'
import { type Squashed, squash } from '../../migrations/squash.ts'
import { countOf, formatDuration, type Terminal } from '../terminal.ts'
import { type Place, printJson, readFolder } from './migrations.ts'

interface SquashOptions extends Place {
  /** The last of those that become one: a part of its id. */
  readonly upTo: string
  readonly dryRun?: boolean
  /** Does not ask before files are removed. */
  readonly yes?: boolean
  readonly json?: boolean
}

/** `tenon migrate squash`: one revision's file in place of the files of all up to one. */
export async function migrateSquash(options: SquashOptions): Promise<void> {
  const { folder, terminal, upTo, dryRun = false, yes = false, json = false } = options
  const { migrations, revisions } = await readFolder(folder)
  const started = performance.now()
  const squashed = await squash(revisions, upTo)
  const file = join(migrations, `${squashed.id}.sql`)
  const outcome = {
    file: relative(folder, file),
    from: squashed.from,
    reasons: squashed.reasons,
    replaced: idsOf(squashed),
  }
  if (dryRun) return json ? printJson(terminal, { ...outcome, text: squashed.text }) : terminal.write(squashed.text)
  if (!json) tell(terminal, squashed, formatDuration(performance.now() - started))
  if (!yes && !(await agree(terminal, squashed))) {
    terminal.write('Nothing was changed.')
    return
  }
  // First what is new: a run that stops between leaves everything.
  await writeFile(file, squashed.text, { flag: 'wx' })
  for (const revision of squashed.replaced) await rm(revision.file)
  if (json) return printJson(terminal, outcome)
  for (const { file: old } of squashed.replaced)
    terminal.write(`${terminal.paint('red', '-')} ${relative(folder, old)}`)
  terminal.write(`${terminal.paint('green', '+')} ${outcome.file}`)
  terminal.write(
    'Next: see that every database has them all, and deploy. Those that have them take this one in their place.',
  )
}

function idsOf({ replaced }: Squashed): readonly string[] {
  return replaced.map(({ id }) => id)
}

function tell(terminal: Terminal, { replaced, from, reasons }: Squashed, time: string): void {
  const what = from === 'schema' ? 'the schema that they come to' : 'their own statements'
  terminal.write(`${countOf(replaced.length, 'revision')} in one, ${what}, proven to come to the same in ${time}.`)
  for (const reason of reasons) terminal.write(terminal.paint('yellow', `Their own statements stay: ${reason}.`))
}

async function agree(terminal: Terminal, { replaced }: Squashed): Promise<boolean> {
  const what = `the files of ${countOf(replaced.length, 'revision')}`
  if (terminal.isInteractive) return await terminal.confirm(`Remove ${what} and write this one?`)
  throw new UsageError(`Cannot remove ${what} unasked. Add --yes, or --dry-run to see the new one.`)
}
