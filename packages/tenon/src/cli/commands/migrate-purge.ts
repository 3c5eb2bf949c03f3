import { writeFile } from 'node:fs/promises'
import { relative } from 'node:path'
import { purgeHidden } from '../../migrations/purge-hidden.ts'
import { placeNewRevision } from '../../migrations/write.ts'
import { writeRevision } from '../../migrations/write-revision.ts'
import { type Place, printJson, readFolder, spelled } from './migrations.ts'

interface PurgeOptions extends Place {
  readonly message?: string | undefined
  /** Prints the file instead of writing it. */
  readonly dryRun?: boolean
  readonly json?: boolean
}

/** `tenon migrate purge`: writes the revision that drops for good what earlier ones hid. */
export async function migratePurge(options: PurgeOptions): Promise<void> {
  const { folder, terminal, message = 'Drop what was hidden', dryRun = false, json = false } = options
  const { migrations, revisions } = await readFolder(folder)
  const purge = await purgeHidden(revisions)
  if (!purge) return json ? printJson(terminal, { file: null }) : terminal.write('Nothing is hidden.')
  const { planned, traces } = purge
  const place = placeNewRevision(migrations, revisions, { message })
  const { irreversible } = planned
  const text = writeRevision({ ...place, message, planned, traces, irreversible })
  if (dryRun) return json ? printJson(terminal, { file: null, irreversible, text }) : terminal.write(text)
  await writeFile(place.file, text, { flag: 'wx' })
  const file = relative(folder, place.file)
  if (json) return printJson(terminal, { file, irreversible })
  terminal.write(`${terminal.paint('red', irreversible)}: it cannot be taken back.`)
  terminal.write(`${terminal.paint('green', '+')} ${file}`)
  terminal.write(`Next: run it when no version needs them any more: ${spelled('migrate upgrade')}.`)
}
