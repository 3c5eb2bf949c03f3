import { earlyDrops } from './early-drops.ts'
import type { Operation } from './operations/operation.ts'
import { isNameChange, orderRenames } from './order-renames.ts'
import type { Direction } from './report.ts'
import { isSameTable } from './snapshot.ts'

/** In the order in which each finds what it needs, and the new stands before the old goes where both can. */
export function inOrder(operations: readonly Operation[], direction: Direction): Operation[] {
  const early = earlyDrops(operations)
  const weights = new Map(operations.map((one) => [one, weightOf(one, direction, early.has(one), operations)]))
  const sorted = operations.toSorted((one, other) => (weights.get(one) ?? 0) - (weights.get(other) ?? 0))
  const first = sorted.findIndex(isNameChange)
  return [
    ...sorted.filter((one, index) => !isNameChange(one) && index < first),
    ...orderRenames(sorted.filter(isNameChange)),
    ...sorted.filter((one, index) => !isNameChange(one) && index >= first),
  ]
}

// Every operation names tables and columns as they are after the renames: those come first on the way up, last down.
function weightOf(operation: Operation, direction: Direction, isEarly: boolean, all: readonly Operation[]): number {
  switch (operation.kind) {
    case 'create schema':
      return 0
    case 'rename table':
      return direction === 'up' ? 1 : 21
    case 'rename column':
      return direction === 'up' ? 1.1 : 20
    case 'drop constraint':
      return operation.constraint.kind === 'foreign key' ? 2 : isEarly ? 3.1 : 11.1
    case 'drop index':
      return isEarly ? 3.1 : 11
    case 'drop column':
      return isEarly ? 3.2 : 11.2
    case 'hide column':
      return isEarly ? 3.3 : 11.3
    case 'hide table':
    case 'drop table':
      return isEarly ? 3.4 : 11.4
    case 'change type':
      return 3.5
    case 'rename constraint':
    case 'rename index':
      return 4
    case 'create table':
    case 'restore table':
      return 5
    case 'add column':
      return operation.column.generated ? 6.5 : 6
    case 'restore column':
      return 6
    case 'change identity':
      return operation.to === null ? 7 : 7.4
    case 'drop expression':
    case 'add expression':
      return 7.1
    case 'change default':
      return 7.2
    case 'change nullability':
      return operation.notNull ? 7.3 : losesKey(operation, all) ? 11.6 : 7.5
    case 'add constraint':
      return operation.constraint.kind === 'foreign key' ? 9 : 8
    case 'change constraint':
      return operation.to.kind === 'foreign key' ? 9 : 8
    case 'create index':
    case 'change index':
      return 8
    case 'comment table':
    case 'comment column':
      return 10
    case 'drop schema':
      return 30
  }
}

function losesKey({ table }: Extract<Operation, { kind: 'change nullability' }>, all: readonly Operation[]): boolean {
  return all.some(
    (one) => one.kind === 'drop constraint' && one.constraint.kind === 'primary key' && isSameTable(one.table, table),
  )
}
