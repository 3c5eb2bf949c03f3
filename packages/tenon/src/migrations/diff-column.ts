import { isSameConstraint } from './diff-constraints.ts'
import type { HiddenNames } from './hidden-names.ts'
import type { ChangeType, Operation } from './operations/operation.ts'
import { type NamedPair, type Paired, pairUp } from './pair-up.ts'
import { isSameText, mentions } from './rename-names.ts'
import { type ColumnSnapshot, type ConstraintSnapshot, type IndexSnapshot, isSameTable } from './snapshot.ts'
import type { TablePair } from './table-pair.ts'
import { toReference } from './table-reference.ts'

export interface ColumnPair {
  readonly from: ColumnSnapshot
  readonly to: ColumnSnapshot
}

/** What of the table reads its columns. */
export interface Follower {
  readonly constraints: Paired<ConstraintSnapshot>
  readonly indexes: Paired<IndexSnapshot>
}

/** What is generated is made anew where its expression differs, or where the type of what it reads does. */
export function isRemade({ from, to }: ColumnPair, common: readonly ColumnPair[]): boolean {
  if (!to.generated) return false
  if (!from.generated || from.generated.stored !== to.generated.stored) return true
  const { expression } = from.generated
  if (!isSameText(expression, to.generated.expression) || isOtherType({ from, to })) return true
  return common.some((one) => isOtherType(one) && mentions(expression, one.from.name))
}

/** PostgreSQL's manual: CURRENT_TIMESTAMP and transaction_timestamp() are now(). */
function isSameDefault(one: string | null, other: string | null): boolean {
  const plain = (value: string | null) => value?.replace(/^(CURRENT_TIMESTAMP|transaction_timestamp\(\))$/, 'now()')
  return plain(one) === plain(other)
}

export function isOtherType({ from, to }: ColumnPair): boolean {
  return from.type !== to.type || from.collation !== to.collation
}

export function diffColumn(
  { from, to }: ColumnPair,
  pair: TablePair,
  follower: Follower,
  pairs: readonly TablePair[],
  names: HiddenNames,
): Operation[] {
  const table = toReference(pair.before)
  const column = to.name
  const found: Operation[] = []
  const isPlain = from.generated !== null && to.generated === null
  if (isPlain) found.push({ kind: 'drop expression', table, from, to: { ...from, generated: null, default: null } })
  if (isOtherType({ from, to })) {
    found.push(toChangeType({ from, to }, pair, follower, pairs, names.next(from.name)))
  } else if (!isSameDefault(from.default, to.default)) {
    const sequence = to.sequence === from.sequence ? null : to.sequence
    found.push({ kind: 'change default', table, column, type: to.type, from: from.default, to: to.default, sequence })
  }
  if (from.identity !== to.identity) {
    const sequence = from.sequence ?? to.sequence
    found.push({ kind: 'change identity', table, column, from: from.identity, to: to.identity, sequence })
  }
  if (from.notNull !== to.notNull) found.push({ kind: 'change nullability', table, column, notNull: to.notNull })
  if (from.comment !== to.comment) {
    found.push({ kind: 'comment column', table, column, from: from.comment, to: to.comment })
  }
  return found
}

function toChangeType(
  { from, to }: ColumnPair,
  { before, after }: TablePair,
  { constraints, indexes }: Follower,
  pairs: readonly TablePair[],
  hiddenAs: string,
): ChangeType {
  const isReading = ({ from: object }: NamedPair<{ readonly name: string; readonly columns: readonly string[] }>) =>
    object.columns.includes(from.name)
  const incoming = pairs.flatMap((other) =>
    pairUp(other.before.constraints, other.after.constraints, isSameConstraint)
      .both.filter(
        ({ from: key }) =>
          key.kind === 'foreign key' && isSameTable(key.target, before) && key.targetColumns.includes(from.name),
      )
      .map((key) => ({ table: toReference(other.before), ...key })),
  )
  return {
    kind: 'change type',
    table: toReference(before),
    from,
    to,
    before,
    after,
    constraints: constraints.both.filter(isReading),
    indexes: indexes.both.filter(isReading),
    incoming,
    hiddenAs,
    isReturn: false,
  }
}
