import { blocksReads, blocksWrites } from '../lock-mode.ts'
import type { StatementTrace } from '../trace.ts'
import type { Problem, Rule, Subject } from './rule.ts'

/** What no rule above names, but the engine measured. Asked only where those found no error. */
export const measuredRules: readonly Rule[] = [
  {
    name: 'rewrite-under-lock',
    severity: 'error',
    why: 'The engine saw the table rewritten while nobody may use it.',
    check: (subject) =>
      onUsedTables(subject, ({ rewritten }) => rewritten).map((table) => ({
        what: `${table} is rewritten, as measured; ${waiting(subject, table)} of it wait.`,
        cure: 'Find a form that does not rewrite it.',
      })),
  },
  {
    name: 'scan-under-lock',
    severity: 'error',
    why: 'The engine saw a whole pass over the table while nobody may write to it.',
    check: (subject) =>
      onUsedTables(subject, ({ scanned, rewritten }) =>
        scanned.flatMap(({ relation, passes }) => (passes > 0 && !rewritten.includes(relation) ? [relation] : [])),
      ).map((table) => ({
        what: `Every row of ${table} is read, as measured; ${waiting(subject, table)} of it wait.`,
        cure: 'Find a form that reads it under a weaker lock.',
      })),
  },
]

function onUsedTables(
  { node, trace, isNewTable }: Subject,
  pick: (trace: StatementTrace) => readonly string[],
): string[] {
  // Emptying a table gives it a new file, and takes no time.
  if (!trace || 'TruncateStmt' in node) return []
  return pick(trace).filter((table) => {
    const mode = modeOf(trace, table)
    return mode !== undefined && blocksWrites(mode) && !isNewTable(fromRegclass(table))
  })
}

function waiting({ trace }: Subject, table: string): Problem['what'] {
  const mode = trace && modeOf(trace, table)
  return mode && blocksReads(mode) ? 'reads and writes' : 'writes'
}

function modeOf({ locks }: StatementTrace, table: string) {
  return locks.find(({ relation }) => relation === table)?.mode
}

/** `billing."Odd"` as the server prints it, in parts. */
export function fromRegclass(text: string): { schemaname?: string; relname: string } {
  const parts = (text.match(/"(?:[^"]|"")*"|[^.]+/g) ?? []).map((part) =>
    part.startsWith('"') ? part.slice(1, -1).replaceAll('""', '"') : part,
  )
  const [relname = '', schemaname] = parts.toReversed()
  return schemaname === undefined ? { relname } : { relname, schemaname }
}
