import { nameOfTable, type TableName } from '../snapshot.ts'
import { constraintSql } from '../table-sql.ts'
import type { Operation } from './operation.ts'

/** In a few words: `add column tasks.done`. */
export function describeOperation(operation: Operation): string {
  const { kind } = operation
  switch (kind) {
    case 'create schema':
    case 'drop schema':
      return `${kind} ${operation.schema}`
    case 'rename table':
      return `${kind} ${nameOfTable(operation.from)} to ${nameOfTable(operation.to)}`
    case 'add column':
    case 'drop column':
    case 'hide column':
    case 'restore column':
      return `${kind} ${of(operation.table, operation.column.name)}`
    case 'change nullability':
      return `${operation.notNull ? 'make not null' : 'make nullable'} ${of(operation.table, operation.column)}`
    case 'change default':
    case 'change identity':
      return `${kind} ${of(operation.table, operation.column)} from ${operation.from ?? 'none'} to ${operation.to ?? 'none'}`
    case 'comment column':
      return `${kind} ${of(operation.table, operation.column)}`
    case 'change type':
      return `${kind} ${of(operation.table, operation.from.name)} from ${operation.from.type} to ${operation.to.type}`
    case 'drop expression':
    case 'add expression':
      return `${kind} ${of(operation.table, operation.from.name)}`
    case 'rename column':
    case 'rename constraint':
    case 'rename index':
      return `${kind} ${of(operation.table, operation.from)} to ${operation.to}`
    case 'add constraint':
    case 'drop constraint':
      return `${kind} on ${nameOfTable(operation.table)}: ${constraintSql(operation.constraint)}`
    case 'change constraint':
      return `${kind} on ${nameOfTable(operation.table)} to ${constraintSql(operation.to)}`
    case 'change index':
      return `${kind} ${of(operation.table, operation.from.name)} to ${operation.to.definition}`
    case 'create index':
    case 'drop index':
      return `${kind} ${of(operation.table, operation.index.name)}`
    default:
      return `${kind} ${nameOfTable(operation.table)}`
  }
}

function of(table: TableName, name: string): string {
  return `${nameOfTable(table)}.${name}`
}
