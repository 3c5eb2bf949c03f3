import type { Operation } from './operations/operation.ts'
import { mentions } from './rename-names.ts'
import { nameOfTable, type TableName, type TableSnapshot } from './snapshot.ts'

/** What must go before the new comes: it has a name that is needed, or reads a column that is made anew. */
export function earlyDrops(operations: readonly Operation[]): ReadonlySet<Operation> {
  const taken = new Set(operations.flatMap(takes))
  const isClash = (operation: Operation) => gives(operation).some((place) => taken.has(place))
  const retyped = operations.filter((one) => one.kind === 'change type')
  const readsRetyped = (operation: Operation) =>
    operation.kind === 'drop column' &&
    retyped.some(
      ({ table, from }) =>
        nameOfTable(table) === nameOfTable(operation.table) &&
        mentions(operation.column.generated?.expression ?? '', from.name),
    )
  const early = new Set(operations.filter((one) => isClash(one) || readsRetyped(one)))
  const moved = new Set([
    ...retyped.map(({ table, from }) => place(table, 'column', from.name)),
    ...[...early].flatMap(columnOf),
  ])
  for (const operation of operations) if (reads(operation).some((column) => moved.has(column))) early.add(operation)
  return early
}

function place(table: TableName, space: 'relation' | 'constraint' | 'column', name: string): string {
  return space === 'relation' ? `${table.schema ?? ''} ${name}` : `${space} ${nameOfTable(table)} . ${name}`
}

function constraintPlaces(
  table: TableName,
  { kind, name }: { readonly kind: string; readonly name: string },
): string[] {
  const isKey = kind !== 'check' && kind !== 'foreign key'
  return [
    place(table, 'constraint', name),
    ...(isKey ? [place(table, 'relation', name)] : []),
    // A table has one, whatever its name.
    ...(kind === 'primary key' ? [place(table, 'constraint', '')] : []),
  ]
}

function relationsOf(table: TableSnapshot): string[] {
  return [
    place(table, 'relation', table.name),
    ...table.constraints.flatMap((constraint) => constraintPlaces(table, constraint)),
    ...table.indexes.map(({ name }) => place(table, 'relation', name)),
  ]
}

/** The names that an operation needs. */
function takes(operation: Operation): string[] {
  switch (operation.kind) {
    case 'create table':
    case 'restore table':
      return relationsOf(operation.table)
    case 'rename table':
      return [place(operation.to, 'relation', operation.to.name)]
    case 'add column':
    case 'restore column':
      return [place(operation.table, 'column', operation.column.name)]
    case 'add constraint':
      return constraintPlaces(operation.table, operation.constraint)
    case 'change constraint':
      return operation.from.name === operation.to.name ? [] : constraintPlaces(operation.table, operation.to)
    case 'create index':
      return [place(operation.table, 'relation', operation.index.name)]
    case 'rename index':
      return [place(operation.table, 'relation', operation.to)]
    case 'rename constraint':
      return constraintPlaces(operation.table, { kind: operation.isKey ? 'unique' : 'check', name: operation.to })
    default:
      return []
  }
}

/** The names that it sets free. */
function gives(operation: Operation): string[] {
  switch (operation.kind) {
    case 'hide table':
    case 'drop table':
      return relationsOf(operation.table)
    case 'drop constraint':
      return constraintPlaces(operation.table, operation.constraint)
    case 'drop index':
      return [place(operation.table, 'relation', operation.index.name)]
    default:
      return columnOf(operation)
  }
}

function columnOf(operation: Operation): string[] {
  if (operation.kind !== 'drop column' && operation.kind !== 'hide column') return []
  return [place(operation.table, 'column', operation.column.name)]
}

/** The columns that what it drops reads. */
function reads(operation: Operation): string[] {
  const columns =
    operation.kind === 'drop constraint'
      ? operation.constraint.columns
      : operation.kind === 'drop index'
        ? operation.index.columns
        : []
  return 'table' in operation ? columns.map((name) => place(operation.table, 'column', name)) : []
}
