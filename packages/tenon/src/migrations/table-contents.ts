import type { Connection } from '../database/driver.ts'
import { hiddenSchema } from './snapshot.ts'

/** The rows of a table, each value in PostgreSQL's text form. */
export interface TableContents {
  /** The table's number: it stays when the table is renamed or moved. */
  readonly id: string
  readonly name: string
  /** The columns' numbers and names. */
  readonly columns: readonly { readonly number: number; readonly name: string }[]
  /** Places of the primary key's columns; of all columns where there is none. */
  readonly key: readonly number[]
  readonly rows: readonly (readonly (string | null)[])[]
}

/** Of every table of the user's. */
export async function readContents(connection: Connection): Promise<TableContents[]> {
  const tables: TableContents[] = []
  const { rows: found } = await connection.run({ text: tablesQuery, values: [] })
  for (const [json] of found) {
    const { id, name, columns, key } = JSON.parse(String(json)) as Omit<TableContents, 'rows'>
    const list = columns.map((column) => `${column.name}::text`).join(', ')
    const { rows } = await connection.run({ text: `select ${list} from only ${name}`, values: [] })
    tables.push({
      id,
      name: name.replace(/^public\./, ''),
      columns,
      key: key.length > 0 ? key : columns.map((_, place) => place),
      rows,
    })
  }
  return tables
}

/**
 * What was there and is not: sentences. `names`: tables and columns are the same where their names are, as after a way
 * back. `numbers`: where the database's numbers for them are, as after a way up that renames.
 */
export function lostContents(
  before: readonly TableContents[],
  after: readonly TableContents[],
  sameBy: 'names' | 'numbers',
): string[] {
  return before.flatMap((was) => {
    if (was.rows.length === 0) return []
    const is = after.find((one) => (sameBy === 'names' ? one.name === was.name : one.id === was.id))
    return is ? lostRows(was, is, sameBy) : [`${was.name} is gone with its ${countRows(was.rows.length)}`]
  })
}

function lostRows(was: TableContents, is: TableContents, sameBy: 'names' | 'numbers'): string[] {
  const places = was.columns.map((column) => is.columns.findIndex((other) => isSameColumn(column, other, sameBy)))
  const gone = was.columns.filter((_, place) => places[place] === -1 && was.rows.some((row) => row[place] !== null))
  const losses = gone.map(({ name }) => `${was.name}.${name} is gone with its values`)
  const keyOf = (row: readonly (string | null)[], at: (place: number) => number) =>
    JSON.stringify(was.key.filter((place) => places[place] !== -1).map((place) => row[at(place)]))
  const present = Map.groupBy(is.rows, (row) => keyOf(row, (place) => places[place] ?? -1))
  const changes = new Map<string, number>()
  let missing = 0
  for (const row of was.rows) {
    const match = present.get(keyOf(row, (place) => place))?.pop()
    if (!match) missing++
    else {
      for (const [place, { name }] of was.columns.entries()) {
        const now = places[place] ?? -1
        if (now >= 0 && match[now] !== row[place]) changes.set(name, (changes.get(name) ?? 0) + 1)
      }
    }
  }
  if (missing > 0) losses.push(`${was.name} has lost ${missing} of ${countRows(was.rows.length)}`)
  for (const [name, count] of changes) {
    losses.push(`${was.name}.${name} has other values in ${count} of ${countRows(was.rows.length)}`)
  }
  return losses
}

type ColumnName = TableContents['columns'][number]

function isSameColumn(one: ColumnName, other: ColumnName, sameBy: 'names' | 'numbers'): boolean {
  return sameBy === 'names' ? one.name === other.name : one.number === other.number
}

function countRows(count: number): string {
  return count === 1 ? '1 row' : `${count} rows`
}

const tablesQuery = `
select json_build_object(
  'id', c.oid::text,
  'name', format('%I.%I', n.nspname, c.relname),
  'columns', coalesce((
    select json_agg(json_build_object('number', a.attnum, 'name', quote_ident(a.attname)) order by a.attnum)
    from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped), '[]'),
  'key', coalesce((
    select json_agg((
      select count(*) from pg_attribute a
      where a.attrelid = c.oid and a.attnum > 0 and a.attnum < k.number and not a.attisdropped))
    from pg_index i, unnest(i.indkey::smallint[]) k (number)
    where i.indrelid = c.oid and i.indisprimary), '[]'))
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind = 'r' and n.nspname <> 'information_schema' and n.nspname not like 'pg\\_%'
  and (c.relname not like 'tenon\\_%' or n.nspname like '${hiddenSchema}%')
  and not exists (
    select from pg_depend where classid = 'pg_class'::regclass and objid = c.oid and deptype = 'e')
order by n.nspname, c.relname`
