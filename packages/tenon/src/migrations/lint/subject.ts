import type { Node, RangeVar, ScanToken } from 'libpg-query'
import type { StatementTrace } from '../trace.ts'
import { fromRegclass } from './measured.ts'
import type { Subject } from './rule.ts'

export interface Surroundings {
  readonly tokens: readonly ScanToken[]
  readonly trace: StatementTrace | undefined
  readonly transaction: boolean
  readonly batched: boolean
  readonly earlier: readonly Node[]
}

export function toSubject(node: Node, { trace, earlier, ...rest }: Surroundings): Subject {
  const tables = new Set(earlier.flatMap(tablesMadeBy))
  const indexes = new Set(
    earlier.flatMap((one) => ('IndexStmt' in one && one.IndexStmt.idxname ? [one.IndexStmt.idxname] : [])),
  )
  const isNewTable = (relation: RangeVar | undefined) => relation !== undefined && tables.has(keyOf(relation))
  return {
    node,
    trace,
    earlier,
    ...rest,
    isNewTable,
    isNewIndex: (name) => indexes.has(name.split('.').at(-1) ?? name),
    rewrites: (relation) => trace?.rewritten.some((name) => isSame(name, relation)),
    scans: (relation) => trace?.scanned.some(({ relation: name, passes }) => passes > 0 && isSame(name, relation)),
  }
}

function tablesMadeBy(node: Node): string[] {
  if ('CreateStmt' in node && node.CreateStmt.relation) return [keyOf(node.CreateStmt.relation)]
  if ('CreateTableAsStmt' in node && node.CreateTableAsStmt.into?.rel) return [keyOf(node.CreateTableAsStmt.into.rel)]
  return []
}

function isSame(name: string, relation: RangeVar | undefined): boolean {
  return relation !== undefined && keyOf(fromRegclass(name)) === keyOf(relation)
}

function keyOf({ schemaname = 'public', relname = '' }: RangeVar): string {
  return `${schemaname}.${relname}`
}
