import type { Connection } from '../database/driver.ts'
import { quoted } from '../sql/names.ts'
import { type AnySection, runSection } from './run-section.ts'
import { seedRows } from './seed/seed.ts'

/**
 * Makes a scratch database anew, with rows that a revision has nothing against: they are made under its own schema and
 * taken back with it. An irreversible one gets none. Throws DatabaseError where a way does not even go without rows.
 */
export async function makeFittingRows(
  connection: Connection,
  history: readonly { readonly up: AnySection }[],
  {
    up,
    down,
    irreversible,
  }: { readonly up: AnySection; readonly down: AnySection; readonly irreversible?: string | undefined },
  seed = 1,
): Promise<void> {
  await emptyDatabase(connection)
  for (const one of history) await runSection(connection, one.up)
  if (irreversible !== undefined) return
  await runSection(connection, up)
  await seedRows(connection, { seed })
  await runSection(connection, down)
}

async function emptyDatabase(connection: Connection): Promise<void> {
  const text = `select nspname from pg_namespace where nspname <> 'information_schema' and nspname not like 'pg\\_%'`
  const { rows } = await connection.run({ text, values: [] })
  const schemas = rows.map(([name]) => quoted(String(name)))
  if (schemas.length > 0) await connection.script(`drop schema ${schemas.join(', ')} cascade`)
  await connection.script('create schema public; reset all')
}
