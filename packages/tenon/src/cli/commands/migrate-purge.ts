import { writeFile } from 'node:fs/promises'
import { relative } from 'node:path'
import { openEngine } from '../../migrations/engine.ts'
import { RevisionGraph } from '../../migrations/graph.ts'
import { planPurge } from '../../migrations/purge.ts'
import { readSnapshot } from '../../migrations/read-snapshot.ts'
import { runSection } from '../../migrations/run-section.ts'
import { traceRevision } from '../../migrations/trace-revision.ts'
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
  const history = new RevisionGraph(revisions).revisions
  await using engine = await openEngine()
  for (const { up } of history) await runSection(engine.connection, up)
  const planned = planPurge(await readSnapshot(engine.connection))
  if (!planned) return json ? printJson(terminal, { file: null }) : terminal.write('Nothing is hidden.')
  const place = placeNewRevision(migrations, revisions, { message })
  await using another = await openEngine()
  const traces = await traceRevision({ engine: another, history, revision: planned })
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
