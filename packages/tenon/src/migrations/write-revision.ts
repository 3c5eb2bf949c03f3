import { blocksReads, blocksWrites, lockModes, stronger } from './lock-mode.ts'
import type { PlannedRevision, PlannedSection, PlannedStatement } from './planned-revision.ts'
import type { Direction } from './report.ts'
import type { StatementTrace } from './trace.ts'
import type { RevisionTrace } from './trace-revision.ts'

export interface WriteOptions {
  /** What it does, in a line or more; `tenon migrate revision -m`. */
  readonly message: string
  /** Its parents' ids; none: it is a base. Undefined: the one before it in time. */
  readonly revises?: readonly string[] | undefined
  readonly dependsOn?: readonly string[] | undefined
  readonly planned: PlannedRevision
  readonly traces?: Pick<RevisionTrace, 'up' | 'down'> | undefined
  /** Why it cannot be taken back; its way down is then left out. */
  readonly irreversible?: string | undefined
  /** Further lines for its head, such as those of a proof. */
  readonly notes?: readonly string[] | undefined
}

/** The text of a revision's file. The same plan and traces give the same text. */
export function writeRevision(options: WriteOptions): string {
  const { message, revises, dependsOn = [], planned, traces, irreversible, notes = [] } = options
  const { up, down } = planned
  const parents = revises && `-- migrate:revises ${revises.length === 0 ? 'base' : revises.join(', ')}`
  const tables = [
    table('up', up, traces?.up ?? []),
    ...(irreversible === undefined ? [table('down', down, traces?.down ?? [])] : []),
  ].join('\n')
  const isDocumented = [...(traces?.up ?? []), ...(traces?.down ?? [])].some(
    (trace) => trace?.locksFrom === 'documented',
  )
  const footnote = isDocumented
    ? '\n-- * as documented: a statement that stands in no transaction shows its locks to nobody.'
    : ''
  const head = [
    comment([message, ...notes].join('\n')),
    ...(parents ? [parents] : []),
    ...(dependsOn.length > 0 ? [`-- migrate:depends-on ${dependsOn.join(', ')}`] : []),
    '--',
    `${tables}${footnote}`,
  ].join('\n')
  const ways = [section('up', up), irreversible === undefined ? section('down', down) : dead(irreversible)]
  return `${head}\n\n${ways.join('\n')}`
}

// What a marker or a rule's comment begins with must not come from a message.
const meaningful = /^(?=migrate:|irreversible:|squawk-ignore)/

function comment(text: string): string {
  const lines = text.trim().split(/\r?\n/)
  return lines.map((line) => `-- ${line.trim().replace(meaningful, '· ')}`.trimEnd()).join('\n')
}

function section(direction: Direction, { transaction, statements }: PlannedSection): string {
  const marker = `-- migrate:${direction}${transaction ? '' : ' transaction:false'}`
  return `${marker}\n${statements.map(statement).join('\n\n')}\n`
}

function dead(irreversible: string): string {
  return `-- migrate:down\n-- irreversible: ${irreversible.trim().replaceAll(/\s+/g, ' ')}\n`
}

function statement({ sql, batch, note }: PlannedStatement): string {
  return [
    ...(note === undefined ? [] : [comment(note)]),
    ...(batch ? [`-- migrate:batch ${batch.table} (${batch.key.join(', ')}) ${batch.rows}`] : []),
    `${sql.trim().replace(/;$/, '')};`,
  ].join('\n')
}

const titles = ['phase', 'old version serves', 'lock', 'rewrites', 'reads all of']

function table(direction: Direction, { transaction, statements }: PlannedSection, traces: RevisionTrace['up']): string {
  const how = transaction ? 'in one transaction' : 'one by one'
  const made = new Set(statements.map(({ sql }) => bare(/^create table (\S+)/.exec(sql)?.[1] ?? '')))
  const rows = statements.map((one, index) => cells(one, index, withoutNew(traces[index], made)))
  const all = [[`${direction}, ${how}`, ...titles], ...rows]
  const widths = ['', ...titles].map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)))
  return all
    .map((row) => `-- ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd())
    .join('\n')
}

function cells({ sql, phase, batch }: PlannedStatement, index: number, trace: StatementTrace | undefined): string[] {
  return [
    `${String(index + 1).padStart(2)}. ${brief(sql)}`,
    phase,
    phase === 'contract' ? 'no' : ['yes', ...pauses(trace)].join(', '),
    trace ? lockOf(trace) : 'not traced',
    trace ? list(trace.rewritten) : '',
    trace ? (batch ? `${batch.table.replace(/^"([a-z_][a-z0-9_]*)"$/, '$1')}, in batches` : readsOf(trace)) : '',
  ]
}

/** Nobody waits for a table that the same section makes. */
function withoutNew(trace: StatementTrace | undefined, made: ReadonlySet<string>): StatementTrace | undefined {
  if (!trace) return undefined
  const isOld = ({ relation }: { readonly relation: string }) => !made.has(bare(relation))
  return { ...trace, locks: trace.locks.filter(isOld), scanned: trace.scanned.filter(isOld) }
}

function bare(name: string): string {
  return name.replaceAll('"', '')
}

/** Whom it holds up for long: a lock alone is over at once, a lock with a pass over the table is not. */
function pauses(trace: StatementTrace | undefined): string[] {
  const passed = (trace?.scanned ?? []).filter(({ passes }) => passes > 0).map(({ relation }) => relation)
  const long = new Set([...(trace?.rewritten ?? []), ...passed])
  const modes = (trace?.locks ?? []).filter(({ relation }) => long.has(relation)).map(({ mode }) => mode)
  if (modes.some(blocksReads)) return ['it waits']
  return modes.some(blocksWrites) ? ['its writes wait'] : []
}

/** The strongest, with every table that has it. Weaker ones than those of a write are of no account. */
function lockOf({ locks, locksFrom }: StatementTrace): string {
  const counted = locks.filter(({ mode }) => lockModes.indexOf(mode) >= lockModes.indexOf('ROW EXCLUSIVE'))
  const [first] = counted
  if (!first) return '-'
  const strongest = counted.reduce((mode, lock) => stronger(mode, lock.mode), first.mode)
  const names = counted.filter(({ mode }) => mode === strongest).map(({ relation }) => relation)
  return `${strongest} on ${names.join(', ')}${locksFrom === 'documented' ? '*' : ''}`
}

function readsOf({ scanned }: StatementTrace): string {
  return list(
    scanned.flatMap(({ relation, passes }) =>
      passes === 0 ? [] : passes === 1 ? [relation] : [`${relation} (${passes}×)`],
    ),
  )
}

function list(names: readonly string[]): string {
  return names.length === 0 ? '-' : names.join(', ')
}

function brief(sql: string): string {
  const line = sql.trim().replaceAll(/\s+/g, ' ').replaceAll('"', '')
  return line.length > 60 ? `${line.slice(0, 59)}…` : line
}
