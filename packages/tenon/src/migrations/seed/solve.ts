import type { Connection } from '../../database/driver.ts'
import { DatabaseError } from '../../database/errors.ts'
import { arrayLiteral, candidatesFor } from './candidates.ts'
import type { Random } from './random.ts'
import type { SeedCheck, SeedColumn, SeedTable } from './read-tables.ts'

/** Columns that checks tie together, and values for them that pass those checks, found by the server itself. */
export interface SolvedColumns {
  readonly columns: readonly SeedColumn[]
  readonly values: readonly (readonly (string | null)[])[]
}

// How many values of each column are combined, by the number of columns.
const breadth = [0, 200, 24, 12, 8, 5, 4]
const combinations = 200

/** Values for the columns that no reference fills. */
export async function solve(connection: Connection, table: SeedTable, random: Random): Promise<SolvedColumns[]> {
  const referring = new Set(table.references.flatMap(({ columns }) => columns))
  const free = table.columns.filter(({ name, automatic }) => !automatic && !referring.has(name))
  const valid = new Map<string, readonly string[]>()
  for (const column of free) valid.set(column.name, await validValues(connection, column, table.checks, random))
  const solved: SolvedColumns[] = []
  for (const group of groups(free, table.checks)) solved.push(await solveGroup(connection, group, table.checks, valid))
  return solved
}

async function validValues(connection: Connection, column: SeedColumn, checks: readonly SeedCheck[], random: Random) {
  const text = 'select v from unnest($1::text[]) with ordinality u (v, n) where pg_input_is_valid(v, $2) order by n'
  const candidates = arrayLiteral(candidatesFor(column, checks, random))
  const valid = firstOf(await connection.run({ text, values: [candidates, column.type] }))
  const own = checks.filter(({ columns }) => columns.length === 1 && columns[0] === column.name)
  const passing = await passingValues(connection, [column], own, [valid])
  return passing.flatMap(([value]) => value ?? [])
}

function groups(columns: readonly SeedColumn[], checks: readonly SeedCheck[]): SeedColumn[][] {
  const found: SeedColumn[][] = columns.map((column) => [column])
  for (const check of checks) {
    const tied = found.filter((group) => group.some(({ name }) => check.columns.includes(name)))
    if (tied.length < 2) continue
    for (const group of tied) found.splice(found.indexOf(group), 1)
    found.push(tied.flat())
  }
  return found
}

async function solveGroup(
  connection: Connection,
  group: readonly SeedColumn[],
  checks: readonly SeedCheck[],
  valid: ReadonlyMap<string, readonly string[]>,
): Promise<SolvedColumns> {
  const limit = breadth[group.length] ?? 3
  const options = group.map(({ name, nullable }) => {
    const values: (string | null)[] = (valid.get(name) ?? []).slice(0, limit)
    return nullable && group.length > 1 ? [...values, null] : values
  })
  if (group.length === 1) return { columns: group, values: (options[0] ?? []).map((value) => [value]) }
  const names = new Set(group.map(({ name }) => name))
  const common = checks.filter(({ columns }) => columns.length > 1 && columns.every((name) => names.has(name)))
  return { columns: group, values: await passingValues(connection, group, common, options) }
}

/** Lets the server evaluate the checks over all combinations. A check that fails to evaluate is left to the insert. */
async function passingValues(
  connection: Connection,
  columns: readonly SeedColumn[],
  checks: readonly SeedCheck[],
  options: readonly (readonly (string | null)[])[],
): Promise<readonly (readonly (string | null)[])[]> {
  const places = columns.map((_, index) => `tenon_${index}`)
  const from = places.map(
    (place, index) => `unnest($${index + 1}::text[]) with ordinality u${index} (${place}, n${index})`,
  )
  const typed = columns.map(({ name, type }, index) => `${places[index]}::${type} as ${name}`)
  const where = checks.map(({ expression }) => `(${expression}) is not false`)
  const order = columns.length === 1 ? 'n0' : `md5(concat_ws(',', ${places.join(', ')}))`
  const text = `
    select ${places.join(', ')} from ${from.join(', ')}, lateral (select ${typed.join(', ')}) typed
    where ${where.join(' and ') || 'true'} order by ${order} limit ${combinations}`
  try {
    return (await connection.run({ text, values: options.map(arrayLiteral) })).rows
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error
    const [, ...rest] = checks
    return checks.length > 0 ? await passingValues(connection, columns, rest, options) : []
  }
}

function firstOf({ rows }: { readonly rows: readonly (readonly (string | null)[])[] }): string[] {
  return rows.flatMap(([value]) => value ?? [])
}
