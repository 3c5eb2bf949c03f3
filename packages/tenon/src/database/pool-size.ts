import type { Driver } from './driver.ts'

// The least of what the server, the role and the database allow; least() passes over null.
const limits = `
  select least(
    current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
      - coalesce(current_setting('reserved_connections', true)::int, 0),
    (select nullif(rolconnlimit, -1) from pg_roles where rolname = current_user),
    (select nullif(datconnlimit, -1) from pg_database where datname = current_database())
  )`

/**
 * A sentence for the start where `instances` of a service would ask for more connections than the server gives them;
 * null where it would do, where the database is embedded, and behind a pooler, which has limits of its own.
 */
export async function warnOfPoolSize(driver: Driver, instances: number): Promise<string | null> {
  if (driver.kind !== 'postgres') return null
  const { rows } = await driver.run({ text: limits, values: [] })
  const { max, pooled } = driver.metrics()
  const allowed = Number(rows[0]?.[0])
  if (pooled || instances * max <= allowed) return null
  return (
    `${instances} × ${max} connections are more than the ${allowed} that ${driver.place} allows. ` +
    `Lower the pool size to ${Math.max(1, Math.floor(allowed / instances))}, or raise max_connections.`
  )
}
