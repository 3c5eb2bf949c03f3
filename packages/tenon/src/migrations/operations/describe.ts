import { type ColumnSnapshot, type ConstraintSnapshot, type IndexSnapshot, nameOfTable } from '../snapshot.ts'
import { typeSql } from '../table-sql.ts'
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
      const what = `${placeOf(to)}: ${nameOf(to)}`
      if (bodyOf(from) !== bodyOf(to)) return `${what} differs: ${bodyOf(from)} / ${bodyOf(to)}`
      return `${what} is ${to.valid ? 'not validated yet' : 'validated'}`
    }
    case 'add constraint':
      return `${placeOf(operation.constraint)}: ${nameOf(operation.constraint)} is added: ${bodyOf(operation.constraint)}`
    case 'drop constraint':
      return `${placeOf(operation.constraint)}: ${nameOf(operation.constraint)} is dropped: ${bodyOf(operation.constraint)}`
    case 'rename constraint':
      return `: constraint ${operation.from} is renamed to ${operation.to}`
    case 'create index':
      return `: index ${operation.index.name} is added: ${describeBody(operation.index)}`
    case 'drop index':
      return `: index ${operation.index.name} is dropped: ${describeBody(operation.index)}`
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
  const { notNull, default: value, identity, generated } = column
  return [
    typeSql(column),
    ...(notNull ? ['not null'] : []),
    ...(value === null ? [] : [`default ${value}`]),
    ...(identity === null ? [] : [`identity ${identity}`]),
    ...(generated === null ? [] : [`generated ${generated.expression}`]),
  ].join(' ')
}

/** A rule of one column is said of that column. */
function placeOf({ columns }: ConstraintSnapshot): string {
  return columns.length === 1 ? `.${columns[0]}` : ''
}

function nameOf({ kind, name }: ConstraintSnapshot): string {
  return `${kind === 'check' ? 'CHECK' : kind} ${name}`
}

/** What it says, without what its kind says already. */
function bodyOf(constraint: ConstraintSnapshot): string {
  if (constraint.kind === 'foreign key') {
    const { columns, target, targetColumns, rest } = constraint
    const text = `(${columns.join(', ')}) references ${nameOfTable(target)} (${targetColumns.join(', ')})`
    return rest === '' ? text : `${text} ${rest}`
  }
  const { definition } = constraint
  const inner = /^CHECK \((.*)\)$/s.exec(definition)?.[1]
  return inner ?? definition.replace(/^(PRIMARY KEY|UNIQUE|EXCLUDE|CHECK) /, '')
}

function describeBody({ unique, definition, valid }: IndexSnapshot): string {
  return `${unique ? 'unique ' : ''}${definition}${valid ? '' : ', invalid'}`
}
