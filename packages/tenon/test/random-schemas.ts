import { tableSql } from '../src/migrations/table-sql.ts'
import { nameOf, quoted } from '../src/sql/names.ts'

/** Numbers that are the same for the same seed (mulberry32). */
export class Random {
  #state: number

  constructor(seed: number) {
    this.#state = seed
  }

  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit
  }

  one<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T
  }

  chance(percent: number): boolean {
    return this.below(100) < percent
  }
}

interface Kind {
  readonly type: string
  readonly defaults: readonly string[]
  readonly check: (name: string, limit: number) => string
  /** Of the row of this number; the columns of one number fit each other. */
  readonly value: (row: number) => string
  /** Different in each row, and turned into the others of its group by a cast. */
  readonly isNumberLike: boolean
}

const length = (name: string, limit: number) => `char_length(${name}) <= ${limit}`
const above = (name: string, limit: number) => `${name} > ${-limit}`
const number = { defaults: ['0', '7'], check: above, value: String, isNumberLike: true }
const words = { check: length, value: (row: number) => `'${row}'`, isNumberLike: true }

export const kinds: readonly Kind[] = [
  { type: 'integer', ...number },
  { type: 'bigint', ...number },
  { type: 'text', defaults: [`'x'`, `'it''s'`, `lower('A')`], ...words },
  { type: 'varchar(40)', defaults: [`'y'`], ...words },
  {
    type: 'numeric(10,2)',
    defaults: ['0', '1.50'],
    check: above,
    value: String,
    isNumberLike: false,
  },
  {
    type: 'boolean',
    defaults: ['true', 'false'],
    check: (name) => `${name} is not null or true`,
    value: (row) => String(row % 2 === 0),
    isNumberLike: false,
  },
  {
    type: 'timestamptz',
    defaults: ['now()', 'clock_timestamp()', `'2026-01-01T00:00:00Z'`],
    check: (name, limit) => `${name} > '19${(limit % 90) + 10}-01-01T00:00:00Z'`,
    value: (row) => `'2026-01-0${row}T10:00:00Z'`,
    isNumberLike: false,
  },
  {
    type: 'uuid',
    defaults: ['gen_random_uuid()'],
    check: (name) => `${name} <> '00000000-0000-0000-0000-000000000000'`,
    value: (row) => `'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a1${row}'`,
    isNumberLike: false,
  },
  {
    type: 'jsonb',
    defaults: [`'{}'`, `'{"a": [1]}'`],
    check: (name) => `jsonb_typeof(${name}) = 'object'`,
    value: (row) => `'{"row": ${row}}'`,
    isNumberLike: false,
  },
  {
    type: 'text[]',
    defaults: [`'{}'`, `'{a,b}'`],
    check: (name, limit) => `cardinality(${name}) < ${limit}`,
    value: (row) => `'{${row}}'`,
    isNumberLike: false,
  },
]

export interface RandomColumn {
  name: string
  kind: Kind
  notNull: boolean
  default: string | null
  generated: string | null
  identity: boolean
  comment: string | null
  check: number | null
  /** It was not there when the rows were written. */
  isNew: boolean
  references: { readonly table: RandomTable; action: string } | null
}

export interface RandomTable {
  readonly schema: string | null
  name: string
  comment: string | null
  columns: RandomColumn[]
  key: RandomColumn[]
  uniques: RandomColumn[][]
  indexes: { columns: RandomColumn[]; unique: boolean; how: number }[]
  isNew: boolean
  /** Names of columns that were dropped; under one of them another kind would be a change of type that no cast makes. */
  former: string[]
}

const actions = ['no action', 'cascade', 'set null', 'restrict']
const names = [
  'title',
  'state',
  'Order',
  'user',
  'due_at',
  'größe',
  'note',
  'amount',
  'flag',
  'data',
  'tags',
  `${'long_'.repeat(12)}x`,
]
// Not those of tables that were there: a table of another shape under the same name is a change of all its types.
const newTableNames = ['invoices', 'Items', 'offset']
const tableNames = ['tasks', 'users', 'Tags', 'select', 'links', `${'wide_'.repeat(12)}y`]

export function randomSchema(random: Random): RandomTable[] {
  const tables: RandomTable[] = []
  for (let count = 1 + random.below(3); count > 0; count--) addTable(random, tables, false)
  return tables
}

export function addTable(random: Random, tables: RandomTable[], isNew: boolean): void {
  const free = (isNew ? newTableNames : tableNames).filter((name) => !tables.some((table) => table.name === name))
  if (free.length === 0) return
  const id = column('id', random.one(kinds.filter(({ isNumberLike }) => isNumberLike)), isNew)
  id.notNull = true
  id.identity = id.kind.type.endsWith('int') && random.chance(50)
  const table: RandomTable = {
    schema: random.chance(25) ? 'shop' : null,
    name: random.one(free),
    comment: null,
    columns: [id],
    key: [id],
    uniques: [],
    indexes: [],
    isNew,
    former: [],
  }
  tables.push(table)
  for (let count = 1 + random.below(4); count > 0; count--) addColumn(random, table, tables, isNew)
  for (let count = random.below(3); count > 0; count--) addIndex(random, table)
  if (random.chance(30)) addUnique(random, table)
}

function column(name: string, kind: Kind, isNew: boolean): RandomColumn {
  return {
    name,
    kind,
    notNull: false,
    default: null,
    generated: null,
    identity: false,
    comment: null,
    check: null,
    isNew,
    references: null,
  }
}

