import { type Checked, checkJournal, checkModels, findDrift } from '../../migrations/check.ts'
import { loadConfig } from '../config.ts'
import { countOf, formatDuration, type Terminal } from '../terminal.ts'
import { modelsOf, type Place, printJson, readFolder, spelled, withDatabase } from './migrations.ts'

type CheckOptions = Place & {
  /** Looks also at the journal of the configuration's database. */
  readonly database?: boolean
  readonly json?: boolean
}

/** `tenon migrate check`, for CI: models and revisions agree, one head, checksums whole. Resolves to false where not. */
export async function migrateCheck(options: CheckOptions): Promise<boolean> {
  const { folder, terminal, database = false } = options
  const config = await loadConfig(folder)
  const { revisions } = await readFolder(folder)
  const started = performance.now()
  const { problems, differences } = await checkModels(revisions, modelsOf(config, 'check the models'), config)
  const found = { problems: [...problems], differences }
  if (database) {
    await withDatabase(folder, async (driver) => {
      found.problems.push(...(await checkJournal(driver, revisions)))
    })
  }
  const good = `Models and ${countOf(revisions.length, 'revision')} agree: checked`
  const cure = `Run ${spelled('migrate revision')} -m "…", and commit what it writes.`
  return conclude(terminal, options, found, `${good} in ${formatDuration(performance.now() - started)}.`, cure)
}

/** `tenon migrate drift`: what the database has that its revisions do not come to. Resolves to false where there is some. */
export async function migrateDrift(options: CheckOptions): Promise<boolean> {
  const { folder, terminal } = options
  const config = await loadConfig(folder)
  let found: Checked = { problems: [], differences: [] }
  let place = ''
  await withDatabase(folder, async (driver, revisions) => {
    place = driver.place
    found = await findDrift(driver, revisions, config)
  })
  const cure = 'Undo it in the database, or write it into a revision and stamp that.'
  return conclude(terminal, options, found, `${place} is what its revisions come to.`, cure)
}

function conclude(
  terminal: Terminal,
  { json = false }: CheckOptions,
  { problems, differences }: Checked,
  good: string,
  cure: string,
): boolean {
  const agrees = problems.length === 0 && differences.length === 0
  if (json) {
    printJson(terminal, { agrees, problems, differences })
    return agrees
  }
  if (agrees) terminal.write(good)
  for (const line of problems) terminal.write(`${terminal.paint('red', '✗')} ${line}`)
  for (const line of differences) terminal.write(`${terminal.paint('red', '≠')} ${line}`)
  if (differences.length > 0) terminal.write(`${countOf(differences.length, 'difference')}. ${cure}`)
  return agrees
}
