import type { ColumnDef } from 'libpg-query'
import { hasConstraint, isSerial, newColumns, typeOf } from './nodes.ts'
import type { Rule } from './rule.ts'

export const typeRules: readonly Rule[] = [
  ofColumn(
    'prefer-bigint-over-int',
    'A key of four bytes ends at 2,147,483,647 rows, and widening it rewrites the table.',
    (column) => isKey(column) && ['int4', 'serial', 'serial4'].includes(typeOf(column)),
    () => ['ends at 2,147,483,647', 'Make it bigint.'],
  ),
  ofColumn(
    'prefer-bigint-over-smallint',
    'A key of two bytes ends at 32,767 rows, and widening it rewrites the table.',
    (column) => isKey(column) && ['int2', 'smallserial', 'serial2'].includes(typeOf(column)),
    () => ['ends at 32,767', 'Make it bigint.'],
  ),
  ofColumn('prefer-identity', 'The sequence of a serial column has rights and an owner of its own.', isSerial, () => [
    'has a sequence with rights of its own',
    'Use GENERATED ALWAYS AS IDENTITY.',
  ]),
  ofColumn(
    'prefer-text-field',
    'The length of a varchar is part of the type, and making it shorter rewrites the table.',
    (column) => typeOf(column) === 'varchar' && column.typeName?.typmods !== undefined,
    ({ colname }) => ['has its length in its type', `Use text with CHECK (char_length(${colname}) <= …).`],
  ),
  ofColumn(
    'ban-char-field',
    'char(n) is filled up with blanks, which comparisons leave out.',
    (column) => typeOf(column) === 'bpchar' && !isOneByte(column),
    () => ['is filled up with blanks', 'Use text.'],
  ),
  ofColumn(
    'prefer-timestamp-tz',
    'A timestamp without time zone means another moment to each reader.',
    (column) => typeOf(column) === 'timestamp',
    () => ['means another moment in each time zone', 'Use timestamptz.'],
  ),
  ofColumn(
    'prefer-jsonb',
    'json has no equality, so SELECT DISTINCT on a table with it fails (strong_migrations).',
    (column) => typeOf(column) === 'json',
    () => ['has no equality: SELECT DISTINCT fails', 'Use jsonb.'],
  ),
  {
    name: 'ban-create-domain-with-constraint',
    severity: 'warning',
    why: 'A constraint of a domain can be changed only with a look at every table that uses it, under lock.',
    check: ({ node }) =>
      'CreateDomainStmt' in node && node.CreateDomainStmt.constraints?.length
        ? [
            {
              what: 'Its constraint cannot be changed without locking every table that uses it.',
              cure: 'Put a CHECK into the tables.',
            },
          ]
        : [],
  },
  {
    name: 'ban-alter-domain-with-add-constraint',
    severity: 'error',
    why: 'It reads every table that uses the domain while writes to them wait.',
    check: ({ node }) =>
      'AlterDomainStmt' in node && node.AlterDomainStmt.subtype === 'C'
        ? [
            {
              what: 'Every table that uses the domain is read while writes to it wait.',
              cure: 'Put a CHECK into the tables, NOT VALID.',
            },
          ]
        : [],
  },
  {
    name: 'require-enum-value-ordering',
    severity: 'warning',
    why: 'A new value without BEFORE or AFTER sorts behind all others.',
    check: ({ node }) =>
      'AlterEnumStmt' in node && !node.AlterEnumStmt.oldVal && !node.AlterEnumStmt.newValNeighbor
        ? [
            {
              what: `'${node.AlterEnumStmt.newVal}' sorts behind all other values.`,
              cure: 'Say BEFORE or AFTER which it stands.',
            },
          ]
        : [],
  },
]

function ofColumn(
  name: string,
  why: string,
  applies: (column: ColumnDef) => boolean,
  say: (column: ColumnDef) => readonly [what: string, cure: string],
): Rule {
  return {
    name,
    severity: 'warning',
    why,
    check: ({ node }) =>
      newColumns(node).flatMap(({ column }) => {
        if (!applies(column)) return []
        const [what, cure] = say(column)
        return [{ what: `${column.colname} ${what}.`, cure, at: column.location }]
      }),
  }
}

function isKey(column: ColumnDef): boolean {
  return isSerial(column) || hasConstraint(column, 'CONSTR_PRIMARY', 'CONSTR_IDENTITY')
}

/** `"char"`, PostgreSQL's own one-byte type, has another name; `char` alone is char(1). */
function isOneByte({ typeName }: ColumnDef): boolean {
  return typeName?.names?.length === 1
}
