import { UsageError } from '../../core/errors.ts'
import type { Connection } from '../../database/driver.ts'
import { type Progress, writeProgress } from '../progress.ts'
import type { BatchProgress, Step } from '../report.ts'
import { type Batch, type SqlStatement, withCondition } from '../statements.ts'
import { inTransaction } from './attempt.ts'
import type { Place, Run } from './context.ts'
import { execute } from './whole.ts'

interface Walk {
  readonly batch: Batch
  /** The types of the key's columns, as SQL. */
  readonly types: readonly string[]
  readonly estimated: number | null
}

/** The last key of a batch, and how many rows it has. */
interface Stretch {
  readonly key: readonly string[]
  readonly rows: number
}

/**
 * Runs a statement over its table from the lowest key to the highest, each batch in a transaction of its own together
 * with its last key, so that a run which was stopped goes on behind that. `done` is what ends the statement's progress.
 */
export async function runBatches(
  run: Run,
  place: Place & { readonly statement: SqlStatement & { readonly batch: Batch } },
  step: Step,
  progress: Progress,
  done: (progress: Progress) => Progress,
): Promise<Progress> {
  const { batch } = place.statement
  const walk = { batch, ...(await readTable(run.connection, place, batch)) }
  let at = progress
  for (;;) {
    const started = performance.now()
    const next = await inTransaction(run, place, async () => {
      const stretch = await readStretch(run.connection, walk, at.key)
      if (stretch) await execute(run, { ...place, statement: bounded(place.statement, walk, at.key, stretch.key) })
      const milliseconds = at.milliseconds + performance.now() - started
      const after = stretch
        ? { ...at, key: stretch.key, rows: at.rows + stretch.rows, milliseconds }
        : done({ ...at, milliseconds })
      await writeProgress(run.connection, run.journal.schema, after)
      return after
    })
    if (next.statements > at.statements) return next
    at = next
    run.report({ kind: 'batch', table: batch.table, ...step, ...toProgress(at.rows, walk.estimated) })
  }
}

async function readTable(
  connection: Connection,
  { revision, statement }: Place,
  { table, key }: Batch,
): Promise<Pick<Walk, 'types' | 'estimated'>> {
  const refuse = (reason: string, advice: string) =>
    new UsageError(`Cannot walk over ${table} for ${revision.file}:${statement?.line}: ${reason}. ${advice}`)
  const text = `select c.reltuples, format_type(a.atttypid, a.atttypmod), a.attnotnull
    from pg_class c cross join unnest($2::text[]) with ordinality as k (name, place)
    left join pg_attribute a on a.attrelid = c.oid and a.attname = (parse_ident(k.name))[1]::name and not a.attisdropped
    where c.oid = to_regclass($1) order by k.place`
  const names = `{${key.map((name) => `"${name.replace(/["\\]/g, '\\$&')}"`).join(',')}}`
  const { rows } = await connection.run({ text, values: [table, names] })
  if (rows.length === 0) throw refuse('there is no such table', 'Correct the name behind "-- migrate:batch".')
  for (const [index, [, type, isRequired]] of rows.entries()) {
    if (type === null) throw refuse(`it has no column ${key[index]}`, 'Correct the key behind "-- migrate:batch".')
    if (isRequired === 't') continue
    throw refuse(`its column ${key[index]} may be null, and such rows would be passed over`, 'Take another key.')
  }
  const estimated = Number(rows[0]?.[0])
  return { types: rows.map(([, type]) => String(type)), estimated: estimated < 0 ? null : estimated }
}

/** The next rows behind the key; undefined where there are none. */
async function readStretch(
  connection: Connection,
  { batch: { table, key, rows }, types }: Walk,
  after: readonly string[] | null,
): Promise<Stretch | undefined> {
  const columns = key.join(', ')
  const where = after === null ? '' : `where (${columns}) > (${literals(types, after)})`
  const text = `select place, ${key.map((column) => `quote_literal(${column})`).join(', ')} from (
      select ${columns}, row_number() over (order by ${columns}) as place from ${table} ${where}
      order by ${columns} limit ${rows}
    ) as stretch order by place desc limit 1`
  const [last] = (await connection.run({ text, values: [] })).rows
  return last && { rows: Number(last[0]), key: last.slice(1).map(String) }
}

function bounded(
  statement: SqlStatement,
  { batch: { key }, types }: Walk,
  after: readonly string[] | null,
  upTo: readonly string[],
): SqlStatement {
  const columns = key.join(', ')
  const from = after === null ? '' : `(${columns}) > (${literals(types, after)}) and `
  return { ...statement, sql: withCondition(statement.sql, `(${from}(${columns}) <= (${literals(types, upTo)}))`) }
}

/** Keys are kept as the literals that the server wrote. */
function literals(types: readonly string[], key: readonly string[]): string {
  return key.map((literal, index) => `${literal}::${types[index]}`).join(', ')
}

function toProgress(rows: number, estimated: number | null): BatchProgress {
  const percent = estimated ? Math.min(100, Math.floor((rows / estimated) * 100)) : null
  return { rows, estimated, percent }
}
