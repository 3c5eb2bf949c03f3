import { hiddenPrefix } from '../snapshot.ts'
import { isHiddenSchema, said } from './nodes.ts'
import type { Rule } from './rule.ts'

export const renameRules: readonly Rule[] = [
  {
    name: 'renaming-column',
    severity: 'error',
    why: 'The old version still asks for the old name.',
    check({ node, isNewTable }) {
      if (!('RenameStmt' in node) || node.RenameStmt.renameType !== 'OBJECT_COLUMN') return []
      const { relation, subname, newname = '' } = node.RenameStmt
      if (isNewTable(relation) || newname.startsWith(hiddenPrefix)) return []
      return [
        {
          what: `The old version still asks ${said(relation)} for ${subname}.`,
          cure: 'Add the new column, write both, fill the old rows, and drop the old one later.',
        },
      ]
    },
  },
  {
    name: 'renaming-table',
    severity: 'error',
    why: 'The old version still asks for the old name.',
    check({ node, isNewTable }) {
      const relation = movedTable(node)
      if (!relation || isNewTable(relation)) return []
      return [
        {
          what: `The old version still asks for ${said(relation)}.`,
          cure: `In the same transaction create a view named ${said(relation)}, and drop it later.`,
        },
      ]
    },
  },
  {
    name: 'renaming-schema',
    severity: 'error',
    why: 'The old version still asks for the old name (strong_migrations).',
    check({ node }) {
      if (!('RenameStmt' in node) || node.RenameStmt.renameType !== 'OBJECT_SCHEMA') return []
      return [
        {
          what: `The old version still asks for what is in ${node.RenameStmt.subname}.`,
          cure: 'Make a new schema and move to it table by table.',
        },
      ]
    },
  },
  {
    name: 'renaming-enum-value',
    severity: 'error',
    why: 'The old version still writes the old value and does not know the new one (strong_migrations).',
    check({ node }) {
      if (!('AlterEnumStmt' in node) || !node.AlterEnumStmt.oldVal) return []
      const { oldVal, newVal } = node.AlterEnumStmt
      return [
        {
          what: `The old version still writes '${oldVal}' and does not know '${newVal}'.`,
          cure: 'Add the new value, write it, change the old rows, and stop using the old one.',
        },
      ]
    },
  },
]

function movedTable(node: Parameters<Rule['check']>[0]['node']) {
  if ('RenameStmt' in node && node.RenameStmt.renameType === 'OBJECT_TABLE') return node.RenameStmt.relation
  if (!('AlterObjectSchemaStmt' in node)) return undefined
  const { objectType, newschema, relation } = node.AlterObjectSchemaStmt
  return objectType === 'OBJECT_TABLE' && !isHiddenSchema(newschema) ? relation : undefined
}
