import { TenonError, UsageError } from '../core/errors.ts'
import type { Connection, Driver } from '../database/driver.ts'
import { isPooledHost, toDirectHost } from '../database/pooled-host.ts'
import { type AppliedRevision, ensureJournal, forgetRevision, readJournal, recordRevision } from './journal.ts'
import { exclusively } from './lock.ts'
import { type Direction, type Report, silent } from './report.ts'
import type { Revision, Section } from './revision.ts'
import { planDowngrade, planUpgrade } from './target.ts'
import { verifyApplied } from './verify.ts'

/** A revision's SQL failed; nothing of that revision was kept, those before it were. */
export class RevisionError extends TenonError {
  constructor(direction: Direction, revision: Revision, error: TenonError) {
    const { message, line } = locate(revision[direction], error)
    const place = line === undefined ? revision.file : `${revision.file}:${line}`
    const verb = direction === 'up' ? 'apply' : 'take back'
    super('TENON_REVISION', `Cannot ${verb} ${place}: ${message} Nothing of it was kept. Correct it and run again.`, {
      cause: error,
    })
  }
}

/** Applies what is pending up to `target` (`head`, `+N`, or a part of an id), each revision in a transaction of its own. */
export function upgrade(
  driver: Driver,
  revisions: readonly Revision[],
  target = 'head',
  report: Report = silent,
): Promise<readonly Revision[]> {
  return migrate(driver, revisions, 'up', report, (applied) => planUpgrade(revisions, applied, target))
}

/** Takes back what was applied after `target` (`base`, `-N`, or a part of an id), the latest first. */
export function downgrade(
  driver: Driver,
  revisions: readonly Revision[],
  target: string,
  report: Report = silent,
): Promise<readonly Revision[]> {
  return migrate(driver, revisions, 'down', report, (applied) => {
    const plan = planDowngrade(revisions, applied, target)
    refuseIrreversible(plan)
    return plan
  })
}

/** What such a downgrade would take back, without doing it. */
export async function previewDowngrade(
  driver: Pick<Driver, 'run'>,
  revisions: readonly Revision[],
  target: string,
): Promise<readonly Revision[]> {
  return planDowngrade(revisions, await readJournal(driver), target)
}

type Plan = (applied: readonly AppliedRevision[]) => readonly Revision[]

async function migrate(
  driver: Driver,
  revisions: readonly Revision[],
  direction: Direction,
  report: Report,
  plan: Plan,
): Promise<readonly Revision[]> {
  refusePooled(driver)
  return await driver.session((connection) =>
    exclusively(connection, report, async () => {
      await ensureJournal(connection)
      const applied = await readJournal(connection)
      verifyApplied(revisions, applied)
      const steps = plan(applied)
      for (const revision of steps) await step(connection, revision, direction, report)
      return steps
    }),
  )
}

async function step(connection: Connection, revision: Revision, direction: Direction, report: Report): Promise<void> {
  report({ kind: 'started', direction, id: revision.id })
  const started = performance.now()
  await connection.script('begin')
  try {
    const transaction = await transactionId(connection)
    await connection.script(revision[direction].sql)
    if ((await transactionId(connection)) !== transaction) throw endedItself(revision, direction)
    const milliseconds = performance.now() - started
    if (direction === 'up') await recordRevision(connection, revision, milliseconds)
    else await forgetRevision(connection, revision.id)
    await connection.script('commit')
  } catch (error) {
    await connection.script('rollback').catch(() => {})
    throw error instanceof TenonError && !(error instanceof UsageError)
      ? new RevisionError(direction, revision, error)
      : error
  }
  report({ kind: 'finished', direction, id: revision.id, milliseconds: performance.now() - started })
}

async function transactionId(connection: Connection): Promise<string | null | undefined> {
  return (await connection.run({ text: 'select pg_current_xact_id()', values: [] })).rows[0]?.[0]
}

function endedItself(revision: Revision, direction: Direction): UsageError {
  return new UsageError(
    `Cannot finish ${revision.file}: its section "-- migrate:${direction}" ends the transaction that it runs in, ` +
      'so a part of it was kept and is not in the journal. Take COMMIT and ROLLBACK out, and look at what was kept.',
  )
}

function refusePooled(driver: Driver): void {
  if (driver.kind !== 'postgres') return
  const { hostname } = new URL(driver.place)
  if (!isPooledHost(hostname)) return
  throw new UsageError(
    `Cannot migrate through the pooled host ${hostname}: its pooler gives each statement another session, ` +
      `so the lock that keeps two runs apart would hold nobody. Use ${toDirectHost(hostname)} in DATABASE_URL.`,
  )
}

function refuseIrreversible(plan: readonly Revision[]): void {
  const stuck = plan.find(({ irreversible }) => irreversible !== undefined)
  if (!stuck) return
  throw new UsageError(
    `Cannot take back ${stuck.id}: its author marked it irreversible (${stuck.irreversible}). ` +
      'Write a new revision, or restore a copy of the database.',
  )
}

/** The server counts an error's position in characters of the text that it was sent. */
function locate(section: Section, error: TenonError): { message: string; line: number | undefined } {
  const { position, message } = (error.cause ?? {}) as { position?: string; message?: string }
  const line = position
    ? section.line +
      Array.from(section.sql)
        .slice(0, Number(position) - 1)
        .join('')
        .split('\n').length -
      1
    : undefined
  return { message: `${(message ?? error.message).replace(/\.$/, '')}.`, line }
}
