import type { Node, RangeVar } from 'libpg-query'
import type { Connection } from '../database/driver.ts'
import type { LockMode, TracedLock } from './lock-mode.ts'
import { parseSql } from './parse-sql.ts'

/**
 * What PostgreSQL's manual says of statements that cannot stand in a transaction, whose locks no one session can see.
 * On a server with two sessions a test holds each of them up and looks.
 */
export async function documentedLocks(connection: Connection, sql: string): Promise<TracedLock[]> {
  const [node] = (await parseSql(sql)).nodes
  if (!node) return []
  const found = targetsOf(node)
  const locks: TracedLock[] = []
  for (const { name, mode } of found) {
    const relation = await tableOf(connection, name)
    if (relation !== null) locks.push({ relation, mode })
  }
  return locks
}

interface Target {
  readonly name: string
  readonly mode: LockMode
}

function targetsOf(node: Node): Target[] {
  if ('IndexStmt' in node) return concurrently(node.IndexStmt.relation)
  if ('ReindexStmt' in node) return concurrently(node.ReindexStmt.relation)
  if ('DropStmt' in node) {
    return (node.DropStmt.objects ?? []).map((item) => ({ name: listedName(item), mode: 'SHARE UPDATE EXCLUSIVE' }))
  }
  if ('AlterTableStmt' in node) return [...concurrently(node.AlterTableStmt.relation), ...detached(node)]
  if ('VacuumStmt' in node) {
    const { rels = [], options = [] } = node.VacuumStmt
    const isFull = options.some((option) => 'DefElem' in option && option.DefElem.defname === 'full')
    const mode = isFull ? 'ACCESS EXCLUSIVE' : 'SHARE UPDATE EXCLUSIVE'
    return rels.flatMap((one) =>
      'VacuumRelation' in one && one.VacuumRelation.relation
        ? [{ name: nameOf(one.VacuumRelation.relation), mode }]
        : [],
    )
  }
  return []
}

function concurrently(relation: RangeVar | undefined): Target[] {
  return relation ? [{ name: nameOf(relation), mode: 'SHARE UPDATE EXCLUSIVE' }] : []
}

/** The partition itself is closed to everybody at the end; nobody reads it through its parent any more. */
function detached(node: Extract<Node, { AlterTableStmt: unknown }>): Target[] {
  return (node.AlterTableStmt.cmds ?? []).flatMap((command): Target[] => {
    const def = 'AlterTableCmd' in command ? command.AlterTableCmd.def : undefined
    const partition = def && 'PartitionCmd' in def ? def.PartitionCmd.name : undefined
    return partition ? [{ name: nameOf(partition), mode: 'ACCESS EXCLUSIVE' }] : []
  })
}

/** `"schema"."name"`, to be looked up by the server. */
export function nameOf({ schemaname, relname = '' }: RangeVar): string {
  return [schemaname, relname].flatMap((part) => (part ? [`"${part.replaceAll('"', '""')}"`] : [])).join('.')
}

function listedName(item: Node): string {
  const parts = 'List' in item ? (item.List.items ?? []) : [item]
  return parts
    .flatMap((part) => ('String' in part ? [`"${(part.String.sval ?? '').replaceAll('"', '""')}"`] : []))
    .join('.')
}

async function tableOf(connection: Connection, name: string): Promise<string | null> {
  const text = `
    select coalesce((select indrelid from pg_index where indexrelid = to_regclass($1)), to_regclass($1))::regclass`
  const { rows } = await connection.run({ text, values: [name] })
  return rows[0]?.[0] ?? null
}
