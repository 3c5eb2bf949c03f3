import { type ColumnSnapshot, type ConstraintSnapshot, type IndexSnapshot, nameOfTable } from '../snapshot.ts'
import { definitionOf, typeSql } from '../table-sql.ts'
import type { Operation } from './operation.ts'

/** One plain line: `tasks.title: type differs: text / character varying(50)`, before / after. */
export function describeOperation(operation: Operation): string {
  switch (operation.kind) {
    case 'create schema':
      return `${operation.schema}: schema is added`
    case 'drop schema':
      return `${operation.schema}: schema is dropped`
    case 'create table':
    case 'restore table':
      return `${nameOfTable(operation.table)}: table is added`
    case 'drop table':
    case 'hide table':
      return `${nameOfTable(operation.table)}: table is dropped`
    case 'rename table':
      return `${nameOfTable(operation.from)}: table is renamed to ${nameOfTable(operation.to)}`
    case 'rename column':
      return `${nameOfTable(operation.table)}.${operation.from}: column is renamed to ${operation.to}`
    case 'comment table':
      return differs(nameOfTable(operation.table), 'comment', operation.from, operation.to)
    default:
      return `${nameOfTable(operation.table)}${describePart(operation)}`
  }
}

type Part = Exclude<Operation, { kind: `${string} schema` | `${string} table` | 'rename column' }>

function describePart(operation: Part): string {
  switch (operation.kind) {
    case 'add column':
    case 'restore column':
      return `.${operation.column.name}: column is added: ${describeColumn(operation.column)}`
    case 'drop column':
    case 'hide column':
      return `.${operation.column.name}: column is dropped: ${describeColumn(operation.column)}`
    case 'change type':
      return differs(`.${operation.from.name}`, 'type', typeSql(operation.from), typeSql(operation.to))
    case 'change default':
      return differs(`.${operation.column}`, 'default', operation.from, operation.to)
    case 'change nullability':
      return `.${operation.column}: becomes ${operation.notNull ? 'not null' : 'nullable'}`
    case 'change identity':
      return differs(`.${operation.column}`, 'identity', operation.from, operation.to)
    case 'drop expression':
    case 'add expression':
      return differs(`.${operation.from.name}`, 'generated', expressionOf(operation.from), expressionOf(operation.to))
    case 'comment column':
      return differs(`.${operation.column}`, 'comment', operation.from, operation.to)
    case 'change constraint': {
      const { from, to } = operation
      const what = from.valid === to.valid ? to.kind : `${to.kind} ${to.valid ? 'is not validated' : 'is validated'}`
      return differs(placeOf(to), `${what} ${to.name}`, definitionOf(from), definitionOf(to))
    }
    case 'add constraint':
      return `${placeOf(operation.constraint)}: ${describeConstraint(operation.constraint)} is added`
    case 'drop constraint':
      return `${placeOf(operation.constraint)}: ${describeConstraint(operation.constraint)} is dropped`
    case 'rename constraint':
      return `: constraint ${operation.from} is renamed to ${operation.to}`
    case 'create index':
      return `: index ${describeIndex(operation.index)} is added`
    case 'drop index':
      return `: index ${describeIndex(operation.index)} is dropped`
    case 'change index':
      return `: index ${operation.to.name} differs: ${describeBody(operation.from)} / ${describeBody(operation.to)}`
    case 'rename index':
      return `: index ${operation.from} is renamed to ${operation.to}`
  }
}

function differs(place: string, what: string, from: string | null, to: string | null): string {
  return `${place}: ${what} differs: ${from ?? 'none'} / ${to ?? 'none'}`
}

function expressionOf({ generated }: ColumnSnapshot): string | null {
  return generated?.expression ?? null
}

function describeColumn(column: ColumnSnapshot): string {
  return `${typeSql(column)}${column.notNull ? ' not null' : ''}`
}

/** A rule of one column is said of that column. */
function placeOf({ columns }: ConstraintSnapshot): string {
  return columns.length === 1 ? `.${columns[0]}` : ''
}

function describeConstraint(constraint: ConstraintSnapshot): string {
  return `${constraint.kind} ${constraint.name} (${definitionOf(constraint)})`
}

function describeIndex(index: IndexSnapshot): string {
  return `${index.name} (${describeBody(index)})`
}

function describeBody({ unique, definition, valid }: IndexSnapshot): string {
  return `${unique ? 'unique ' : ''}${definition}${valid ? '' : ', invalid'}`
}
