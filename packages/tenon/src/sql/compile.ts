import { createHash } from 'node:crypto'
import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type RawBuilder,
  sql,
} from 'kysely'
import type {
  Assignment,
  ColumnName,
  Condition,
  CountTemplate,
  DeleteTemplate,
  InsertTemplate,
  Joined,
  OrderTerm,
  Parameter,
  SelectTemplate,
  Template,
  UpdateTemplate,
} from './template.ts'

/** The kept text of a statement: `order` says which parameter each `$n` stands for. */
export interface Compiled {
  readonly text: string
  readonly name: string
  readonly order: readonly Parameter[]
}

type Fragment = RawBuilder<unknown>

// Kysely numbers the parameters and quotes the names; it never runs anything here.
const kysely = new Kysely<Record<never, never>>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (database) => new PostgresIntrospector(database),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
})

const kept = new Map<string, Compiled>()
/** Shapes are few; only inserts of many rows have one for each count. */
const greatestKept = 2000

/** Compiles a template once for each shape and keeps the text. */
export function compileTemplate(template: Template): Compiled {
  const key = JSON.stringify(template)
  const found = kept.get(key)
  if (found) return found
  const { sql: text, parameters } = toFragment(template).compile(kysely)
  const name = createHash('sha256').update(text).digest('base64url').slice(0, 24)
  const compiled = { text, name, order: parameters as readonly Parameter[] }
  if (kept.size >= greatestKept) kept.clear()
  kept.set(key, compiled)
  return compiled
}

function toFragment(template: Template): Fragment {
  switch (template.kind) {
    case 'select':
      return selectOf(template)
    case 'count':
      return countOf(template)
    case 'insert':
      return insertOf(template)
    case 'update':
      return updateOf(template)
    case 'delete':
      return deleteOf(template)
  }
}

function selectOf({ columns, from, where, order, limit, offset }: SelectTemplate): Fragment {
  const parts = [sql`select ${columnsOf(columns)} from ${tablesOf(from)} where ${conditionOf(where)}`]
  if (order.length > 0) parts.push(sql`order by ${sql.join(order.map(termOf))}`)
  if (limit !== null) parts.push(sql`limit ${limit}`)
  if (offset !== null) parts.push(sql`offset ${offset}`)
  return sql.join(parts, sql` `)
}

function countOf({ from, where }: CountTemplate): Fragment {
  return sql`select count(*) from ${tablesOf(from)} where ${conditionOf(where)}`
}

function insertOf({ into, columns, rows, onConflict, returning }: InsertTemplate): Fragment {
  const values = rows.map((row) => sql`(${sql.join(row.map((value) => sql`${value}`))})`)
  const what =
    columns.length > 0
      ? sql`(${sql.join(columns.map((column) => sql.ref(column)))}) values ${sql.join(values)}`
      : sql`default values`
  const conflict = onConflict === 'nothing' ? sql` on conflict do nothing` : sql``
  return sql`insert into ${aliased(into)} ${what}${conflict} returning ${columnsOf(returning)}`
}

function updateOf({ table, set, where, returning }: UpdateTemplate): Fragment {
  const assignments = set.map((assignment) => assignmentOf(table.alias, assignment))
  return sql`update ${aliased(table)} set ${sql.join(assignments)} where ${conditionOf(where)} returning ${columnsOf(returning)}`
}

function assignmentOf(alias: string, assignment: Assignment): Fragment {
  const column = sql.ref(assignment.column)
  if ('value' in assignment) return sql`${column} = ${assignment.value}`
  const expression = sql.raw(assignment.expression)
  if (!assignment.isTimestamp) return sql`${column} = ${expression}`
  return sql`${column} = greatest(${expression}, ${sql.ref(`${alias}.${assignment.column}`)} + interval '1 millisecond')`
}

function deleteOf({ table, where }: DeleteTemplate): Fragment {
  return sql`delete from ${aliased(table)} where ${conditionOf(where)}`
}

function conditionOf(condition: Condition): Fragment {
  switch (condition.kind) {
    case 'compare':
      return sql`${columnOf(condition.column)} ${sql.raw(condition.operator)} ${condition.value}`
    case 'oneOf':
      return sql`${columnOf(condition.column)} = any(${condition.values})`
    case 'isNull':
      return condition.not ? sql`${columnOf(condition.column)} is not null` : sql`${columnOf(condition.column)} is null`
    case 'like':
      return sql`${columnOf(condition.column)} ${condition.ignoreCase ? sql`ilike` : sql`like`} ${condition.pattern}`
    case 'columns':
      return sql`${columnOf(condition.left)} = ${columnOf(condition.right)}`
    case 'exists':
      return sql`exists (select from ${tablesOf(condition.from)} where ${conditionOf(condition.where)})`
    case 'and':
    case 'or':
      return junctionOf(condition.kind, condition.conditions)
  }
}

function junctionOf(kind: 'and' | 'or', conditions: readonly Condition[]): Fragment {
  if (conditions.length === 0) return kind === 'and' ? sql`true` : sql`false`
  return sql`(${sql.join(conditions.map(conditionOf), kind === 'and' ? sql` and ` : sql` or `)})`
}

function termOf({ column, direction, nulls, ignoreCase, rank }: OrderTerm): Fragment {
  const name = columnOf(column)
  const value = rank
    ? sql`array_position(array[${sql.join(rank.map(sql.lit))}]::text[], ${name})`
    : ignoreCase
      ? sql`lower(${name})`
      : name
  return sql`${value} ${sql.raw(direction)}${nulls ? sql.raw(` nulls ${nulls}`) : sql``}`
}

function tablesOf([first, ...joined]: readonly Joined[]): Fragment {
  if (!first) return sql``
  const parts = [
    aliased(first),
    ...joined.map(
      (table) => sql`join ${aliased(table)} on ${conditionOf(table.on ?? { kind: 'and', conditions: [] })}`,
    ),
  ]
  return sql.join(parts, sql` `)
}

function aliased({ table, alias }: Joined): Fragment {
  return sql`${sql.table(table)} as ${sql.ref(alias)}`
}

function columnsOf(columns: readonly ColumnName[]): Fragment {
  return sql.join(columns.map(columnOf))
}

function columnOf({ alias, column }: ColumnName): Fragment {
  return sql.ref(`${alias}.${column}`)
}
