import type { Node } from 'libpg-query'

/** Reads SQL as PostgreSQL 18 does. The parser is a megabyte of WebAssembly, so it is loaded when first asked for. */
export async function parseSql(sql: string): Promise<Node[]> {
  const { loadModule, parseSync } = await import('libpg-query')
  await loadModule()
  return (parseSync(sql).stmts ?? []).flatMap(({ stmt }) => stmt ?? [])
}
