import { setTimeout as delay } from 'node:timers/promises'
import { UsageError } from '../../core/errors.ts'
import type { Connection } from '../../database/driver.ts'
import type { Run } from './context.ts'
import type { Form } from './form.ts'

type CreateIndex = Extract<Form, { kind: 'createIndex' }>
type DropIndex = Extract<Form, { kind: 'dropIndex' }>
type Reindex = Extract<Form, { kind: 'reindex' }>

/** What has been put right. */
export type Repaired = (what: string) => void

interface FoundIndex {
  readonly oid: string
  /** Schema and name as SQL. */
  readonly path: string
  readonly isValid: boolean
}

const pollEvery = 200

/**
 * Clears the way for CREATE INDEX CONCURRENTLY: an INVALID left-over of it, or of a REINDEX on it, is dropped. True where
 * the index is there as it should be. Throws UsageError where another has its name.
 */
export async function prepareCreation(run: Run, form: CreateIndex, place: string, done: Repaired): Promise<boolean> {
  const { connection } = run
  await dropInvalid(connection, await findByName(run, form), done)
  const [found] = (await findByName(run, form)).filter(({ isValid }) => isValid)
  if (found === undefined) return false
  if ((await definitionOf(connection, found.oid)) === (await wantedDefinition(connection, form))) return true
  throw new UsageError(
    `Cannot make the index of ${place}: ${found.path} is there already, and it is another one. ` +
      'Drop or rename that, or give this one another name.',
  )
}

/** True where there is nothing to drop any more. */
export async function isDropped({ connection }: Run, { name }: DropIndex): Promise<boolean> {
  const { rows } = await connection.run({ text: 'select to_regclass($1) is null', values: [name] })
  return rows[0]?.[0] === 't'
}

/** Drops the copies that a REINDEX CONCURRENTLY leaves behind when it is stopped: `…_ccnew` and `…_ccold`. */
export async function prepareReindex({ connection }: Run, { what, name }: Reindex, done: Repaired): Promise<void> {
  const scopes: Readonly<Record<string, string>> = {
    index: 'i.indrelid in (select indrelid from pg_index where indexrelid = to_regclass($1))',
    table: 'i.indrelid in (select unnest(array[oid, reltoastrelid]) from pg_class where oid = to_regclass($1))',
    schema: 'n.nspname = (parse_ident($1))[1]',
  }
  const scope = scopes[what] ?? '$1::text is null or true'
  const text = `select c.oid, format('%I.%I', n.nspname, c.relname), indisvalid from pg_index i
    join pg_class c on c.oid = i.indexrelid join pg_namespace n on n.oid = c.relnamespace
    where c.relname ~ '_cc(new|old)[0-9]*$' and (${scope})`
  const { rows } = await connection.run({ text, values: [name ?? null] })
  await dropInvalid(connection, rows.map(toFound), done)
}

/** The index of that name beside the table, and copies of it that a REINDEX has left. */
async function findByName({ connection }: Run, { name = '', table }: CreateIndex): Promise<readonly FoundIndex[]> {
  const text = `select c.oid, format('%I.%I', n.nspname, c.relname), coalesce(i.indisvalid, true)
    from pg_class c join pg_namespace n on n.oid = c.relnamespace left join pg_index i on i.indexrelid = c.oid
    where c.relnamespace = (select relnamespace from pg_class where oid = to_regclass($1))
      and (c.relname = (parse_ident($2))[1]::name
        or not i.indisvalid and starts_with(c.relname, (parse_ident($2))[1]) and c.relname ~ '_cc(new|old)[0-9]*$')
    order by length(c.relname) desc`
  return (await connection.run({ text, values: [table, name] })).rows.map(toFound)
}

function toFound([oid, path, isValid]: readonly (string | null)[]): FoundIndex {
  return { oid: String(oid), path: String(path), isValid: isValid === 't' }
}

async function dropInvalid(connection: Connection, found: readonly FoundIndex[], done: Repaired): Promise<void> {
  for (const { oid, path, isValid } of found) {
    if (isValid || (await hasBecomeValid(connection, oid))) continue
    await connection.script(`drop index concurrently if exists ${path}`)
    done(`dropped the INVALID index ${path} that a run before had left`)
  }
}

/** One whose client was killed may be at work still: the server notices only at its end. */
async function hasBecomeValid(connection: Connection, oid: string): Promise<boolean> {
  const building = 'select 1 from pg_stat_progress_create_index where index_relid = $1'
  while ((await connection.run({ text: building, values: [oid] })).rows.length > 0) await delay(pollEvery)
  const text = 'select indisvalid from pg_index where indexrelid = $1'
  return (await connection.run({ text, values: [oid] })).rows[0]?.[0] === 't'
}

async function definitionOf(connection: Connection, oid: string): Promise<string | null | undefined> {
  const text = `select indisunique || substr(pg_get_indexdef(indexrelid), strpos(pg_get_indexdef(indexrelid), ' USING '))
    from pg_index where indexrelid = $1`
  return (await connection.run({ text, values: [oid] })).rows[0]?.[0]
}

/** As PostgreSQL writes it: made on an empty table with the same columns, which goes with its transaction. */
async function wantedDefinition(connection: Connection, form: CreateIndex): Promise<string | null | undefined> {
  await connection.script(`begin; create temporary table tenon_probe (like ${form.table})`)
  try {
    const unique = form.unique ? 'unique ' : ''
    await connection.script(`create ${unique}index tenon_probe_index on pg_temp.tenon_probe ${form.rest}`)
    const text = `select to_regclass('pg_temp.tenon_probe_index')::oid`
    const oid = (await connection.run({ text, values: [] })).rows[0]?.[0]
    return await definitionOf(connection, String(oid))
  } finally {
    await connection.script('rollback').catch(() => {})
  }
}
