import { RevisionGraph } from '../../migrations/graph.ts'
import { splitStatements } from '../../migrations/statements.ts'
import { branches, current, type HistoryEntry, heads, history } from '../../migrations/status.ts'
import { resolveTarget } from '../../migrations/target.ts'
import type { Terminal } from '../terminal.ts'
import { describePending, type Place, printJson, readFolder, spelled, whenAndWho, withDatabase } from './migrations.ts'

type ShowOptions = Place & { readonly json?: boolean }

/** `tenon migrate current`: where the database stands. */
export async function migrateCurrent({ folder, terminal, json = false }: ShowOptions): Promise<void> {
  await withDatabase(folder, async (driver, revisions) => {
    const state = await current(driver, revisions)
    if (json) return printJson(terminal, { place: driver.place, ...state })
    const { current: last, unfinished } = state
    const others = state.heads.filter((id) => id !== last?.id)
    terminal.write(last ? `${terminal.paint('bold', last.id)}, applied ${whenAndWho(last)}` : 'No revision is applied.')
    for (const id of others) terminal.write(`${terminal.paint('bold', id)}, on another branch`)
    const warn = (text: string) => terminal.write(terminal.paint('yellow', text))
    if (unfinished) {
      const what = unfinished.direction === 'up' ? 'applied' : 'taken back'
      warn(`${unfinished.id} is half ${what}: ${unfinished.statements} of its statements are done.`)
      warn(`Finish it by ${spelled('migrate upgrade')}, or take it back by ${spelled('migrate downgrade')}.`)
    }
    for (const id of state.changed) warn(`${id} was changed after it was applied.`)
    for (const id of state.unknown) warn(`${id} is applied, but not among the revisions here: the database is ahead.`)
    terminal.write(`${driver.place}: ${describePending(revisions, state.pending)}`)
  })
}

/** `tenon migrate history`: every revision, in the order in which they run. */
export async function migrateHistory({ folder, terminal, json = false }: ShowOptions): Promise<void> {
  await withDatabase(folder, async (driver, revisions) => {
    const entries = await history(driver, revisions)
    if (json) return printJson(terminal, entries)
    if (entries.length === 0) terminal.write('There are no revisions.')
    const width = Math.max(...entries.map(({ state }) => state.length), 'applied'.length)
    for (const [index, entry] of entries.entries()) {
      terminal.write(describeEntry(terminal, entry, entries[index - 1]?.id, width))
    }
  })
}

/** `tenon migrate heads`: the revisions that nothing goes out from. Needs no database. */
export async function migrateHeads({ folder, terminal, json = false }: ShowOptions): Promise<void> {
  const found = heads((await readFolder(folder)).revisions).map(({ id }) => id)
  if (json) return printJson(terminal, found)
  for (const id of found) terminal.write(id)
  if (found.length === 0) terminal.write('There are no revisions.')
  if (found.length > 1) terminal.write(`Join them by ${spelled('migrate merge')} -m "…".`)
}

/** `tenon migrate branches`: where the way parts. Needs no database. */
export async function migrateBranches({ folder, terminal, json = false }: ShowOptions): Promise<void> {
  const found = branches((await readFolder(folder)).revisions)
  if (json) return printJson(terminal, found)
  if (found.length === 0) terminal.write('There are no branches.')
  for (const { id, children } of found) terminal.write(`${id} → ${children.join(', ')}`)
}

/** `tenon migrate show`: one revision. Needs no database. */
export async function migrateShow({
  folder,
  terminal,
  target,
  json = false,
}: ShowOptions & { readonly target: string }): Promise<void> {
  const graph = new RevisionGraph((await readFolder(folder)).revisions)
  const revision = target === 'head' ? graph.oneHead('show head') : resolveTarget(graph, target)
  const { id, file, checksum, dependsOn, irreversible } = revision
  const sections = (['up', 'down'] as const).map((direction) => {
    const { sql, transaction } = revision[direction]
    return { direction, transaction, statements: splitStatements(revision[direction], file), sql }
  })
  const parents = graph.parentsOf(id)
  const children = graph.childrenOf(id)
  if (json) return printJson(terminal, { id, file, checksum, parents, children, dependsOn, irreversible, sections })
  terminal.write(terminal.paint('bold', id))
  terminal.write(`file        ${file}`)
  terminal.write(`comes after ${parents.join(', ') || 'nothing: it is a base'}`)
  terminal.write(`before      ${children.join(', ') || 'nothing: it is a head'}`)
  if (dependsOn.length > 0) terminal.write(`depends on  ${dependsOn.join(', ')}`)
  if (irreversible !== undefined) terminal.write(`one way     ${irreversible}`)
  for (const { direction, transaction, sql } of sections) {
    const how = transaction ? 'in one transaction' : 'statement by statement'
    terminal.write(`\n${terminal.paint('dim', `-- ${direction}, ${how}`)}\n${sql.trim()}`)
  }
}

function describeEntry(terminal: Terminal, entry: HistoryEntry, before: string | undefined, width: number): string {
  const { id, state, applied, parents, dependsOn } = entry
  const style = state === 'applied' ? 'green' : state === 'pending' ? 'yellow' : 'red'
  const rest = applied ? `  ${terminal.paint('dim', whenAndWho(applied))}` : ''
  const isNext = parents.length === 0 ? before === undefined : parents.length === 1 && parents[0] === before
  const needs = [...(isNext || state === 'missing' ? [] : [parents.join(', ') || 'a base']), ...dependsOn]
  const from = needs.length > 0 ? terminal.paint('dim', `  ← ${needs.join(', ')}`) : ''
  return `${terminal.paint(style, state.padEnd(width))}  ${id}${from}${rest}`
}
