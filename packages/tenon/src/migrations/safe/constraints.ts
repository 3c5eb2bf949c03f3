import { nameOf, quoted } from '../../sql/names.ts'
import type {
  AddConstraint,
  ChangeConstraint,
  DropConstraint,
  RenameConstraint,
  TableReference,
} from '../operations/operation.ts'
import type { ConstraintSnapshot } from '../snapshot.ts'
import { constraintSql, definitionOf, indexSql, tableSql } from '../table-sql.ts'
import { softly } from './not-null.ts'
import { contract, expand, type SafeStatement } from './statement.ts'

export function addConstraint({ table, constraint, isNew, isReturn }: AddConstraint): SafeStatement[] {
  const alter = `alter table ${tableSql(table)}`
  if (isNew) return [expand(`${alter} add ${constraintSql(constraint)}`)]
  if (isTwoStep(constraint, table)) return inTwoSteps(table, constraint, isReturn)
  const index = indexOf(constraint)
  if (index === undefined || table.partitioned) {
    return [
      contract(`${alter} add ${constraintSql(constraint)}`, {
        alone: true,
        note: 'reads the table under a lock that stops writes',
      }),
    ]
  }
  return [
    contract(indexSql(table, { ...index, name: constraint.name }, 'concurrently '), { alone: true }),
    contract(`${alter} add constraint ${quoted(constraint.name)} ${usingIndex(constraint, constraint.name)}`, {
      alone: true,
    }),
  ]
}

export function dropConstraint({ table, constraint }: DropConstraint): SafeStatement[] {
  return [expand(`alter table ${tableSql(table)} drop constraint ${quoted(constraint.name)}`)]
}

export function renameConstraint({
  table,
  from,
  to,
}: Pick<RenameConstraint, 'table' | 'from' | 'to'>): SafeStatement[] {
  return [expand(`alter table ${tableSql(table)} rename constraint ${quoted(from)} to ${quoted(to)}`)]
}

/** The new one stands before the old one goes. */
export function changeConstraint({ table, from, to }: ChangeConstraint): SafeStatement[] {
  const alter = `alter table ${tableSql(table)}`
  const drop = `drop constraint ${quoted(from.name)}`
  const isSame = definitionOf(from) === definitionOf(to)
  if (isSame && to.valid && from.name === to.name) return [validate(table, to.name)]
  if (!to.valid) return [expand(`${alter} ${drop}, add ${constraintSql(to)} not valid`)]
  const temporary = nameOf(to.name, 'new')
  if (isTwoStep(to, table)) {
    return [
      ...inTwoSteps(table, { ...to, name: temporary }, false),
      expand(`${alter} ${drop}`, { alone: true }),
      ...renameConstraint({ table, from: temporary, to: to.name }),
    ]
  }
  const index = indexOf(to)
  if (index === undefined || table.partitioned) {
    return [
      contract(`${alter} ${drop}, add ${constraintSql(to)}`, {
        alone: true,
        note: 'reads the table under a lock that stops everything',
      }),
    ]
  }
  const add = `add constraint ${quoted(to.name)} ${usingIndex(to, temporary)}`
  return [
    contract(indexSql(table, { ...index, name: temporary }, 'concurrently '), { alone: true }),
    contract(`${alter} ${drop}, ${add}`, { alone: true }),
  ]
}

/** Before version 18 PostgreSQL has no unvalidated reference from a partitioned table. */
export function isTwoStep({ kind }: ConstraintSnapshot, { partitioned }: TableReference): boolean {
  return kind === 'check' || (kind === 'foreign key' && !partitioned)
}

/** New rows are held to it at once, those that are there are read without a lock that stops anybody. */
export function inTwoSteps(table: TableReference, constraint: ConstraintSnapshot, isReturn: boolean): SafeStatement[] {
  const add = contract(`alter table ${tableSql(table)} add ${constraintSql(constraint)} not valid`, { alone: true })
  if (!constraint.valid) return [add]
  if (!isReturn) return [add, validate(table, constraint.name)]
  const warning = `${constraint.name} of ${tableSql(table)} stays not validated: rows written meanwhile do not fit`
  return [
    add,
    contract(softly([validate(table, constraint.name).sql], warning), {
      alone: true,
      note: 'stays not validated where rows written meanwhile do not fit',
    }),
  ]
}

export function validate(table: TableReference, name: string): SafeStatement {
  return contract(`alter table ${tableSql(table)} validate constraint ${quoted(name)}`, { alone: true })
}

/** The index that can carry a key; undefined for what PostgreSQL takes no made index for. */
export function indexOf({ kind, columns, ...rest }: ConstraintSnapshot) {
  if (kind !== 'primary key' && kind !== 'unique') return undefined
  const definition = 'definition' in rest ? rest.definition : ''
  const match = /^(?:PRIMARY KEY|UNIQUE)( NULLS NOT DISTINCT)? (\(.*?)(?: DEFERRABLE| INITIALLY DEFERRED)*$/.exec(
    definition,
  )
  if (!match || definition.includes('WITHOUT OVERLAPS')) return undefined
  return { unique: true, columns, definition: `using btree ${match[2]}${match[1] ?? ''}` }
}

/** What follows the name in ADD CONSTRAINT. */
export function usingIndex(constraint: ConstraintSnapshot, index: string): string {
  const definition = constraint.kind === 'foreign key' ? '' : constraint.definition
  const deferrable = /(?: DEFERRABLE| INITIALLY DEFERRED)*$/.exec(definition)?.[0] ?? ''
  return `${constraint.kind} using index ${quoted(index)}${deferrable.toLowerCase()}`
}
