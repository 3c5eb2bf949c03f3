import { literal, nameOf, quoted } from '../../sql/names.ts'
import type { ChangeType } from '../operations/operation.ts'
import { renameColumns } from '../rename-names.ts'
import { type ConstraintSnapshot, nameOfTable, type TableName } from '../snapshot.ts'
import { commentColumnSql, constraintSql, indexSql, tableSql, typeSql } from '../table-sql.ts'
import { indexOf, inTwoSteps, isTwoStep, usingIndex, validate } from './constraints.ts'
import { identityOf } from './identity.ts'
import { nameIn } from './indexes.ts'
import { backfill, returnNotNull } from './not-null.ts'
import { contract, doBlock, expand, type SafeStatement } from './statement.ts'

export interface SwapOptions {
  /** SQL for the other column's value; null where there is no way from one type to the other. */
  readonly value: string | null
  /** The rows whose value in the other column is out of date; without it those that have none. */
  readonly isStale?: string
  /** The other column is made, and not the hidden one from before. */
  readonly isFresh: boolean
  /** The column is hidden when the other has taken its place, and not dropped. */
  readonly isKept: boolean
}

/**
 * A second column that a trigger keeps in step, filled in batches, with constraints and indexes of its own; then both
 * change places in one short transaction. Nobody waits for the table to be written anew.
 */
export function swap(change: ChangeType, options: SwapOptions): SafeStatement[] {
  const { table, from, to, hiddenAs } = change
  const shadow = options.isFresh ? nameOf('_new', from.name) : hiddenAs
  const alter = `alter table ${tableSql(table)}`
  const copies = copiesOf(change, shadow)
  const isSet = from.notNull && options.value !== null
  const check = quoted(nameOf(table.name, from.name, 'is_set'))
  const add = `${alter} add column ${quoted(shadow)} ${typeSql(to)}`
  return [
    ...(options.isFresh ? [expand(add)] : []),
    ...keepInStep(change, shadow, options),
    ...(isSet
      ? [
          expand(`${alter} add constraint ${check} check (${quoted(shadow)} is not null) not valid`, { alone: true }),
          expand(`${alter} validate constraint ${check}`, { alone: true }),
        ]
      : []),
    ...copies.statements,
    contract(swapSql(change, { ...options, shadow, check: isSet ? check : null, copies }), {
      alone: true,
      note: `the two columns change places${options.isKept ? '; the old one is hidden' : ''}`,
    }),
    ...change.incoming.flatMap(({ table: other, from: key }) => (key.valid ? [validate(other, key.name)] : [])),
    ...(from.notNull && !isSet ? returnNotNull(table, from.name, undefined) : []),
  ]
}

function stepOf({ table, from }: ChangeType): { readonly trigger: string; readonly step: string } {
  // Triggers fire in the order of their names; this one is to see what the others left.
  const name = nameOf('zz_tenon', table.name, from.name)
  return { trigger: quoted(name), step: nameIn(table, name) }
}

function keepInStep(change: ChangeType, shadow: string, { value, isStale }: SwapOptions): SafeStatement[] {
  if (value === null) return []
  const { table, from } = change
  const [name, other] = [quoted(from.name), quoted(shadow)]
  const { trigger, step } = stepOf(change)
  const row = `from (select new.*) as ${quoted(table.name)}`
  const assign = `select ${value} into new.${other} ${row}`
  const body =
    isStale === undefined ? [`  ${assign};`] : [`  if (select ${isStale} ${row}) then`, `    ${assign};`, '  end if;']
  const text = [
    `create function ${step}() returns trigger language plpgsql as $tenon$`,
    'begin',
    ...body,
    '  return new;',
    'end $tenon$',
  ]
  const fires = `before insert or update on ${tableSql(table)} for each row execute function ${step}()`
  return [
    expand(text.join('\n')),
    expand(`create trigger ${trigger} ${fires}`, { note: `keeps ${shadow} in step with ${from.name}` }),
    backfill(table, `${other} = ${value}`, isStale ?? `${other} is null and ${name} is not null`),
  ]
}

interface Copies {
  readonly statements: readonly SafeStatement[]
  readonly drops: readonly string[]
  readonly takes: readonly string[]
}

