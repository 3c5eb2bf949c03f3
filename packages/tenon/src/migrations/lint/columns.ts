import type { ColumnDef, Node, RangeVar } from 'libpg-query'
import {
  addedColumns,
  addedConstraints,
  constraintsOf,
  findAll,
  hasConstraint,
  isSerial,
  said,
  tableCommands,
  textsOf,
} from './nodes.ts'
import type { Problem, Rule, Subject } from './rule.ts'

// What PostgreSQL computes once for all rows. Without a trace any other function is taken for volatile.
const stableFunctions = new Set([
  'now',
  'transaction_timestamp',
  'statement_timestamp',
  'current_setting',
  'lower',
  'upper',
  'date_trunc',
  'make_interval',
  'jsonb_build_object',
  'jsonb_build_array',
  'to_jsonb',
  'array_fill',
])

export const columnRules: readonly Rule[] = [
  {
    name: 'adding-field-with-default',
    severity: 'error',
    why: 'A volatile default or a stored generated column rewrites the table while nobody may use it.',
    check(subject) {
      return added(subject)
        .filter(({ column, relation }) => fillsEveryRow(column) && subject.rewrites(relation) !== false)
        .map(({ relation, column }) => ({
          what: `${said(relation)} is rewritten to fill ${column.colname}; reads and writes of it wait.`,
          cure: hasConstraint(column, 'CONSTR_GENERATED')
            ? 'Make it VIRTUAL, or a plain column that is filled in batches.'
            : 'Add the column without default, set the default, and fill the old rows in batches.',
          at: column.location,
        }))
    },
  },
  {
    name: 'adding-auto-incrementing-field',
    severity: 'error',
    why: 'A serial or identity column rewrites the table to number the old rows (strong_migrations).',
    check(subject) {
      return added(subject)
        .filter(({ column }) => isSerial(column) || hasConstraint(column, 'CONSTR_IDENTITY'))
        .map(({ relation, column }) => ({
          what: `${said(relation)} is rewritten to number its rows; reads and writes of it wait.`,
          cure: 'Add a plain column, fill it in batches, and add the identity then.',
          at: column.location,
        }))
    },
  },
  {
    name: 'adding-required-field',
    severity: 'error',
    why: 'A NOT NULL column without default is refused where there are rows, and breaks inserts of the old version.',
    check(subject) {
      return added(subject)
        .filter(({ column }) => hasConstraint(column, 'CONSTR_NOTNULL', 'CONSTR_PRIMARY') && !hasValue(column))
        .map(({ relation, column }) => ({
          what: `It fails where ${said(relation)} has rows, and the old version's inserts lack ${column.colname}.`,
          cure: 'Give it a constant default, or add it nullable and fill it first.',
          at: column.location,
        }))
    },
  },
  {
    name: 'adding-not-nullable-field',
    severity: 'error',
    why: 'SET NOT NULL reads the whole table while nobody may use it, unless a validated CHECK says the same.',
    check(subject) {
      return tableCommands(subject.node).flatMap(({ relation, command: { subtype, name = '' } }): Problem[] => {
        if (subtype !== 'AT_SetNotNull' || subject.isNewTable(relation)) return []
        if (!(subject.scans(relation) ?? !isKnownFilled(subject, relation, name))) return []
        return [
          {
            what: `Reads and writes of ${said(relation)} wait while every row is read, and it fails on a null.`,
            cure: `Add CHECK (${name} IS NOT NULL) NOT VALID, validate it later, SET NOT NULL, and drop the CHECK.`,
          },
        ]
      })
    },
  },
  {
    name: 'changing-column-type',
    severity: 'error',
    why: 'Most changes of a type rewrite the table while nobody may use it, and the old version reads the old type.',
    check({ node, isNewTable, rewrites, scans }) {
      return tableCommands(node).flatMap(({ relation, command: { subtype, name, def } }): Problem[] => {
        if (subtype !== 'AT_AlterColumnType' || isNewTable(relation)) return []
        if (rewrites(relation) === false && scans(relation) === false) return []
        return [
          {
            what: `${said(relation)} is rewritten for the type of ${name}; reads and writes of it wait.`,
            cure: 'Add a column of the new type, fill it in batches, and move to it.',
            at: def && 'ColumnDef' in def ? def.ColumnDef.location : undefined,
          },
        ]
      })
    },
  },
  {
    name: 'ban-drop-not-null',
    severity: 'warning',
    why: 'The old version does not expect a null where there could be none.',
    check({ node, isNewTable }) {
      return tableCommands(node).flatMap(({ relation, command: { subtype, name } }): Problem[] => {
        if (subtype !== 'AT_DropNotNull' || isNewTable(relation)) return []
        return [
          {
            what: `What reads ${said(relation)}.${name} may meet a null that it does not expect.`,
            cure: 'Deploy code that expects it first.',
          },
        ]
      })
    },
  },
]

function added({ node, isNewTable }: Subject) {
  return addedColumns(node).filter(({ relation }) => !isNewTable(relation))
}

function fillsEveryRow(column: ColumnDef): boolean {
  return constraintsOf(column).some(
    ({ contype, generated_kind, raw_expr }) =>
      (contype === 'CONSTR_GENERATED' && generated_kind !== 'v') ||
      (contype === 'CONSTR_DEFAULT' && mayBeVolatile(raw_expr)),
  )
}

function mayBeVolatile(expression: Node | undefined): boolean {
  return findAll(expression, 'FuncCall').some(
    ({ funcname }) => !stableFunctions.has(textsOf(funcname as Node[]).at(-1) ?? ''),
  )
}

function hasValue(column: ColumnDef): boolean {
  return isSerial(column) || hasConstraint(column, 'CONSTR_DEFAULT', 'CONSTR_GENERATED', 'CONSTR_IDENTITY')
}

/** Without a trace: a CHECK that the column is not null was added and validated before. */
function isKnownFilled({ earlier }: Subject, relation: RangeVar | undefined, column: string): boolean {
  const validated = earlier
    .flatMap(tableCommands)
    .filter(({ command, relation: of }) => command.subtype === 'AT_ValidateConstraint' && said(of) === said(relation))
    .map(({ command }) => command.name)
  return earlier.flatMap(addedConstraints).some(({ constraint, relation: of }) => {
    if (said(of) !== said(relation) || !validated.includes(constraint.conname)) return false
    return findAll(constraint.raw_expr, 'NullTest').some(
      ({ nulltesttype, arg }) => nulltesttype === 'IS_NOT_NULL' && columnsIn(arg).includes(column),
    )
  })
}

function columnsIn(tree: unknown): string[] {
  return findAll(tree, 'ColumnRef').flatMap(({ fields }) => textsOf(fields as Node[]).at(-1) ?? [])
}