export function addColumn(random: Random, table: RandomTable, tables: readonly RandomTable[], isNew: boolean): void {
  const free = names.filter((name) => !table.columns.some((one) => one.name === name) && !table.former.includes(name))
  if (free.length === 0) return
  const made = column(random.one(free), random.one(kinds), isNew)
  const numbers = table.columns.filter((one) => one.kind.type === 'integer' && !one.generated)
  const targets = tables.filter(
    (one) => one !== table && one.key.length === 1 && tables.indexOf(one) < tables.indexOf(table),
  )
  if (random.chance(20) && targets.length > 0) {
    const target = random.one(targets)
    made.references = { table: target, action: random.one(actions) }
    made.kind = target.key[0]?.kind ?? made.kind
  } else if (random.chance(15) && numbers.length > 0) {
    made.kind = kinds[0] as Kind
    made.generated = random.one(numbers).name
  } else {
    made.notNull = random.chance(50)
    if (random.chance(40)) made.default = random.one(made.kind.defaults)
    if (random.chance(30)) made.check = 100 + random.below(3)
  }
  if (random.chance(15)) made.comment = `It's ${random.below(3)}`
  table.columns.push(made)
}

export function addIndex(random: Random, table: RandomTable): void {
  const columns = pick(
    random,
    table.columns.filter(({ kind }) => kind.type !== 'jsonb'),
  )
  const unique = random.chance(20) && columns.some(isDistinct)
  table.indexes.push({ columns, unique, how: random.below(5) })
}

export function addUnique(random: Random, table: RandomTable): void {
  const columns = pick(
    random,
    table.columns.filter(({ kind }) => kind.type !== 'jsonb'),
  )
  if (columns.some(isDistinct)) table.uniques.push(columns)
}

export function isDistinct({ isNew, kind, generated, references }: RandomColumn): boolean {
  return !isNew && kind.isNumberLike && generated === null && references === null
}

function pick(random: Random, columns: readonly RandomColumn[]): RandomColumn[] {
  const first = random.one(columns)
  const second = random.one(columns)
  return first === second || random.chance(50) ? [first] : [first, second]
}

/** As a script, with names made from tables and columns as those of models are. */
export function toSql(tables: readonly RandomTable[]): string {
  const made = tables.map((table) => tableToSql(table))
  const keys = tables.flatMap((table) =>
    table.columns.flatMap(({ name, references }) => {
      if (!references) return []
      const target = `${tableSql(references.table)} (${list(references.table.key)})`
      return [
        `alter table ${tableSql(table)} add constraint ${quoted(nameOf(table.name, name, 'fkey'))} foreign key (${quoted(name)}) references ${target} on delete ${references.action}`,
      ]
    }),
  )
  const schemas = tables.some(({ schema }) => schema !== null) ? ['create schema if not exists shop'] : []
  return [...schemas, ...made, ...keys].join(';\n')
}

function tableToSql(table: RandomTable): string {
  const own = tableSql(table)
  const lines = [
    ...table.columns.map(columnToSql),
    `constraint ${quoted(nameOf(table.name, 'pkey'))} primary key (${list(table.key)})`,
    ...distinct(
      table.uniques.map(
        (columns) =>
          `constraint ${quoted(nameOf(table.name, ...columns.map(({ name }) => name), 'key'))} unique (${list(columns)})`,
      ),
    ),
    ...table.columns.flatMap(({ name, kind, check }) =>
      check === null
        ? []
        : [`constraint ${quoted(nameOf(table.name, name, 'check'))} check (${kind.check(quoted(name), check)})`],
    ),
  ]
  const indexes = new Map(
    table.indexes.map(({ columns, unique, how }) => {
      const name = quoted(nameOf('idx', table.name, ...columns.map((one) => one.name)))
      const nullable = columns[0]?.name ?? ''
      const parts = how === 1 ? columns.map((one) => `${quoted(one.name)} desc nulls last`).join(', ') : list(columns)
      const where = how === 2 ? ` where ${quoted(nullable)} is not null` : ''
      const include = how === 3 ? ` include (${list(table.key)})` : ''
      const options = how === 4 ? ' with (fillfactor = 70)' : ''
      return [name, `create ${unique ? 'unique ' : ''}index ${name} on ${own} (${parts})${include}${options}${where}`]
    }),
  )
  const comments = [
    ...(table.comment === null ? [] : [`comment on table ${own} is '${table.comment.replaceAll("'", "''")}'`]),
    ...table.columns.flatMap(({ name, comment }) =>
      comment === null ? [] : [`comment on column ${own}.${quoted(name)} is '${comment.replaceAll("'", "''")}'`],
    ),
  ]
  return [`create table ${own} (\n  ${lines.join(',\n  ')}\n)`, ...indexes.values(), ...comments].join(';\n')
}

function columnToSql({ name, kind, notNull, default: value, generated, identity }: RandomColumn): string {
  return [
    `${quoted(name)} ${kind.type}`,
    ...(generated === null ? [] : [`generated always as (${quoted(generated)} + 1) stored`]),
    ...(identity ? ['generated by default as identity'] : []),
    ...(notNull ? ['not null'] : []),
    ...(value === null ? [] : [`default ${value}`]),
  ].join(' ')
}

/** Three rows in each table that fit each other. */
export function rowsToSql(tables: readonly RandomTable[]): string {
  return tables
    .flatMap((table) => {
      const { columns } = table
      const given = columns.filter(({ generated }) => generated === null)
      const rows = [1, 2, 3].map((row) => `(${given.map(({ kind }) => kind.value(row)).join(', ')})`)
      return [`insert into ${tableSql(table)} (${list(given)}) values ${rows.join(', ')}`]
    })
    .join(';\n')
}

function list(columns: readonly RandomColumn[]): string {
  return columns.map(({ name }) => quoted(name)).join(', ')
}

function distinct(lines: readonly string[]): string[] {
  return [...new Set(lines)]
}
