import { isSameConstraint } from './diff-constraints.ts'
import { diffTable } from './diff-table.ts'
import { hideTables } from './hide-tables.ts'
import type { Operation } from './operations/operation.ts'
import { isSameSet, recreateForeignKeys } from './recreate-foreign-keys.ts'
import { applyRenames, parseRenames, type Rename } from './renames.ts'
import {
  type ConstraintSnapshot,
  type ForeignKeySnapshot,
  findTable,
  isSameTable,
  type Snapshot,
  type TableName,
  type TableSnapshot,
} from './snapshot.ts'
import type { TablePair } from './table-pair.ts'
import { toReference } from './table-reference.ts'
import { withoutUnmanaged } from './unmanaged.ts'

export interface DiffOptions {
  /** `old:new` and `table.old:new`; whatever is not named here is dropped and made. */
  readonly renames?: readonly string[]
  /** Patterns of what others look after. */
  readonly unmanaged?: readonly string[]
}

/** The steps from one schema to the other. Throws UsageError for a rename that does not fit. */
export function diff(from: Snapshot, to: Snapshot, { renames = [], unmanaged = [] }: DiffOptions = {}): Operation[] {
  const start = withoutUnmanaged(from, unmanaged)
  const end = withoutUnmanaged(to, unmanaged)
  const parsed = parseRenames(renames, start, end)
  const before = applyRenames(start, parsed)
  const pairs = before.tables.flatMap((table): TablePair[] => {
    const after = findTable(end, table)
    return after ? [{ before: table, after }] : []
  })
  const gone = before.tables.filter((table) => !findTable(end, table))
  const fresh = end.tables.filter((table) => !findTable(before, table))
  const steady = (key: ForeignKeySnapshot) => pairs.some((pair) => isSteady(pair, key))
  return [
    ...end.schemas.filter((schema) => !start.schemas.includes(schema)).map(createSchema),
    ...parsed.map((rename) => toRenameOperation(rename, before)),
    ...recreateForeignKeys(
      pairs.flatMap((pair) => diffTable(pair, from.hidden, pairs)),
      pairs,
    ),
    ...createTables(fresh, steady),
    ...hideTables(gone, steady, from.hidden),
    ...start.schemas.filter((schema) => !end.schemas.includes(schema)).map(dropSchema),
  ]
}

function createSchema(schema: string): Operation {
  return { kind: 'create schema', schema }
}

function dropSchema(schema: string): Operation {
  return { kind: 'drop schema', schema }
}

function toRenameOperation(rename: Rename, before: Snapshot): Operation {
  if (rename.kind === 'table') return { kind: 'rename table', from: rename.from, to: rename.to }
  const table = findTable(before, rename.table) as TableSnapshot
  return { kind: 'rename column', table: toReference(table), from: rename.from, to: rename.to }
}

type IsSteady = (key: ForeignKeySnapshot) => boolean

/** True where what the foreign key refers to stands from start to end, with its key and its types. */
function isSteady({ before, after }: TablePair, { target, targetColumns }: ForeignKeySnapshot): boolean {
  if (!isSameTable(after, target)) return false
  const typeIn = (table: TableSnapshot, name: string) => table.columns.find((column) => column.name === name)?.type
  const keyIn = (table: TableSnapshot) =>
    table.constraints.find(
      ({ kind, columns }) => (kind === 'primary key' || kind === 'unique') && isSameSet(columns, targetColumns),
    )
  const isTyped = targetColumns.every((name) => typeIn(before, name) === typeIn(after, name))
  const [one, other] = [keyIn(before), keyIn(after)]
  return isTyped && one !== undefined && other !== undefined && isSameConstraint(one, other)
}

/** Each after those that it refers to; a foreign key to what does not stand yet is added later. */
function createTables(tables: readonly TableSnapshot[], steady: IsSteady): Operation[] {
  const done = new Set<TableSnapshot>()
  const entered = new Set<TableSnapshot>()
  const late: Operation[] = []
  const find = (name: TableName) => tables.find((table) => isSameTable(table, name))
  const created: Operation[] = []
  const visit = (table: TableSnapshot) => {
    if (entered.has(table)) return
    entered.add(table)
    const keys = foreignKeysOf(table)
    for (const { target } of keys) {
      const other = find(target)
      if (other) visit(other)
    }
    const isLate = (constraint: ConstraintSnapshot) => {
      if (constraint.kind !== 'foreign key') return false
      const other = find(constraint.target)
      return other ? !done.has(other) : !steady(constraint)
    }
    done.add(table)
    created.push({
      kind: 'create table',
      table: { ...table, constraints: table.constraints.filter((constraint) => !isLate(constraint)) },
    })
    for (const constraint of table.constraints.filter(isLate)) {
      late.push({ kind: 'add constraint', table: toReference(table), constraint, isNew: true, isReturn: false })
    }
  }
  for (const table of tables) visit(table)
  return [...created, ...late]
}

function foreignKeysOf({ constraints }: TableSnapshot): ForeignKeySnapshot[] {
  return constraints.filter((constraint) => constraint.kind === 'foreign key')
}
