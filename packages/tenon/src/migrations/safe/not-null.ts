import { literal, nameOf, quoted } from '../../sql/names.ts'
import type { TableReference } from '../operations/operation.ts'
import { tableSql } from '../table-sql.ts'
import { contract, expand, type SafeStatement } from './statement.ts'

const batchRows = 5000

/** The rows of a table in batches by its key; in one go where it has none. */
export function backfill(
  table: TableReference,
  set: string,
  where: string,
  make: typeof expand = expand,
  note?: string,
): SafeStatement {
  const details = { alone: true, ...(note === undefined ? {} : { note }) }
  const update = `update ${tableSql(table)} set ${set} where ${where}`
  if (table.key.length === 0) {
    return make(update, {
      ...details,
      note: [note, 'in one go: the table has no primary key to cut batches by'].filter(Boolean).join('; '),
    })
  }
  const batch = { table: tableSql(table), key: table.key.map(quoted), rows: batchRows }
  return make(`${update} and :batch`, { ...details, batch })
}

export interface NotNullOptions {
  /** SQL for the rows that have no value. */
  readonly fill?: string | undefined
  /** True where every writer gives a value already, so that the old version of the service does. */
  readonly isGiven?: boolean
}

/**
 * A checked constraint first: with it SET NOT NULL need not read the table under its lock. Rows are filled before that
 * constraint is there: it holds for every update, also of rows that were written without a value.
 */
export function setNotNull(
  table: TableReference,
  column: string,
  { fill, isGiven = false }: NotNullOptions = {},
): SafeStatement[] {
  const make = isGiven ? expand : contract
  const [alter, name, check] = [`alter table ${tableSql(table)}`, quoted(column), checkName(table, column)]
  const filling = (how: typeof expand, note?: string) =>
    fill === undefined ? [] : [backfill(table, `${name} = ${fill}`, `${name} is null`, how, note)]
  return [
    ...filling(expand),
    make(`${alter} add constraint ${check} check (${name} is not null) not valid`, { alone: true }),
    ...(isGiven ? [] : filling(contract, 'those that were written meanwhile')),
    make(`${alter} validate constraint ${check}`, {
      alone: true,
      ...(fill === undefined && !isGiven ? { note: `fails where a row has no ${column}` } : {}),
    }),
    make(`${alter} alter column ${name} set not null`, { alone: true }),
    make(`${alter} drop constraint ${check}`, { alone: true }),
  ]
}

/** As far as the rows written meanwhile allow. */
export function returnNotNull(table: TableReference, column: string, fill: string | undefined): SafeStatement[] {
  if (fill !== undefined) return setNotNull(table, column, { fill })
  const [alter, name, check] = [`alter table ${tableSql(table)}`, quoted(column), checkName(table, column)]
  return [
    contract(`${alter} add constraint ${check} check (${name} is not null) not valid`, { alone: true }),
    contract(
      softly(
        [`${alter} validate constraint ${check}`, `${alter} alter column ${name} set not null`],
        `${tableSql(table)}.${name} stays nullable: rows written meanwhile have no value`,
      ),
      { alone: true, note: 'stays nullable where rows written meanwhile have no value' },
    ),
    contract(`${alter} drop constraint ${check}`, { alone: true }),
  ]
}

/** Only warns where rows do not fit. */
export function softly(lines: readonly string[], warning: string): string {
  return [
    'do $tenon$',
    'begin',
    ...lines.map((line) => `  ${line};`),
    'exception when check_violation or foreign_key_violation or not_null_violation then',
    `  raise warning '%', ${literal(warning)};`,
    'end $tenon$',
  ].join('\n')
}

function checkName(table: TableReference, column: string): string {
  return quoted(nameOf(table.name, column, 'is_set'))
}
