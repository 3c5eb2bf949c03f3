import type { Operation } from './operation.ts'

/** The operation that takes it back; that of the reverse is the operation itself. */
export function reverse(operation: Operation): Operation {
  switch (operation.kind) {
    case 'create schema':
      return { ...operation, kind: 'drop schema' }
    case 'drop schema':
      return { ...operation, kind: 'create schema' }
    case 'create table':
      return { ...operation, kind: 'drop table' }
    case 'drop table':
      return { ...operation, kind: 'create table' }
    case 'hide table':
      return { ...operation, kind: 'restore table' }
    case 'restore table':
      return { ...operation, kind: 'hide table' }
    case 'add column':
      return { ...operation, kind: 'drop column' }
    case 'drop column':
      return { ...operation, kind: 'add column' }
    case 'hide column':
      return { ...operation, kind: 'restore column' }
    case 'restore column':
      return { ...operation, kind: 'hide column' }
    case 'drop expression':
      return { ...operation, kind: 'add expression', from: operation.to, to: operation.from }
    case 'add expression':
      return { ...operation, kind: 'drop expression', from: operation.to, to: operation.from }
    case 'add constraint':
      return { ...operation, kind: 'drop constraint' }
    case 'drop constraint':
      return { ...operation, kind: 'add constraint' }
    case 'create index':
      return { ...operation, kind: 'drop index' }
    case 'drop index':
      return { ...operation, kind: 'create index' }
    case 'change nullability':
      return { ...operation, notNull: !operation.notNull }
    default:
      return turned(operation)
  }
}

type Change = Extract<Operation, { readonly from: unknown; readonly to: unknown }>

function turned(operation: Exclude<Change, { kind: 'drop expression' | 'add expression' }>): Operation {
  switch (operation.kind) {
    case 'change type': {
      const { from, to, before, after, isReturn } = operation
      return {
        ...operation,
        from: to,
        to: from,
        before: after,
        after: before,
        constraints: operation.constraints.map((pair) => ({ from: pair.to, to: pair.from })),
        indexes: operation.indexes.map((pair) => ({ from: pair.to, to: pair.from })),
        incoming: operation.incoming.map(({ table, ...pair }) => ({ table, from: pair.to, to: pair.from })),
        isReturn: !isReturn,
      }
    }
    case 'rename table':
      return { ...operation, from: operation.to, to: operation.from }
    case 'change constraint':
      return { ...operation, from: operation.to, to: operation.from }
    case 'change index':
      return { ...operation, from: operation.to, to: operation.from }
    case 'change identity':
      return { ...operation, from: operation.to, to: operation.from }
    case 'rename column':
    case 'rename constraint':
    case 'rename index':
      return { ...operation, from: operation.to, to: operation.from }
    case 'change default':
    case 'comment table':
    case 'comment column':
      return { ...operation, from: operation.to, to: operation.from }
  }
}
