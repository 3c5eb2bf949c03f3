import { UsageError } from '../core/errors.ts'
import { RevisionGraph } from './graph.ts'
import { createJournal, journalTable } from './journal.ts'
import type { Direction } from './report.ts'
import type { Revision } from './revision.ts'
import { refuseUnrunnable } from './runner/refusals.ts'
import { splitStatements, withCondition } from './statements.ts'
import { planDowngrade, planUpgrade, resolveTarget } from './target.ts'

/**
 * The SQL of an upgrade with its lines of the journal, for a database that nothing here can reach. `range`: a target,
 * or `from:to`; from `base` unless given.
 */
export function upgradeScript(revisions: readonly Revision[], range = 'head'): string {
  const [from, to] = range.includes(':') ? readRange(range) : ['base', range]
  const plan = planUpgrade(revisions, appliedAt(revisions, from), to)
  const journal = from === 'base' ? [`${createJournal};\n`] : []
  return [...journal, ...plan.map((revision) => sectionScript(revision, 'up'))].join('\n')
}

/** As `upgradeScript`, the other way: `from:to`, both of which must be said. */
export function downgradeScript(revisions: readonly Revision[], range: string): string {
  if (!range.includes(':')) {
    throw new UsageError(
      `Cannot write the SQL of a downgrade to ${range}: nothing says where it begins. Write <from>:<to>, as in head:base.`,
    )
  }
  const [from, to] = readRange(range)
  const plan = planDowngrade(revisions, appliedAt(revisions, from), to)
  return plan.map((revision) => sectionScript(revision, 'down')).join('\n')
}

function readRange(range: string): readonly [from: string, to: string] {
  const [from, to, more] = range.split(':')
  if (from && to && more === undefined) return [from, to]
  throw new UsageError(`Cannot read the range ${range}: it is not of the form <from>:<to>. Write it so.`)
}

/** What is applied in a database that stands there. */
function appliedAt(revisions: readonly Revision[], at: string): readonly Revision[] {
  const graph = new RevisionGraph(revisions)
  if (at === 'base') return []
  if (at === 'heads') return graph.revisions
  const ids = graph.withAncestors([(at === 'head' ? graph.oneHead('begin at head') : resolveTarget(graph, at)).id])
  return graph.revisions.filter(({ id }) => ids.has(id))
}

function sectionScript(revision: Revision, direction: Direction): string {
  const section = revision[direction]
  if (direction === 'down' && revision.irreversible !== undefined) {
    throw new UsageError(
      `Cannot take back ${revision.id}: its author marked it irreversible (${revision.irreversible}).`,
    )
  }
  refuseUnrunnable([revision], direction)
  const statements = splitStatements(section, revision.file).map(({ sql, batch }) => {
    // psql knows no loop: where the rows are too many for one go, that is what the runner is for.
    return batch ? `-- In batches of ${batch.rows}, when Tenon runs it.\n${withCondition(sql, 'true')};` : `${sql};`
  })
  const head = `-- ${direction === 'up' ? '↑' : '↓'} ${revision.id}`
  const body = [...statements, journalStatement(revision, direction)]
  const lines = section.transaction ? ['begin;', ...body, 'commit;'] : body
  return `${[head, ...lines].join('\n')}\n`
}

function journalStatement({ id, checksum }: Revision, direction: Direction): string {
  if (direction === 'down') return `delete from ${journalTable} where id = '${id}';`
  const values = `'${id}', '${checksum}', session_user || '@psql', 0, session_user`
  return `insert into ${journalTable} (id, checksum, applied_by, duration_ms, role) values (${values});`
}