/** Constraints and indexes of the second column, under names of their own until the places are changed. */
function copiesOf({ table, from, constraints, indexes }: ChangeType, shadow: string): Copies {
  const names = new Map([[from.name, shadow]])
  const alter = `alter table ${tableSql(table)}`
  const statements: SafeStatement[] = []
  const [drops, takes]: string[][] = [[], []]
  for (const pair of constraints) {
    // What a key or a reference says does not depend on the type; an expression does.
    const now = pair.from.kind === 'check' ? pair.to : pair.from
    const copy = copyOf(now, names, nameOf(pair.from.name, 'new'))
    const index = indexOf(copy)
    drops?.push(`${alter} drop constraint ${quoted(pair.from.name)}`)
    if (isTwoStep(copy, table)) {
      // It asks no more of a writer than the one that stands.
      statements.push(...inTwoSteps(table, copy, false).map((one): SafeStatement => ({ ...one, phase: 'expand' })))
      takes?.push(`${alter} rename constraint ${quoted(copy.name)} to ${quoted(pair.from.name)}`)
    } else if (index) {
      statements.push(
        expand(indexSql(table, { ...index, name: copy.name }, table.partitioned ? '' : 'concurrently '), {
          alone: true,
        }),
      )
      takes?.push(`${alter} add constraint ${quoted(pair.from.name)} ${usingIndex(pair.from, copy.name)}`)
    } else takes?.push(`${alter} add ${constraintSql(pair.from)}`)
  }
  for (const pair of indexes) {
    const name = nameOf(pair.from.name, 'new')
    const definition = renameColumns(pair.to.definition, names)
    statements.push(
      expand(indexSql(table, { ...pair.to, name, definition }, table.partitioned ? '' : 'concurrently '), {
        alone: true,
      }),
    )
    drops?.push(`drop index ${nameIn(table, pair.from.name)}`)
    takes?.push(`alter index ${nameIn(table, name)} rename to ${quoted(pair.from.name)}`)
  }
  return { statements, drops: drops ?? [], takes: takes ?? [] }
}

function copyOf(constraint: ConstraintSnapshot, names: ReadonlyMap<string, string>, name: string): ConstraintSnapshot {
  const columns = constraint.columns.map((column) => names.get(column) ?? column)
  if (constraint.kind === 'foreign key') {
    return { ...constraint, name, columns, rest: renameColumns(constraint.rest, names) }
  }
  return { ...constraint, name, columns, definition: renameColumns(constraint.definition, names) }
}

interface Swapping extends SwapOptions {
  readonly shadow: string
  readonly check: string | null
  readonly copies: Copies
}

function swapSql(change: ChangeType, { value, isKept, shadow, check, copies }: Swapping): string {
  const { table, from, to, incoming, hiddenAs } = change
  const alter = `alter table ${tableSql(table)}`
  const name = quoted(from.name)
  const { trigger, step } = stepOf(change)
  const column = `${alter} alter column ${name}`
  const identity = to.identity && from.identity
  const sequence = from.sequence ?? to.sequence
  const lines = [
    `lock table ${tableSql(table)} in access exclusive mode`,
    ...incoming.map((key) => `alter table ${tableSql(key.table)} drop constraint ${quoted(key.from.name)}`),
    ...(value === null ? [] : [`drop trigger ${trigger} on ${tableSql(table)}`, `drop function ${step}()`]),
    ...copies.drops,
    ...refuseReaders(table, from.name),
    ...(from.identity && !identity ? [`${column} drop identity`] : []),
    ...(identity ? [`next := nextval(${identityOf(table, from.name, sequence)})`, `${column} drop identity`] : []),
    ...(from.default === null ? [] : [`${column} drop default`]),
    ...(from.notNull && isKept ? [`${column} drop not null`] : []),
    ...(isKept ? [`${alter} rename column ${name} to ${quoted(hiddenAs)}`] : [`${alter} drop column ${name}`]),
    `${alter} rename column ${quoted(shadow)} to ${name}`,
    ...(check === null ? [] : [`${column} set not null`, `${alter} drop constraint ${check}`]),
    ...(to.default === null ? [] : [`${column} set default ${to.default}`]),
    ...(sequence === null ? [] : [`alter sequence ${sequence} owned by ${tableSql(table)}.${name}`]),
    ...(identity
      ? [
          `${column} add generated ${identity} as identity`,
          `perform setval(${identityOf(table, from.name, sequence)}, next, false)`,
        ]
      : []),
    ...copies.takes,
    ...(from.comment === null ? [] : [commentColumnSql(table, from.name, from.comment)]),
    ...incoming.map((key) => `alter table ${tableSql(key.table)} add ${constraintSql(key.from)} not valid`),
  ]
  return doBlock(lines, ['reader text', ...(identity ? ['next bigint'] : [])])
}

/**
 * What else hangs on the column would go on with the old one without a word: views and policies, for which ALTER TYPE
 * refuses too, and indexes and references that others look after.
 */
function refuseReaders(table: TableName, column: string): string[] {
  return [
    'select pg_describe_object(d.classid, d.objid, 0) into reader from pg_depend d ' +
      'join pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid ' +
      "left join pg_class i on d.classid = 'pg_class'::regclass and i.oid = d.objid " +
      "left join pg_constraint c on d.classid = 'pg_constraint'::regclass and c.oid = d.objid " +
      `where d.refobjid = ${literal(tableSql(table))}::regclass and a.attname = ${literal(column)} and (i.relkind = 'i' ` +
      "or c.contype <> 'n' or d.classid in ('pg_rewrite'::regclass, 'pg_policy'::regclass, 'pg_trigger'::regclass)) limit 1",
    `if reader is not null then raise exception '% hangs on %: drop it before and make it again after', reader, ${literal(`${nameOfTable(table)}.${column}`)}`,
    'end if',
  ]
}
