const pooledHost = /^([^.]+)-pooler\./

/** Neon's pooled hosts, `ep-name-pooler.region.aws.neon.tech`, stand behind PgBouncer in transaction mode. */
export function isPooledHost(host: string): boolean {
  return pooledHost.test(host)
}

/** The same server without its pooler. */
export function toDirectHost(host: string): string {
  return host.replace(pooledHost, '$1.')
}
