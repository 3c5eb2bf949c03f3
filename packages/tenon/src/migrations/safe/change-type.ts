import { UsageError } from '../../core/errors.ts'
import { quoted } from '../../sql/names.ts'
import type { ChangeType } from '../operations/operation.ts'
import { renameColumns } from '../rename-names.ts'
import { nameOfTable } from '../snapshot.ts'
import { constraintSql, tableSql, typeSql } from '../table-sql.ts'
import type { Trial } from '../trial.ts'
import { validate } from './constraints.ts'
import { changeIndex } from './indexes.ts'
import { expand, type SafeStatement } from './statement.ts'
import { swap } from './swap.ts'

export interface Conversion {
  readonly sql: string
  /** The same row gives the same value each time. */
  readonly isImmutable: boolean
}

export interface TypeTrials {
  /** Of this change and of its reverse. */
  readonly own: Trial
  readonly opposite: Trial
  /** The user's expression for the new values, in terms of the old columns. */
  readonly fill: Conversion | undefined
}

/** In place where PostgreSQL keeps table and indexes as they are, else through a second column. */
export function changeType(change: ChangeType, { own, opposite, fill }: TypeTrials): SafeStatement[] {
  const { from, to, isReturn } = change
  if (!isReturn) {
    if (own.kind === 'no cast' && fill === undefined) throw withoutCast(change)
    if (own.kind === 'in place' && fill === undefined) return inPlace(change, own.isExplicit)
    return swap(change, { value: fill?.sql ?? conversion(from.name, to.type, own), isFresh: true, isKept: true })
  }
  const wasInPlace = opposite.kind === 'in place' && fill === undefined
  if (wasInPlace && own.kind === 'in place') return inPlace(change, own.isExplicit)
  const value = own.kind === 'no cast' ? null : conversion(from.name, to.type, own)
  if (wasInPlace) return swap(change, { value, isFresh: true, isKept: false })
  return swap(change, { value, isStale: isStale(change, fill), isFresh: false, isKept: false })
}

/** What is hidden stays where it still says the same: a conversion there and back may lose something. */
function isStale({ from, hiddenAs }: ChangeType, fill: Conversion | undefined): string {
  const [name, hidden] = [quoted(from.name), quoted(hiddenAs)]
  if (fill && !fill.isImmutable) return `${hidden} is null and ${name} is not null`
  // The expression speaks of the column by its name; its value is in the hidden one now.
  const forth = fill ? renameColumns(fill.sql, new Map([[from.name, hiddenAs]])) : `${hidden}::${from.type}`
  return `(${forth})::text is distinct from ${name}::text`
}

function conversion(column: string, type: string, trial: Trial): string {
  return trial.kind !== 'no cast' && trial.isExplicit ? `${quoted(column)}::${type}` : quoted(column)
}

function withoutCast({ table, from, to }: ChangeType): UsageError {
  const place = `${nameOfTable(table)}.${from.name}`
  return new UsageError(
    `Cannot change the type of ${place}: PostgreSQL has no cast from ${from.type} to ${to.type}. ` +
      `Say how its values change, --fill ${place}="<SQL expression of type ${to.type}>".`,
  )
}

/** CHECKs are taken off and put back unvalidated: otherwise they were all read again under the lock. */
function inPlace({ table, from, to, constraints, indexes }: ChangeType, isExplicit: boolean): SafeStatement[] {
  const name = quoted(from.name)
  const checks = constraints.filter((pair) => pair.from.kind === 'check')
  const using = isExplicit ? ` using ${name}::${to.type}` : ''
  const actions = [
    ...checks.map((pair) => `drop constraint ${quoted(pair.from.name)}`),
    ...(from.default === null ? [] : [`alter column ${name} drop default`]),
    `alter column ${name} type ${typeSql(to)}${using}`,
    ...(to.default === null ? [] : [`alter column ${name} set default ${to.default}`]),
    ...checks.map((pair) => `add ${constraintSql({ ...pair.to, name: pair.from.name })} not valid`),
  ]
  return [
    expand(`alter table ${tableSql(table)} ${actions.join(', ')}`),
    ...checks
      .filter((pair) => pair.to.valid)
      .map((pair): SafeStatement => ({ ...validate(table, pair.from.name), phase: 'expand' })),
    ...indexes
      .filter((pair) => pair.from.definition !== pair.to.definition)
      .flatMap((pair) =>
        changeIndex({ kind: 'change index', table, from: pair.from, to: { ...pair.to, name: pair.from.name } }),
      ),
  ]
}
