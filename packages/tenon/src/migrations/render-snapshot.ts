import { quoted } from '../sql/names.ts'
import type { Snapshot } from './snapshot.ts'
import { commentsSql, constraintSql, createTableSql, indexSql, tableSql } from './table-sql.ts'

/** The statements that make the schema where there is nothing; foreign keys last. What is hidden is not made. */
export function renderSnapshot({ schemas, tables }: Snapshot): string[] {
  const sequences = tables.flatMap((table) =>
    table.columns.flatMap(({ name, sequence }) => (sequence === null ? [] : [{ table, name, sequence }])),
  )
  return [
    ...schemas.map((schema) => `create schema if not exists ${quoted(schema)}`),
    ...sequences.map(({ sequence }) => `create sequence ${sequence}`),
    ...tables.flatMap((table) => {
      const own = table.constraints.filter(({ kind, valid }) => kind !== 'foreign key' && valid)
      return [
        createTableSql(table, own),
        ...table.indexes.map((index) => indexSql(table, index)),
        ...commentsSql(table),
      ]
    }),
    ...sequences.map(
      ({ table, name, sequence }) => `alter sequence ${sequence} owned by ${tableSql(table)}.${quoted(name)}`,
    ),
    ...tables.flatMap((table) =>
      table.constraints
        .filter(({ kind, valid }) => kind === 'foreign key' || !valid)
        .map((one) => `alter table ${tableSql(table)} add ${constraintSql(one)}${one.valid ? '' : ' not valid'}`),
    ),
  ]
}
