import type { Connection } from '../database/driver.ts'
import * as catalog from './catalog.ts'
import {
  type ColumnSnapshot,
  type ConstraintSnapshot,
  type ForeignKeySnapshot,
  type Hidden,
  hiddenPrefix,
  type IndexSnapshot,
  type KeySnapshot,
  type Snapshot,
  type TableSnapshot,
} from './snapshot.ts'

/**
 * Reads the tables of a database, all schemas of it; what is of an extension or of this stack's own is left out.
 * The same schema reads the same whatever the settings of the connection.
 */
export async function readSnapshot(connection: Pick<Connection, 'run'>): Promise<Snapshot> {
  return await withSettings(connection, async () => {
    const tables = await readRows<TableRow>(connection, catalog.tables)
    const columns = byTable(await readRows<ColumnRow>(connection, catalog.columns))
    const constraints = byTable(await readRows<ConstraintRow>(connection, catalog.constraints))
    const indexes = byTable(await readRows<IndexRow>(connection, catalog.indexes))
    const [hidden] = await readRows<Hidden>(connection, catalog.hidden)
    return {
      schemas: [...new Set(tables.flatMap(({ schema }) => schema ?? []))],
      tables: tables.map(({ id, ...table }) => ({
        ...table,
        columns: (columns.get(id) ?? []).map(({ table: _, ...column }) => column),
        constraints: (constraints.get(id) ?? []).filter(isVisible).map(toConstraint),
        indexes: (indexes.get(id) ?? []).filter(isVisible).map(({ table: _, ...index }) => index),
      })),
      hidden: hidden ?? { tables: [], columns: [], relations: [] },
    }
  })
}

type TableRow = Omit<TableSnapshot, 'columns' | 'constraints' | 'indexes'> & { readonly id: string }
type ColumnRow = ColumnSnapshot & { readonly table: string }
type IndexRow = IndexSnapshot & { readonly table: string }
type ConstraintRow = Omit<ForeignKeySnapshot, 'kind' | 'rest' | 'valid'> & {
  readonly kind: ConstraintSnapshot['kind']
  readonly table: string
  readonly definition: string
}

/** What reads a hidden column is hidden with it. */
function isVisible({ columns }: { readonly columns: readonly string[] }): boolean {
  return !columns.some((column) => column.startsWith(hiddenPrefix))
}

function toConstraint(row: ConstraintRow): ConstraintSnapshot {
  const { kind, name, target, targetColumns, onDelete, onUpdate } = row
  // Those of a CHECK come in the order in which they stand in the table, which says nothing.
  const columns = kind === 'check' ? row.columns.toSorted() : row.columns
  const valid = !row.definition.endsWith(' NOT VALID')
  const definition = valid ? row.definition : row.definition.slice(0, -' NOT VALID'.length)
  if (kind !== 'foreign key') return { kind, name, columns, definition, valid } satisfies KeySnapshot
  const rest = restOf(definition)
  return { kind, name, columns, target, targetColumns, onDelete, onUpdate, rest, valid }
}

/** What follows `FOREIGN KEY (…) REFERENCES table(…)`; a bracket may stand in a quoted name. */
function restOf(definition: string): string {
  const list = String.raw`\((?:"(?:[^"]|"")*"|[^")])*\)`
  const table = '(?:"(?:[^"]|"")*"|[^("])+'
  const match = new RegExp(`^FOREIGN KEY ${list} REFERENCES ${table}${list} ?`).exec(definition)
  return match ? definition.slice(match[0].length) : ''
}

async function readRows<T>(connection: Pick<Connection, 'run'>, text: string): Promise<T[]> {
  const { rows } = await connection.run({ text, values: [] })
  return rows.map(([json]) => JSON.parse(String(json)) as T)
}

function byTable<T extends { readonly table: string }>(rows: readonly T[]): ReadonlyMap<string, T[]> {
  return Map.groupBy(rows, ({ table }) => table)
}

/** Under the settings that texts depend on, and a search path of the connection's own schema alone; then as it was. */
async function withSettings<T>(connection: Pick<Connection, 'run'>, read: () => Promise<T>): Promise<T> {
  const names = ['search_path', ...Object.keys(catalog.settings)]
  const { rows } = await connection.run({
    text: `select ${names.map((name) => `current_setting('${name}')`).join(', ')}, quote_ident(current_schema())`,
    values: [],
  })
  const before = rows[0] ?? []
  const path = before[names.length] ?? ''
  await set(connection, names, [path, ...Object.values(catalog.settings)])
  try {
    return await read()
  } finally {
    // In a transaction that has failed it cannot be put back, and need not: the rollback does.
    await set(connection, names, before).catch(() => {})
  }
}

async function set(
  connection: Pick<Connection, 'run'>,
  names: readonly string[],
  values: readonly (string | null)[],
): Promise<void> {
  const calls = names.map((name, index) => `set_config('${name}', $${index + 1}, false)`)
  await connection.run({ text: `select ${calls.join(', ')}`, values: values.slice(0, names.length) })
}
