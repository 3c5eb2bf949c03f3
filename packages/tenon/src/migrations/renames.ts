import { UsageError } from '../core/errors.ts'
import { renameColumns } from './rename-names.ts'
import {
  type ColumnSnapshot,
  type ConstraintSnapshot,
  findTable,
  isSameTable,
  nameOfTable,
  type Snapshot,
  type TableName,
  type TableSnapshot,
} from './snapshot.ts'

/** A column's `table` is named as it is after the renames. */
export type Rename =
  | { readonly kind: 'table'; readonly from: TableName; readonly to: TableName }
  | { readonly kind: 'column'; readonly table: TableName; readonly from: string; readonly to: string }

/**
 * Reads `old:new` (tables), `table.old:new` and `table.old:table.new` (columns), tables with a schema in front where
 * they are in another than the connection's. Throws UsageError where one side is not there or the other is already.
 */
export function parseRenames(texts: readonly string[], from: Snapshot, to: Snapshot): Rename[] {
  const pairs = texts.map((text) => {
    const [old, fresh, ...more] = text.split(':')
    if (!old || !fresh || more.length > 0)
      throw refuse(text, 'it is not of the form old:new', 'Write tasks.done:tasks.completed')
    return { text, old, fresh }
  })
  const tables = pairs.flatMap((pair) => toTableRename(pair, from, to) ?? [])
  const columns = pairs.flatMap((pair) =>
    toTableRename(pair, from, to) ? [] : [toColumnRename(pair, from, to, tables)],
  )
  return [...tables, ...columns]
}

interface Pair {
  readonly text: string
  readonly old: string
  readonly fresh: string
}
type TableRename = Extract<Rename, { kind: 'table' }>

function toTableRename({ text, old, fresh }: Pair, from: Snapshot, to: Snapshot): TableRename | undefined {
  const source = from.tables.find((table) => nameOfTable(table) === old)
  if (!source) return undefined
  // The new name may leave the schema out.
  const target =
    to.tables.find((table) => nameOfTable(table) === fresh) ?? findTable(to, { schema: source.schema, name: fresh })
  if (!target) throw refuse(text, `the models have no table ${fresh}`, 'Name the table as the models do')
  if (findTable(from, target)) throw refuse(text, `${nameOfTable(target)} is there already`, 'Leave this rename out')
  if (findTable(to, source))
    throw refuse(text, `the models still have ${old}`, 'Take a revision of its own for each of the two')
  return { kind: 'table', from: nameOnly(source), to: nameOnly(target) }
}

function toColumnRename(
  { text, old, fresh }: Pair,
  from: Snapshot,
  to: Snapshot,
  tables: readonly TableRename[],
): Rename {
  const place = splitLast(old)
  if (!place.table) throw refuse(text, `there is no table ${old}`, 'Name a table or table.column that is there')
  const source =
    from.tables.find((table) => nameOfTable(table) === place.table) ??
    from.tables.find((table) =>
      tables.some((one) => isSameTable(one.from, table) && nameOfTable(one.to) === place.table),
    )
  if (!source) throw refuse(text, `there is no table ${place.table}`, 'Name a table or table.column that is there')
  const now = tables.find((one) => isSameTable(one.from, source))?.to ?? nameOnly(source)
  const target = splitLast(fresh)
  if (target.table && ![nameOfTable(now), nameOfTable(source)].includes(target.table)) {
    throw refuse(text, 'a column stays in its table', `Write ${place.table}.${place.column}:${target.column}`)
  }
  const models = findTable(to, now)
  const has = (table: TableSnapshot | undefined, name: string) => table?.columns.some((column) => column.name === name)
  if (!has(source, place.column))
    throw refuse(text, `${place.table} has no column ${place.column}`, `It has: ${listOf(source)}`)
  if (!has(models, target.column))
    throw refuse(
      text,
      `the models' ${nameOfTable(now)} has no column ${target.column}`,
      'Name the column as the models do',
    )
  if (has(source, target.column))
    throw refuse(text, `${place.table} has a column ${target.column} already`, 'Leave this rename out')
  if (has(models, place.column))
    throw refuse(
      text,
      `the models still have ${place.table}.${place.column}`,
      'Take a revision of its own for each of the two',
    )
  return { kind: 'column', table: now, from: place.column, to: target.column }
}

function splitLast(name: string): { readonly table: string; readonly column: string } {
  const dot = name.lastIndexOf('.')
  return { table: dot < 0 ? '' : name.slice(0, dot), column: name.slice(dot + 1) }
}

function refuse(text: string, reason: string, advice: string): UsageError {
  return new UsageError(`Cannot rename ${text}: ${reason}. ${advice}.`)
}

function listOf(table: TableSnapshot): string {
  return table.columns.map(({ name }) => name).join(', ')
}

function nameOnly({ schema, name }: TableName): TableName {
  return { schema, name }
}

/** The schema as it is once these renames have run; names of constraints and indexes stay, as PostgreSQL leaves them. */
export function applyRenames(from: Snapshot, renames: readonly Rename[]): Snapshot {
  const nameNow = (table: TableName) =>
    renames.find((one): one is TableRename => one.kind === 'table' && isSameTable(one.from, table))?.to ??
    nameOnly(table)
  const columnsOf = (table: TableName) =>
    new Map(
      renames.flatMap((one) => (one.kind === 'column' && isSameTable(one.table, table) ? [[one.from, one.to]] : [])),
    )
  const tables = from.tables.map((table) => {
    const now = nameNow(table)
    return renamed({ ...table, ...now }, columnsOf(now), (target) => ({
      name: nameNow(target),
      columns: columnsOf(nameNow(target)),
    }))
  })
  return { ...from, schemas: [...new Set(tables.flatMap(({ schema }) => schema ?? []))].toSorted(), tables }
}

type Target = { readonly name: TableName; readonly columns: ReadonlyMap<string, string> }

function renamed(
  table: TableSnapshot,
  names: ReadonlyMap<string, string>,
  targetOf: (table: TableName) => Target,
): TableSnapshot {
  const own = (column: string) => names.get(column) ?? column
  const text = (sql: string) => renameColumns(sql, names)
  const toConstraint = (constraint: ConstraintSnapshot): ConstraintSnapshot => {
    const columns = constraint.columns.map(own)
    if (constraint.kind !== 'foreign key') return { ...constraint, columns, definition: text(constraint.definition) }
    const target = targetOf(constraint.target)
    const targetColumns = constraint.targetColumns.map((column) => target.columns.get(column) ?? column)
    return { ...constraint, columns, target: target.name, targetColumns, rest: text(constraint.rest) }
  }
  const toColumn = (column: ColumnSnapshot): ColumnSnapshot => ({
    ...column,
    name: own(column.name),
    generated: column.generated && { ...column.generated, expression: text(column.generated.expression) },
  })
  return {
    ...table,
    columns: table.columns.map(toColumn),
    constraints: table.constraints.map(toConstraint),
    indexes: table.indexes.map((index) => ({
      ...index,
      columns: index.columns.map(own),
      definition: text(index.definition),
    })),
  }
}
