import type { Connection } from '../database/driver.ts'
import { type Journal, operator, readRows } from './journal.ts'
import type { Direction } from './report.ts'

/** How far a revision has come that runs statement by statement. There is one such at a time. */
export interface Progress {
  readonly id: string
  readonly direction: Direction
  /** It turned back in the middle: what its statements want to make or to drop may be so already. */
  readonly turned: boolean
  /** How many statements are done, and the checksum of their texts. */
  readonly statements: number
  readonly checksum: string
  /** The next statement was begun outside a transaction; whether it ended is not known. */
  readonly begun: boolean
  /** The key of the last row of the next statement's last batch, as SQL. */
  readonly key: readonly string[] | null
  readonly rows: number
  /** What it took so far. */
  readonly milliseconds: number
}

export const progressTable = 'tenon_progress'

/** Makes the table. Only under the lock. */
export function createProgress({ schema }: Pick<Journal, 'schema'>): string {
  return `create table if not exists ${schema}.${progressTable} (
  id text primary key,
  direction text not null,
  turned boolean not null,
  statements integer not null,
  checksum text not null,
  begun boolean not null,
  key text[],
  rows bigint not null,
  duration_ms bigint not null,
  changed_at timestamptz not null,
  changed_by text not null
)`
}

/** The revision that was left in the middle, if there is one. */
export async function readProgress(
  connection: Pick<Connection, 'run'>,
  schema?: string,
): Promise<Progress | undefined> {
  const table = schema === undefined ? progressTable : `${schema}.${progressTable}`
  const columns = 'id, direction, turned, statements, checksum, begun, to_json(key), rows, duration_ms'
  const [row] = await readRows(connection, `select ${columns} from ${table} order by changed_at desc limit 1`)
  if (row === undefined) return undefined
  const [id, direction, turned, statements, checksum, begun, key, rows, milliseconds] = row
  return {
    id: String(id),
    direction: direction === 'down' ? 'down' : 'up',
    turned: turned === 't',
    statements: Number(statements),
    checksum: String(checksum),
    begun: begun === 't',
    key: key ? (JSON.parse(key) as string[]) : null,
    rows: Number(rows),
    milliseconds: Number(milliseconds),
  }
}

export async function writeProgress(connection: Connection, schema: string, progress: Progress): Promise<void> {
  const { id, direction, turned, statements, checksum, begun, key, rows, milliseconds } = progress
  const array = key === null ? null : `{${key.map((part) => `"${part.replace(/["\\]/g, '\\$&')}"`).join(',')}}`
  await connection.run({
    text: `insert into ${schema}.${progressTable} as p values ($1, $2, $3, $4, $5, $6, $7, $8, $9, clock_timestamp(), $10)
      on conflict (id) do update set direction = excluded.direction, turned = excluded.turned,
        statements = excluded.statements, checksum = excluded.checksum, begun = excluded.begun, key = excluded.key,
        rows = excluded.rows, duration_ms = excluded.duration_ms, changed_at = excluded.changed_at,
        changed_by = excluded.changed_by`,
    values: [
      id,
      direction,
      String(turned),
      String(statements),
      checksum,
      String(begun),
      array,
      String(rows),
      String(Math.round(milliseconds)),
      operator(),
    ],
  })
}

export async function clearProgress(connection: Connection, schema: string, id: string): Promise<void> {
  await connection.run({ text: `delete from ${schema}.${progressTable} where id = $1`, values: [id] })
}
