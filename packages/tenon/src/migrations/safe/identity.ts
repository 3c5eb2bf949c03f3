import { literal, nameOf, quoted } from '../../sql/names.ts'
import type { ChangeIdentity, TableReference } from '../operations/operation.ts'
import type { ColumnSnapshot } from '../snapshot.ts'
import { columnSql, tableSql } from '../table-sql.ts'
import { nameIn } from './indexes.ts'
import { setNotNull } from './not-null.ts'
import { contract, doBlock, expand, type SafeStatement } from './statement.ts'

/** Numbers go on after the greatest that is there, in the same step: a writer must not meet one that is taken. */
export function changeIdentity({ table, column, from, to, sequence }: ChangeIdentity): SafeStatement[] {
  const alter = `alter table ${tableSql(table)} alter column ${quoted(column)}`
  if (from !== null && to !== null) return [expand(`${alter} set generated ${to}`)]
  if (to !== null) {
    const steps = [
      `${alter} add generated ${to} as identity`,
      `perform setval(${identityOf(table, column, sequence)}, ${nextNumber(table, column)}, false)`,
    ]
    return [expand(doBlock(steps))]
  }
  const steps = [
    `${alter} drop identity if exists`,
    ...(sequence === null ? [] : [`perform setval(${literal(sequence)}, ${nextNumber(table, column)}, false)`]),
  ]
  return [contract(steps.length > 1 ? doBlock(steps) : (steps[0] ?? ''))]
}

export function nextNumber(table: TableReference, column: string): string {
  return `(select coalesce(max(${quoted(column)}), 0) + 1 from ${tableSql(table)})`
}

/** The sequence of the identity; where a former serial has left its own, PostgreSQL's function may name that. */
export function identityOf(table: TableReference, column: string, serial: string | null): string {
  const place = literal(tableSql(table))
  if (serial === null) return `pg_get_serial_sequence(${place}, ${literal(column)})`
  return (
    '(select d.objid::regclass from pg_depend d join pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid ' +
    `where d.classid = 'pg_class'::regclass and d.refobjid = ${place}::regclass and d.deptype = 'i' and a.attname = ${literal(column)})`
  )
}

/** An identity at once would write the table anew, so a sequence of its own numbers the rows first. */
export function addIdentityColumn(table: TableReference, column: ColumnSnapshot): SafeStatement[] {
  const alter = `alter table ${tableSql(table)}`
  const [name, sequence] = [quoted(column.name), nameIn(table, nameOf(table.name, column.name, 'numbers'))]
  const value = `nextval(${literal(sequence)}::regclass)`
  return [
    expand(`${alter} add column ${columnSql({ ...column, identity: null, notNull: false })}`),
    expand(`create sequence ${sequence}`),
    expand(`${alter} alter column ${name} set default ${value}`),
    ...setNotNull(table, column.name, { fill: value, isGiven: true }),
    expand(
      doBlock([
        `${alter} alter column ${name} drop default`,
        `${alter} alter column ${name} add generated ${column.identity} as identity`,
        `perform setval(${identityOf(table, column.name, null)}, nextval(${literal(sequence)}::regclass), false)`,
        `drop sequence ${sequence}`,
      ]),
    ),
  ]
}
