import { droppedNames, hasOption, said, tableCommands } from './nodes.ts'
import type { Rule } from './rule.ts'

const most = 3
const outside = 'in a section with "transaction:false"'

export const indexRules: readonly Rule[] = [
  {
    name: 'require-concurrent-index-creation',
    severity: 'error',
    why: 'Building an index holds up every write to the table until it is done.',
    check({ node, isNewTable }) {
      if (!('IndexStmt' in node) || node.IndexStmt.concurrent || isNewTable(node.IndexStmt.relation)) return []
      const table = said(node.IndexStmt.relation)
      return [
        { what: `Writes to ${table} wait until the index is built.`, cure: `CREATE INDEX CONCURRENTLY ${outside}.` },
      ]
    },
  },
  {
    name: 'require-concurrent-index-deletion',
    severity: 'error',
    why: 'Dropping an index waits for, and then holds up, everything on its table.',
    check({ node, isNewIndex }) {
      if (!('DropStmt' in node)) return []
      const { removeType, concurrent, objects } = node.DropStmt
      if (removeType !== 'OBJECT_INDEX' || concurrent) return []
      return droppedNames(objects)
        .filter((name) => !isNewIndex(name))
        .map((name) => ({
          what: `Reads and writes of the table of ${name} wait for the drop.`,
          cure: `DROP INDEX CONCURRENTLY ${outside}.`,
        }))
    },
  },
  {
    name: 'require-concurrent-reindex',
    severity: 'error',
    why: 'Building an index anew holds up every write to the table.',
    check({ node, isNewTable }) {
      if (!('ReindexStmt' in node)) return []
      const { params, relation } = node.ReindexStmt
      if (hasOption(params, 'concurrently') || (relation && isNewTable(relation))) return []
      return [{ what: 'Writes to the table wait until the index is built.', cure: `REINDEX CONCURRENTLY ${outside}.` }]
    },
  },
  {
    name: 'require-concurrent-partition-detach',
    severity: 'error',
    why: 'Detaching a partition waits for, and then holds up, everything on the partitioned table.',
    check({ node, isNewTable }) {
      return tableCommands(node).flatMap(({ relation, command: { subtype, def } }) => {
        const isConcurrent = def && 'PartitionCmd' in def && def.PartitionCmd.concurrent
        if (subtype !== 'AT_DetachPartition' || isConcurrent || isNewTable(relation)) return []
        const what = `Reads and writes of ${said(relation)} wait for the detachment.`
        return [{ what, cure: `DETACH PARTITION … CONCURRENTLY ${outside}.` }]
      })
    },
  },
  {
    name: 'ban-concurrent-index-creation-in-transaction',
    severity: 'error',
    why: 'PostgreSQL refuses CONCURRENTLY inside a transaction.',
    check({ node, transaction }) {
      if (!transaction || !isConcurrent(node)) return []
      return [
        {
          what: 'PostgreSQL refuses CONCURRENTLY in a transaction, and this section is one.',
          cure: 'Write "-- migrate:up transaction:false" above the section.',
        },
      ]
    },
  },
  {
    name: 'unique-index-on-existing-rows',
    severity: 'warning',
    why: 'A unique index cannot be built where two rows have the same key (Atlas MF101).',
    check({ node, isNewTable }) {
      if (!('IndexStmt' in node) || !node.IndexStmt.unique || isNewTable(node.IndexStmt.relation)) return []
      return [
        {
          what: `It fails where two rows of ${said(node.IndexStmt.relation)} have the same key.`,
          cure: 'Look for such rows first.',
        },
      ]
    },
  },
  {
    name: 'wide-index',
    severity: 'warning',
    why: 'An index of more than three columns is seldom used to its end (strong_migrations).',
    check({ node }) {
      if (!('IndexStmt' in node)) return []
      const { unique, indexParams = [] } = node.IndexStmt
      if (unique || indexParams.length <= most) return []
      return [{ what: `The index has ${indexParams.length} columns.`, cure: 'Begin it with those that select best.' }]
    },
  },
]

function isConcurrent(node: Parameters<Rule['check']>[0]['node']): boolean {
  if ('IndexStmt' in node) return node.IndexStmt.concurrent === true
  if ('DropStmt' in node) return node.DropStmt.concurrent === true
  if ('ReindexStmt' in node) return hasOption(node.ReindexStmt.params, 'concurrently')
  return tableCommands(node).some(
    ({ command: { def } }) => def && 'PartitionCmd' in def && def.PartitionCmd.concurrent === true,
  )
}
