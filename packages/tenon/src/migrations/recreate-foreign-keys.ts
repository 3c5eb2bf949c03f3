import type { Operation } from './operations/operation.ts'
import { type ForeignKeySnapshot, isSameTable, type TableName } from './snapshot.ts'
import type { TablePair } from './table-pair.ts'
import { toReference } from './table-reference.ts'

/**
 * A foreign key hangs on the very index of the key that it refers to. Where that key goes or changes, those that
 * would stay are dropped before and made again after it.
 */
export function recreateForeignKeys(operations: readonly Operation[], pairs: readonly TablePair[]): Operation[] {
  const lost = operations.flatMap(lostKey)
  const isLost = (key: ForeignKeySnapshot) =>
    lost.some((one) => isSameTable(one.table, key.target) && isSameSet(one.columns, key.targetColumns))
  const remade = pairs.flatMap(({ before, after }) =>
    before.constraints.flatMap((from) => {
      if (from.kind !== 'foreign key' || !isLost(from)) return []
      const own = operations.find((operation) => isAbout(operation, before, from.name))
      if (own?.kind === 'drop constraint') return []
      const name = own?.kind === 'rename constraint' ? own.to : from.name
      const to = after.constraints.find((constraint) => constraint.name === name)
      return to ? [{ table: toReference(before), from, to, own }] : []
    }),
  )
  const replaced = new Set<Operation | undefined>(remade.map(({ own }) => own))
  return [
    ...operations.filter((operation) => !replaced.has(operation)),
    ...remade.flatMap(({ table, from, to }): Operation[] => [
      { kind: 'drop constraint', table, constraint: from, isNew: false, isReturn: false },
      { kind: 'add constraint', table, constraint: to, isNew: false, isReturn: false },
    ]),
  ]
}

function lostKey(operation: Operation): { table: TableName; columns: readonly string[] }[] {
  const isKey = ({ kind }: { readonly kind: string }) => kind === 'primary key' || kind === 'unique'
  switch (operation.kind) {
    case 'drop constraint':
      return isKey(operation.constraint) ? [{ table: operation.table, columns: operation.constraint.columns }] : []
    case 'change constraint':
      return isKey(operation.from) ? [{ table: operation.table, columns: operation.from.columns }] : []
    case 'drop index':
      return operation.index.unique ? [{ table: operation.table, columns: operation.index.columns }] : []
    case 'change index':
      return operation.from.unique ? [{ table: operation.table, columns: operation.from.columns }] : []
    default:
      return []
  }
}

function isAbout(operation: Operation, table: TableName, name: string): boolean {
  switch (operation.kind) {
    case 'drop constraint':
      return isSameTable(operation.table, table) && operation.constraint.name === name
    case 'change constraint':
      return isSameTable(operation.table, table) && operation.from.name === name
    case 'rename constraint':
      return isSameTable(operation.table, table) && operation.from === name
    default:
      return false
  }
}

export function isSameSet(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((name) => other.includes(name))
}
