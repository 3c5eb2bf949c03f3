import type { Connection } from '../../database/driver.ts'
import { refusalOf, wordsOf } from '../refusal.ts'
import { inOrder, isNullable } from './in-order.ts'
import { pick, type Random, seededRandom } from './random.ts'
import { readSeedTables, type SeedReference, type SeedTable } from './read-tables.ts'
import { type SolvedColumns, solve } from './solve.ts'

export interface SeededTable {
  readonly table: string
  readonly rows: number
}

export interface Seeding {
  readonly seeded: readonly SeededTable[]
  /** Tables in which no row could be made, and why. */
  readonly problems: readonly string[]
}

export interface SeedOptions {
  /** Of the pseudo-random choice: the same for the same rows. */
  readonly seed?: number
  /** Rows a table. */
  readonly rows?: number
}

const tries = 40

/**
 * Fills every table with rows that its types, checks, references and unique keys allow, by reading the catalog. Needs
 * PostgreSQL 16 or newer. Sent statement by statement, outside a transaction.
 */
export async function seedRows(connection: Connection, { seed = 1, rows = 3 }: SeedOptions = {}): Promise<Seeding> {
  const random = seededRandom(seed)
  const seeded: SeededTable[] = []
  const problems: string[] = []
  for (const table of inOrder(await readSeedTables(connection))) {
    const made = await fill(connection, table, rows, random)
    seeded.push({ table: table.name, rows: made.rows })
    if (made.rows === 0) problems.push(`No row could be made for ${table.name}: ${made.reason ?? 'no value fits'}.`)
  }
  return { seeded, problems }
}

async function fill(connection: Connection, table: SeedTable, wanted: number, random: Random) {
  const solved = await solve(connection, table, random)
  const keys = new Map<string, readonly Values[]>()
  for (const reference of table.references) keys.set(reference.name, await targets(connection, reference))
  let rows = 0
  let reason: string | undefined = missing(table, solved, keys)
  for (let row = 0; row < wanted && reason === undefined; row++) {
    const refusal = await insertOne(connection, { table, solved, keys, random }, row)
    if (refusal === undefined) rows++
    else if (rows === 0) reason = refusal
  }
  return { rows, reason }
}

type Values = readonly (string | null)[]

interface Filling {
  readonly table: SeedTable
  readonly solved: readonly SolvedColumns[]
  readonly keys: ReadonlyMap<string, readonly Values[]>
  readonly random: Random
}

/** Undefined, or why the last of many tries was refused. */
async function insertOne(connection: Connection, filling: Filling, row: number): Promise<string | undefined> {
  let refusal: string | undefined
  for (let attempt = 0; attempt < tries; attempt++) {
    const values = chooseValues(filling, row, attempt)
    if (!values) continue
    const names = [...values.keys()]
    const places = names.map((_, index) => `$${index + 1}`).join(', ')
    const text =
      names.length === 0
        ? `insert into ${filling.table.name} default values`
        : `insert into ${filling.table.name} (${names.join(', ')}) values (${places})`
    const error = await refusalOf(() => connection.run({ text, values: [...values.values()] }))
    if (!error) return undefined
    refusal = wordsOf(error)
  }
  return refusal ?? 'its references contradict each other'
}

/** The first row has a value everywhere, the second nulls and defaults where they may be; later tries are mixed. */
function chooseValues({ table, solved, keys, random }: Filling, row: number, attempt: number) {
  const values = new Map<string, string | null>()
  const isLeftOut = () => (attempt % 3 === 0 ? row % 2 === 1 : attempt % 3 === 1 ? false : random() < 0.5)
  for (const reference of table.references) {
    const known = reference.columns.map((name) => values.get(name))
    const fitting = (keys.get(reference.name) ?? []).filter((key) =>
      key.every((value, index) => known[index] === undefined || known[index] === value),
    )
    const key = attempt === 0 ? fitting[row % fitting.length] : pick(random, fitting)
    const isNull = isNullable(table, reference.columns) && (key === undefined || isLeftOut())
    if (!isNull && key === undefined) return undefined
    for (const [index, name] of reference.columns.entries()) {
      const nullable = table.columns.some((column) => column.name === name && column.nullable)
      if (!values.has(name)) values.set(name, isNull && nullable ? null : (key?.[index] ?? null))
    }
  }
  for (const { columns, values: options } of solved) {
    const [only] = columns
    if (columns.length === 1 && (only?.hasDefault || only?.nullable) && isLeftOut()) {
      if (!only.hasDefault) values.set(only.name, null)
      continue
    }
    const chosen = attempt === 0 ? options[row % options.length] : pick(random, options)
    for (const [index, { name }] of columns.entries()) values.set(name, chosen?.[index] ?? null)
  }
  return values
}

/** What no try can mend. */
function missing(table: SeedTable, solved: readonly SolvedColumns[], keys: Filling['keys']): string | undefined {
  const stuck = table.references.find(
    ({ name, columns }) => keys.get(name)?.length === 0 && !isNullable(table, columns),
  )
  if (stuck) return `${stuck.targetName} has no row for ${stuck.name} to refer to`
  const unsolved = solved.find(
    ({ columns, values }) =>
      values.length === 0 && columns.some(({ nullable, hasDefault }) => !nullable && !hasDefault),
  )
  if (!unsolved) return undefined
  const names = unsolved.columns.map(({ name }) => name).join(', ')
  return `no value was found for ${names} that its type and its checks take`
}

async function targets(
  connection: Connection,
  { targetName, targetColumns }: SeedReference,
): Promise<readonly Values[]> {
  const list = targetColumns.join(', ')
  const present = targetColumns.map((name) => `${name} is not null`).join(' and ')
  const text = `select ${list} from ${targetName} where ${present} order by ${list} limit 20`
  return (await connection.run({ text, values: [] })).rows
}
