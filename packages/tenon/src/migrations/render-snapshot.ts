import { quoted } from '../sql/names.ts'
import type { Snapshot } from './snapshot.ts'
import {
  commentsSql,
  constraintSql,
  createSequenceSql,
  createTableSql,
  indexSql,
  ownSequenceSql,
  tableSql,
} from './table-sql.ts'

/** The statements that make the schema where there is nothing; foreign keys last. What is hidden is not made. */
export function renderSnapshot({ schemas, tables }: Snapshot): string[] {
  return [
    ...schemas.map((schema) => `create schema if not exists ${quoted(schema)}`),
    ...tables.flatMap(({ columns }) => columns.flatMap(createSequenceSql)),
    ...tables.flatMap((table) => {
      const own = table.constraints.filter(({ kind, valid }) => kind !== 'foreign key' && valid)
      return [
        createTableSql(table, own),
        ...table.indexes.map((index) => indexSql(table, index)),
        ...commentsSql(table),
      ]
    }),
    ...tables.flatMap((table) => table.columns.flatMap((column) => ownSequenceSql(table, column))),
    ...tables.flatMap((table) =>
      table.constraints
        .filter(({ kind, valid }) => kind === 'foreign key' || !valid)
        .map((one) => `alter table ${tableSql(table)} add ${constraintSql(one)}${one.valid ? '' : ' not valid'}`),
    ),
  ]
}
