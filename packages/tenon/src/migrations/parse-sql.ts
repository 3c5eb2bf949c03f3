import type { Node, ScanToken } from 'libpg-query'

export interface ParsedSql {
  readonly nodes: readonly Node[]
  readonly tokens: readonly ScanToken[]
}

/** Loads PostgreSQL 18's own parser, two megabytes of WebAssembly, when it is first asked for. */
async function loadParser() {
  const parser = await import('libpg-query')
  await parser.loadModule()
  return parser
}

/** Throws SqlError where PostgreSQL would see a syntax error. Places are counted in bytes of UTF-8. */
export async function parseSql(sql: string): Promise<ParsedSql> {
  const { parseSync, scanSync } = await loadParser()
  const nodes = (parseSync(sql).stmts ?? []).flatMap(({ stmt }) => stmt ?? [])
  return { nodes, tokens: scanSync(sql).tokens }
}

/** The words of SQL, comments among them. Throws SqlError on an open quote or comment. */
export async function scanSql(sql: string): Promise<readonly ScanToken[]> {
  return (await loadParser()).scanSync(sql).tokens
}

export function isComment({ tokenName }: ScanToken): boolean {
  return tokenName === 'SQL_COMMENT' || tokenName === 'C_COMMENT'
}

/** How many line ends there are before a place. */
export function linesBefore(sql: string, at: number): number {
  return Buffer.from(sql).subarray(0, at).toString().split('\n').length - 1
}
