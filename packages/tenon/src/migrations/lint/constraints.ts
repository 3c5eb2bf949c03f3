import type { Constraint } from 'libpg-query'
import { addedConstraints, said, tableCommands } from './nodes.ts'
import type { Problem, Rule, Subject } from './rule.ts'

const later = 'Add it NOT VALID, and VALIDATE CONSTRAINT in a later transaction.'

export const constraintRules: readonly Rule[] = [
  {
    name: 'constraint-missing-not-valid',
    severity: 'error',
    why: 'Adding a checked constraint reads the whole table while nobody may use it.',
    check(subject) {
      return [
        ...added(subject, 'CONSTR_CHECK')
          .filter(({ constraint, relation }) => !constraint.skip_validation && subject.scans(relation) !== false)
          .map(({ relation, constraint }) => ({
            what: `Reads and writes of ${said(relation)} wait while every row is checked.`,
            cure: later,
            at: constraint.location,
          })),
        ...validatedAtOnce(subject),
      ]
    },
  },
  {
    name: 'adding-foreign-key-constraint',
    severity: 'error',
    why: 'Adding a foreign key reads the whole table while writes to both tables wait.',
    check(subject) {
      return added(subject, 'CONSTR_FOREIGN')
        .filter(({ constraint }) => !constraint.skip_validation)
        .map(({ relation, constraint, column }) => ({
          what: `Writes to ${said(relation)} and ${said(constraint.pktable)} wait while every row is checked.`,
          cure: column ? `Add the column without it. ${later}` : later,
          at: constraint.location,
        }))
    },
  },
  {
    name: 'disallowed-unique-constraint',
    severity: 'error',
    why: 'Adding a unique constraint builds its index while nobody may use the table.',
    check(subject) {
      return added(subject, 'CONSTR_UNIQUE')
        .filter(buildsIndex)
        .map(({ relation, constraint }) => ({
          what: `Reads and writes of ${said(relation)} wait until its index is built.`,
          cure: 'CREATE UNIQUE INDEX CONCURRENTLY, then ADD CONSTRAINT … UNIQUE USING INDEX.',
          at: constraint.location,
        }))
    },
  },
  {
    name: 'adding-serial-primary-key-field',
    severity: 'error',
    why: 'Adding a primary key builds its index while nobody may use the table.',
    check(subject) {
      return added(subject, 'CONSTR_PRIMARY')
        .filter(buildsIndex)
        .map(({ relation, constraint }) => ({
          what: `Reads and writes of ${said(relation)} wait until its index is built.`,
          cure: 'CREATE UNIQUE INDEX CONCURRENTLY, then ADD CONSTRAINT … PRIMARY KEY USING INDEX.',
          at: constraint.location,
        }))
    },
  },
  {
    name: 'adding-exclusion-constraint',
    severity: 'error',
    why: 'An exclusion constraint builds its index while nobody may use the table, and has no NOT VALID form (strong_migrations).',
    check(subject) {
      return added(subject, 'CONSTR_EXCLUSION').map(({ relation, constraint }) => ({
        what: `Reads and writes of ${said(relation)} wait until its index is built.`,
        cure: 'There is no form that does not wait: do it while the table is small, or make a new table.',
        at: constraint.location,
      }))
    },
  },
  {
    name: 'dropping-foreign-key',
    severity: 'warning',
    why: 'Without its foreign key a column may come to point at nothing (Atlas CD101).',
    check({ node }) {
      return tableCommands(node).flatMap(({ relation, command: { subtype, name = '' } }): Problem[] => {
        if (subtype !== 'AT_DropConstraint' || !/_(fk|fkey)$/i.test(name)) return []
        return [
          { what: `Rows of ${said(relation)} may then point at rows that are gone.`, cure: 'Make sure it is meant.' },
        ]
      })
    },
  },
]

function added({ node, isNewTable }: Subject, type: Constraint['contype']) {
  return addedConstraints(node).filter(
    ({ relation, constraint }) => constraint.contype === type && !isNewTable(relation),
  )
}

function buildsIndex({ constraint }: { readonly constraint: Constraint }): boolean {
  return !constraint.indexname
}

/** The lock of the first is still held while the second reads the table. */
function validatedAtOnce({ node, transaction, earlier, isNewTable }: Subject): Problem[] {
  if (!transaction) return []
  const invalid = new Set(
    earlier
      .flatMap(addedConstraints)
      .flatMap(({ relation, constraint: { skip_validation, conname } }) =>
        skip_validation ? [`${said(relation)} ${conname}`] : [],
      ),
  )
  return tableCommands(node).flatMap(({ relation, command: { subtype, name } }) => {
    if (subtype !== 'AT_ValidateConstraint' || isNewTable(relation) || !invalid.has(`${said(relation)} ${name}`))
      return []
    const what = `Added and validated in one transaction, ${name} keeps ${said(relation)} locked while every row is checked.`
    return [{ what, cure: 'Validate it in a later revision, or make the section "transaction:false".' }]
  })
}
