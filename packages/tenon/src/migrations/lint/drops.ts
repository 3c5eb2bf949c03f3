import type { Node } from 'libpg-query'
import { hiddenPrefix, hiddenSchema } from '../snapshot.ts'
import { droppedNames, isHiddenSchema, said, tableCommands } from './nodes.ts'
import type { Problem, Rule } from './rule.ts'

const wait = 'Deploy code that does without it everywhere first.'

export const dropRules: readonly Rule[] = [
  {
    name: 'ban-drop-table',
    severity: 'error',
    why: 'Its rows are lost, and the old version still asks for it.',
    check({ node, isNewTable }) {
      if ('AlterObjectSchemaStmt' in node && isHiddenSchema(node.AlterObjectSchemaStmt.newschema)) {
        const what = `The old version still asks for ${said(node.AlterObjectSchemaStmt.relation)}. Its rows are kept.`
        return [{ what, cure: wait, severity: 'warning' }]
      }
      return dropped(node, 'OBJECT_TABLE')
        .filter((name) => !isNewTable(toRelation(name)))
        .map((name): Problem => {
          if (isHiddenSchema(name)) return purged(`The rows of ${name}`)
          return {
            what: `The rows of ${name} are lost, and the old version still asks for it.`,
            cure: `${wait} Or move it aside: ALTER TABLE ${name} SET SCHEMA ${hiddenSchema}.`,
          }
        })
    },
  },
  {
    name: 'ban-drop-column',
    severity: 'error',
    why: 'Its values are lost, and the old version still asks for it.',
    check({ node, isNewTable }) {
      if ('RenameStmt' in node) {
        const { renameType, newname = '', subname, relation } = node.RenameStmt
        if (renameType !== 'OBJECT_COLUMN' || !newname.startsWith(hiddenPrefix)) return []
        const what = `The old version still asks ${said(relation)} for ${subname}. Its values are kept.`
        return [{ what, cure: wait, severity: 'warning' }]
      }
      return tableCommands(node).flatMap(({ relation, command: { subtype, name = '' } }): Problem[] => {
        if (subtype !== 'AT_DropColumn' || isNewTable(relation)) return []
        if (name.startsWith(hiddenPrefix)) return [purged(`The values of ${said(relation)}.${name}`)]
        return [
          {
            what: `The values of ${said(relation)}.${name} are lost, and the old version still asks for it.`,
            cure: `${wait} Or rename it aside: RENAME ${name} TO ${hiddenPrefix}${name}.`,
          },
        ]
      })
    },
  },
  {
    name: 'ban-drop-schema',
    severity: 'error',
    why: 'All in it is lost (Atlas DS101).',
    check: ({ node }) =>
      dropped(node, 'OBJECT_SCHEMA')
        .filter((name) => !isHiddenSchema(name))
        .map((name) => ({
          what: `All in ${name} is lost.`,
          cure: 'Drop its parts one by one.',
        })),
  },
  {
    name: 'ban-drop-database',
    severity: 'error',
    why: 'All in it is lost.',
    check: ({ node }) =>
      'DropdbStmt' in node
        ? [{ what: `All in ${node.DropdbStmt.dbname} is lost.`, cure: 'Do that by hand, not in a revision.' }]
        : [],
  },
  {
    name: 'ban-truncate-cascade',
    severity: 'error',
    why: 'It empties every table that refers to this one, also those that come later.',
    check: ({ node }) =>
      'TruncateStmt' in node && node.TruncateStmt.behavior === 'DROP_CASCADE'
        ? [{ what: 'It empties every table that refers to this one too.', cure: 'Name the tables to be emptied.' }]
        : [],
  },
]

/** What was moved aside before is asked for by nobody. */
function purged(what: string): Problem {
  return { what: `${what} are lost for good.`, cure: 'Make sure that nobody wants them back.', severity: 'warning' }
}

function dropped(node: Node, type: string): string[] {
  return 'DropStmt' in node && node.DropStmt.removeType === type ? droppedNames(node.DropStmt.objects) : []
}

function toRelation(name: string) {
  const [relname = '', schemaname] = name.split('.').toReversed()
  return schemaname === undefined ? { relname } : { relname, schemaname }
}
