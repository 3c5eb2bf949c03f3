import { UsageError } from '../../core/errors.ts'
import { literal, quoted } from '../../sql/names.ts'
import type { AddColumn, HideColumn, Operation, RestoreColumn, TableReference } from '../operations/operation.ts'
import { type ColumnSnapshot, nameOfTable } from '../snapshot.ts'
import { columnSql, commentColumnSql, createSequenceSql, ownSequenceSql, tableSql } from '../table-sql.ts'
import { addIdentityColumn, nextNumber } from './identity.ts'
import { backfill, returnNotNull, setNotNull } from './not-null.ts'
import { contract, expand, type SafeStatement } from './statement.ts'

type On<Kind extends Operation['kind']> = Extract<Operation, { readonly kind: Kind }>

/** `rewrites`: as it stands, PostgreSQL would write the whole table anew under a lock. */
export function addColumn({ table, column }: AddColumn, fill: string | undefined, rewrites: boolean): SafeStatement[] {
  const comment = column.comment === null ? [] : [expand(commentColumnSql(table, column.name, column.comment))]
  return [
    ...createSequenceSql(column).map((sql) => expand(sql)),
    ...addBareColumn(table, column, fill, rewrites),
    ...ownSequenceSql(table, column).map((sql) => expand(sql)),
    ...comment,
  ]
}

function addBareColumn(
  table: TableReference,
  column: ColumnSnapshot,
  fill: string | undefined,
  rewrites: boolean,
): SafeStatement[] {
  const alter = `alter table ${tableSql(table)}`
  const name = quoted(column.name)
  if (column.generated) {
    const note = 'writes the whole table anew under a lock: its values must be computed'
    return [expand(`${alter} add column ${columnSql(column)}`, rewrites ? { alone: true, note } : {})]
  }
  if (column.identity) return addIdentityColumn(table, column)
  const isMissing = column.notNull && column.default === null
  if (isMissing && fill === undefined) throw withoutValue(table, column)
  if (fill === undefined && !rewrites) return [expand(`${alter} add column ${columnSql(column)}`)]
  const value = fill ?? column.default ?? 'null'
  const bare = expand(`${alter} add column ${columnSql({ ...column, notNull: false, default: null })}`)
  return [
    bare,
    ...(column.default === null ? [] : [expand(`${alter} alter column ${name} set default ${column.default}`)]),
    ...(column.notNull
      ? setNotNull(table, column.name, { fill: value, isGiven: column.default !== null })
      : [backfill(table, `${name} = ${value}`, `${name} is null`)]),
  ]
}

function withoutValue(table: TableReference, { name, type }: ColumnSnapshot): UsageError {
  const place = `${nameOfTable(table)}.${name}`
  return new UsageError(
    `Cannot add ${place}: it is not null and has no default in the database, so the rows that are there have no value. ` +
      `Say which they get, --fill ${place}="<SQL expression of type ${type}>", or give it a default, or make it nullable.`,
  )
}

export function dropColumn({ table, column }: On<'drop column'>): SafeStatement[] {
  return [contract(`alter table ${tableSql(table)} drop column ${quoted(column.name)}`)]
}

/** A row that is written later has no value in it, which must be no fault. */
export function hideColumn({ table, column, hiddenAs }: HideColumn): SafeStatement[] {
  const alter = `alter table ${tableSql(table)}`
  return [
    ...(isLacking(column) ? [contract(`${alter} alter column ${quoted(column.name)} drop not null`)] : []),
    contract(`${alter} rename column ${quoted(column.name)} to ${quoted(hiddenAs)}`, {
      note: 'hidden, not dropped: the way down brings it back with its values',
    }),
  ]
}

export function restoreColumn({ table, column, hiddenAs }: RestoreColumn, fill: string | undefined): SafeStatement[] {
  return [
    expand(`alter table ${tableSql(table)} rename column ${quoted(hiddenAs)} to ${quoted(column.name)}`),
    ...(isLacking(column) ? returnNotNull(table, column.name, fill) : []),
  ]
}

function isLacking({ notNull, default: value, identity }: ColumnSnapshot): boolean {
  return notNull && value === null && identity === null
}

export function renameColumn({ table, from, to }: On<'rename column'>): SafeStatement[] {
  return [contract(`alter table ${tableSql(table)} rename column ${quoted(from)} to ${quoted(to)}`)]
}

export function changeDefault({ table, column, to, type, sequence }: On<'change default'>): SafeStatement[] {
  const value = to === null ? 'drop default' : `set default ${to}`
  const change = expand(`alter table ${tableSql(table)} alter column ${quoted(column)} ${value}`)
  if (sequence === null) return [change]
  if (!to?.includes(sequence)) return [change, expand(`drop sequence ${sequence}`)]
  return [
    ...createSequenceSql({ sequence, type }).map((sql) => expand(sql)),
    expand(`select setval(${literal(sequence)}, ${nextNumber(table, column)}, false)`),
    change,
    ...ownSequenceSql(table, { name: column, sequence }).map((sql) => expand(sql)),
  ]
}

export function dropExpression({ table, from }: On<'drop expression'>): SafeStatement[] {
  const alter = `alter table ${tableSql(table)}`
  return [contract(`${alter} alter column ${quoted(from.name)} drop expression`)]
}

/** What was written by hand since is computed again. */
export function addExpression({ table, to }: On<'add expression'>): SafeStatement[] {
  const sql = `alter table ${tableSql(table)} drop column ${quoted(to.name)}, add column ${columnSql(to)}`
  const comment = to.comment === null ? [] : [expand(commentColumnSql(table, to.name, to.comment))]
  return [contract(sql, { alone: true, note: 'writes the whole table anew under a lock' }), ...comment]
}

export function dropNotNull(table: TableReference, column: string): SafeStatement[] {
  return [expand(`alter table ${tableSql(table)} alter column ${quoted(column)} drop not null`)]
}
