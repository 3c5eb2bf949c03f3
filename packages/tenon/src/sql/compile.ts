import { createHash } from 'node:crypto'
import { DummyDriver, Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler, sql } from 'kysely'
import { aliased, conditionOf, expressionOf, expressionsOf, type Fragment, orderOf, tablesOf } from './fragments.ts'
import type {
  Assignment,
  ConflictTemplate,
  DeleteTemplate,
  Expression,
  InsertedRows,
  InsertTemplate,
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

/** Kysely numbers the parameters and quotes the names; it never runs anything here. */
export const compiler = new Kysely<Record<never, never>>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (database) => new PostgresIntrospector(database),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
})

const kept = new Map<string, Compiled>()
const greatestKept = 2000

/** Compiles a template once for each shape and keeps the text. */
export function compileTemplate(template: Template): Compiled {
  const key = JSON.stringify(template)
  const found = kept.get(key)
  if (found) return found
  const { sql: text, parameters } = toFragment(template).compile(compiler)
  const compiled = { text, name: nameOf(text), order: parameters as readonly Parameter[] }
  if (kept.size >= greatestKept) kept.clear()
  kept.set(key, compiled)
  return compiled
}

/** The name under which a text is prepared. */
export function nameOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 24)
}

function toFragment(template: Template): Fragment {
  switch (template.kind) {
    case 'select':
      return selectOf(template)
    case 'any':
      return sql`select exists (select from ${tablesOf(template.from)} where ${conditionOf(template.where)})`
    case 'insert':
      return insertOf(template)
    case 'update':
      return updateOf(template)
    case 'delete':
      return deleteOf(template)
    case 'statement':
      return expressionOf(template.raw)
  }
}

function selectOf(template: SelectTemplate): Fragment {
  const { distinct, columns, from, where, group = [], order, limit, offset, lock } = template
  const words = distinct ? sql`select distinct` : sql`select`
  const parts = [sql`${words} ${expressionsOf(columns)} from ${tablesOf(from)} where ${conditionOf(where)}`]
  if (group.length > 0) parts.push(sql`group by ${expressionsOf(group)}`)
  if (order.length > 0) parts.push(orderOf(order))
  if (limit !== null) parts.push(sql`limit ${limit}`)
  if (offset !== null) parts.push(sql`offset ${offset}`)
  if (lock) parts.push(sql`for ${sql.raw(lock.strength)} of ${sql.ref(from[0]?.alias ?? '')}`)
  if (lock?.wait) parts.push(sql.raw(lock.wait))
  return sql.join(parts, sql` `)
}

function insertOf({ into, columns, rows, onConflict, returning }: InsertTemplate): Fragment {
  const names = sql.join(columns.map((column) => sql.ref(column)))
  const what = columns.length > 0 ? sql`(${names}) ${rowsOf(rows)}` : sql`default values`
  const conflict = onConflict ? conflictOf(into.alias, onConflict) : sql``
  return sql`insert into ${aliased(into)} ${what}${conflict}${returningOf(returning)}`
}

function rowsOf(rows: InsertedRows): Fragment {
  if (rows.kind === 'values') return sql`values (${expressionsOf(rows.values)})`
  const name = (index: number) => sql.ref(`c${index + 1}`)
  const casts = rows.lists.map(({ type }, index) => sql`${sql.ref('r')}.${name(index)}::${sql.raw(type)}`)
  const lists = sql.join(rows.lists.map(({ values }) => sql`${values}::text[]`))
  const names = sql.join(rows.lists.map((_, index) => name(index)))
  // In the order given, so that keys that the database counts up follow it.
  return sql`select ${sql.join(casts)} from unnest(${lists}) with ordinality as ${sql.ref('r')}(${names}, ${sql.ref('n')}) order by ${sql.ref('r.n')}`
}

function conflictOf(alias: string, { columns, set }: ConflictTemplate): Fragment {
  const target = columns.length > 0 ? sql` (${sql.join(columns.map((column) => sql.ref(column)))})` : sql``
  if (set.length === 0) return sql` on conflict${target} do nothing`
  return sql` on conflict${target} do update set ${assignmentsOf(alias, set)}`
}

function updateOf({ table, set, where, returning }: UpdateTemplate): Fragment {
  return sql`update ${aliased(table)} set ${assignmentsOf(table.alias, set)} where ${conditionOf(where)}${returningOf(returning)}`
}

function assignmentsOf(alias: string, set: readonly Assignment[]): Fragment {
  return sql.join(set.map((assignment) => assignmentOf(alias, assignment)))
}

function assignmentOf(alias: string, assignment: Assignment): Fragment {
  const column = sql.ref(assignment.column)
  if ('value' in assignment) return sql`${column} = ${expressionOf(assignment.value)}`
  const expression = sql.raw(assignment.touched)
  if (!assignment.isTimestamp) return sql`${column} = ${expression}`
  return sql`${column} = greatest(${expression}, ${sql.ref(`${alias}.${assignment.column}`)} + interval '1 millisecond')`
}

function deleteOf({ table, where, returning }: DeleteTemplate): Fragment {
  return sql`delete from ${aliased(table)} where ${conditionOf(where)}${returningOf(returning)}`
}

function returningOf(columns: readonly Expression[]): Fragment {
  return columns.length > 0 ? sql` returning ${expressionsOf(columns)}` : sql``
}
