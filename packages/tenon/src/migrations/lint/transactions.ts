import type { Node } from 'libpg-query'
import { hasOption, said, tableCommands } from './nodes.ts'
import type { Rule } from './rule.ts'

const nesting = new Set([
  'TRANS_STMT_BEGIN',
  'TRANS_STMT_START',
  'TRANS_STMT_COMMIT',
  'TRANS_STMT_ROLLBACK',
  'TRANS_STMT_PREPARE',
])

export const transactionRules: readonly Rule[] = [
  {
    name: 'transaction-nesting',
    severity: 'error',
    why: 'The runner begins and ends the transactions, so that the journal is right.',
    check: ({ node }) =>
      'TransactionStmt' in node && nesting.has(node.TransactionStmt.kind ?? '')
        ? [
            {
              what: 'The runner begins and ends the transactions; this one ends too early.',
              cure: 'Take it out. For a transaction for each statement write "-- migrate:up transaction:false".',
            },
          ]
        : [],
  },
  {
    name: 'require-lock-timeout',
    severity: 'error',
    why: 'A statement that waits for its lock without limit holds up all that come after it.',
    check: ({ node }) =>
      setsToZero(node, 'lock_timeout')
        ? [
            {
              what: 'Without lock_timeout a statement that waits for its lock holds up all that come after it.',
              cure: 'Leave it to the runner, which sets one and tries again.',
            },
          ]
        : [],
  },
  {
    name: 'prefer-repack',
    severity: 'error',
    why: 'VACUUM FULL and CLUSTER rewrite the table while nobody may use it.',
    check: ({ node }) =>
      'ClusterStmt' in node || ('VacuumStmt' in node && hasOption(node.VacuumStmt.options, 'full'))
        ? [{ what: 'Nobody may use the table while it is rewritten.', cure: 'Use pg_repack, outside of revisions.' }]
        : [],
  },
  {
    name: 'backfill-with-schema-change',
    severity: 'error',
    why: 'Rows written in the transaction that changed their table keep it locked for as long (strong_migrations).',
    check({ node, transaction, earlier, isNewTable }) {
      const relation = writtenTable(node)
      if (!relation || !transaction || isNewTable(relation)) return []
      const changed = earlier.flatMap(tableCommands).some(({ relation: other }) => said(other) === said(relation))
      if (!changed) return []
      return [
        {
          what: `${said(relation)} was changed in this transaction, so nobody may use it until the rows are written.`,
          cure: 'Write them in a revision of their own, or make the section "transaction:false".',
        },
      ]
    },
  },
  {
    name: 'backfill-without-batches',
    severity: 'warning',
    why: 'Writing every row in one statement keeps them all locked until its end (strong_migrations).',
    check({ node, batched, isNewTable }) {
      const relation = writtenTable(node)
      if (!relation || batched || isNewTable(relation) || hasCondition(node)) return []
      return [
        {
          what: `Every row of ${said(relation)} is locked until the last one is written.`,
          cure: 'Write "-- migrate:batch" above it and ":batch" into its condition.',
        },
      ]
    },
  },
]

function setsToZero(node: Node, name: string): boolean {
  if (!('VariableSetStmt' in node) || node.VariableSetStmt.name !== name) return false
  return (node.VariableSetStmt.args ?? []).some((argument) => {
    if (!('A_Const' in argument)) return false
    const { ival, sval } = argument.A_Const
    return (ival !== undefined && !ival.ival) || /^0+\s*\w*$/.test(sval?.sval ?? '')
  })
}

function writtenTable(node: Node) {
  if ('UpdateStmt' in node) return node.UpdateStmt.relation
  return 'DeleteStmt' in node ? node.DeleteStmt.relation : undefined
}

function hasCondition(node: Node): boolean {
  if ('UpdateStmt' in node) return node.UpdateStmt.whereClause !== undefined
  return 'DeleteStmt' in node && node.DeleteStmt.whereClause !== undefined
}
