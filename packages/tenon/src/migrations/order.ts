import { earlyDrops } from './early-drops.ts'
import type { Operation } from './operations/operation.ts'
import { isNameChange, orderRenames } from './order-renames.ts'
import type { Direction } from './report.ts'
import { isSameTable } from './snapshot.ts'

/** What happens when. The new stands before the old goes where both can stand at once. */
const stages = [
  'schemas come',
  'tables are renamed',
  'columns are renamed',
  'references go',
  'rules go early',
  'columns go early',
  'columns are hidden early',
  'tables go early',
  'types change',
  'names change',
  'tables come',
  'columns come',
  'computed columns come',
  'identities go',
  'expressions change',
  'defaults change',
  'columns become not null',
  'identities come',
  'columns become nullable',
  'rules and indexes come',
  // Before a new reference hangs on one that goes, where another over the same columns stays.
  'keys go',
  'references come',
  'comments change',
  'indexes go',
  'rules go',
  'columns go',
  'columns are hidden',
  'tables go',
  'former keys become nullable',
  'columns are named back',
  'tables are named back',
  'schemas go',
] as const

type Stage = (typeof stages)[number]

/** Puts operations into an order in which each finds what it needs. */
export function inOrder(operations: readonly Operation[], direction: Direction): Operation[] {
  const early = earlyDrops(operations)
  const placed = operations.map((operation) => {
    return { operation, place: stages.indexOf(stageOf(operation, direction, early.has(operation), operations)) }
  })
  const sorted = placed.toSorted((one, other) => one.place - other.place).map(({ operation }) => operation)
  const start = sorted.findIndex(isNameChange)
  const renames = sorted.filter(isNameChange)
  return start < 0 ? sorted : sorted.toSpliced(start, renames.length, ...orderRenames(renames))
}

// Every operation names tables and columns as they are after the renames: those come first on the way up, last down.
function stageOf(operation: Operation, direction: Direction, isEarly: boolean, all: readonly Operation[]): Stage {
  switch (operation.kind) {
    case 'create schema':
      return 'schemas come'
    case 'drop schema':
      return 'schemas go'
    case 'rename table':
      return direction === 'up' ? 'tables are renamed' : 'tables are named back'
    case 'rename column':
      return direction === 'up' ? 'columns are renamed' : 'columns are named back'
    case 'create table':
    case 'restore table':
      return 'tables come'
    case 'hide table':
    case 'drop table':
      return isEarly ? 'tables go early' : 'tables go'
    case 'add column':
      return operation.column.generated ? 'computed columns come' : 'columns come'
    case 'restore column':
      return 'columns come'
    case 'drop column':
      return isEarly ? 'columns go early' : 'columns go'
    case 'hide column':
      return isEarly ? 'columns are hidden early' : 'columns are hidden'
    case 'add constraint':
      return operation.constraint.kind === 'foreign key' ? 'references come' : 'rules and indexes come'
    case 'drop constraint':
      if (operation.constraint.kind === 'foreign key') return 'references go'
      if (isEarly) return 'rules go early'
      return operation.constraint.kind === 'check' ? 'rules go' : 'keys go'
    case 'drop index':
      if (isEarly) return 'rules go early'
      return operation.index.unique ? 'keys go' : 'indexes go'
    default:
      return stageOfChange(operation, all)
  }
}

type Change = Exclude<
  Operation,
  | { kind: `${'create' | 'drop' | 'rename' | 'hide' | 'restore' | 'add'} ${'schema' | 'table' | 'column'}` }
  | { kind: 'add constraint' | 'drop constraint' | 'drop index' }
>

function stageOfChange(operation: Change, all: readonly Operation[]): Stage {
  switch (operation.kind) {
    case 'change type':
      return 'types change'
    case 'rename constraint':
    case 'rename index':
      return 'names change'
    case 'change identity':
      return operation.to === null ? 'identities go' : 'identities come'
    case 'drop expression':
    case 'add expression':
      return 'expressions change'
    case 'change default':
      return 'defaults change'
    case 'change nullability':
      if (operation.notNull) return 'columns become not null'
      return losesKey(operation, all) ? 'former keys become nullable' : 'columns become nullable'
    case 'change constraint':
      if (operation.to.kind !== 'foreign key') return 'rules and indexes come'
      // One that asks less than before stands aside like one that goes.
      return operation.to.valid ? 'references come' : 'references go'
    case 'create index':
    case 'change index':
      return 'rules and indexes come'
    case 'comment table':
    case 'comment column':
      return 'comments change'
  }
}

function losesKey({ table }: Extract<Operation, { kind: 'change nullability' }>, all: readonly Operation[]): boolean {
  return all.some(
    (one) =>
      ((one.kind === 'drop constraint' && one.constraint.kind === 'primary key') ||
        (one.kind === 'change constraint' && one.from.kind === 'primary key')) &&
      isSameTable(one.table, table),
  )
}
