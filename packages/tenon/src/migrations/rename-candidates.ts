import type { DiffOptions } from './diff.ts'
import { isSameText, renameColumns } from './rename-names.ts'
import { applyRenames, parseRenames } from './renames.ts'
import { type ColumnSnapshot, findTable, nameOfTable, type Snapshot, type TableSnapshot } from './snapshot.ts'
import { withoutUnmanaged } from './unmanaged.ts'

/** What may be a rename and not a drop and an addition; `rename` is what `diff` takes. Only a person knows. */
export interface RenameCandidate {
  readonly rename: string
  /** `tasks.completed and tasks.done are both boolean` */
  readonly reason: string
}

/** The likely renames, the likeliest first: tables of one shape, columns of one type. Those already given are not asked again. */
export function findRenameCandidates(from: Snapshot, to: Snapshot, options: DiffOptions = {}): RenameCandidate[] {
  const { renames = [], unmanaged = [] } = options
  const [start, end] = [withoutUnmanaged(from, unmanaged), withoutUnmanaged(to, unmanaged)]
  const before = applyRenames(start, parseRenames(renames, start, end))
  const gone = before.tables.filter((table) => !findTable(end, table))
  const fresh = end.tables.filter((table) => !findTable(before, table))
  const tables = gone.flatMap((old) =>
    fresh.flatMap((table) => {
      const likeness = likenessOf(old, table)
      const [one, other] = [nameOfTable(old), nameOfTable(table)]
      if (likeness < 0.6) return []
      return [
        { likeness, rename: `${one}:${other}`, reason: `the tables ${one} and ${other} have nearly the same columns` },
      ]
    }),
  )
  const columns = before.tables.flatMap((table) => {
    const after = findTable(end, table)
    return after ? columnCandidates(table, after) : []
  })
  return [...tables, ...columns]
    .toSorted((one, other) => other.likeness - one.likeness)
    .map(({ rename, reason }) => ({ rename, reason }))
}

/** The part of their columns that both have, from 0 to 1. */
function likenessOf(one: TableSnapshot, other: TableSnapshot): number {
  const common = one.columns.filter((column) =>
    other.columns.some(({ name, type }) => name === column.name && type === column.type),
  )
  return (2 * common.length) / (one.columns.length + other.columns.length)
}

function columnCandidates(before: TableSnapshot, after: TableSnapshot) {
  const table = nameOfTable(after)
  const gone = before.columns.filter(({ name }) => !after.columns.some((column) => column.name === name))
  const fresh = after.columns.filter(({ name }) => !before.columns.some((column) => column.name === name))
  return gone.flatMap((old) =>
    fresh
      .filter((column) => isAlike(old, column))
      .map((column) => ({
        likeness: 0.5 + 0.5 * rulesInCommon(before, after, old.name, column.name),
        rename: `${table}.${old.name}:${column.name}`,
        reason: `${table}.${old.name} and ${table}.${column.name} are both ${column.type}`,
      })),
  )
}

function isAlike(one: ColumnSnapshot, other: ColumnSnapshot): boolean {
  return (
    one.type === other.type && one.collation === other.collation && Boolean(one.generated) === Boolean(other.generated)
  )
}

/** The part of the rules of the old column that the new one has too; half where there are none. */
function rulesInCommon(before: TableSnapshot, after: TableSnapshot, old: string, fresh: string): number {
  const rules = textsOf(before, old).map((text) => renameColumns(text, new Map([[old, fresh]])))
  const others = textsOf(after, fresh)
  if (rules.length + others.length === 0) return 0.5
  const common = rules.filter((rule) => others.some((other) => isSameText(rule, other)))
  return (2 * common.length) / (rules.length + others.length)
}

function textsOf({ constraints, indexes }: TableSnapshot, column: string): string[] {
  return [
    ...constraints.flatMap((one) => {
      if (!one.columns.includes(column)) return []
      return [one.kind === 'foreign key' ? `${nameOfTable(one.target)} ${one.rest}` : one.definition]
    }),
    ...indexes.flatMap((one) => (one.columns.includes(column) ? [one.definition] : [])),
  ]
}
