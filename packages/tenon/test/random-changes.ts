import {
  addColumn,
  addIndex,
  addTable,
  addUnique,
  isDistinct,
  kinds,
  type Random,
  type RandomColumn,
  type RandomTable,
} from './random-schemas.ts'

/** Some changes to a copy of a schema, and the renames among them as `diff` takes them. */
export function changed(random: Random, tables: readonly RandomTable[]): { tables: RandomTable[]; renames: string[] } {
  const copy = structuredCloneOf(tables)
  const before = new Map(copy.map((table, index) => [table, tables[index] as RandomTable]))
  const columnsBefore = new Map(
    copy.flatMap((table, index) =>
      table.columns.map((column, place) => [column, tables[index]?.columns[place] as RandomColumn] as const),
    ),
  )
  for (let count = 1 + random.below(6); count > 0; count--) random.one(changes)(random, copy)
  const renames = copy.flatMap((table) => {
    const old = before.get(table)
    if (!old) return []
    const schema = table.schema === null ? '' : `${table.schema}.`
    return [
      ...(old.name === table.name ? [] : [`${schema}${old.name}:${schema}${table.name}`]),
      ...table.columns.flatMap((column) => {
        const name = columnsBefore.get(column)?.name ?? column.name
        return name === column.name ? [] : [`${schema}${old.name}.${name}:${column.name}`]
      }),
    ]
  })
  return { tables: copy, renames }
}

type Step = (random: Random, tables: RandomTable[]) => void

const onTable =
  (step: (random: Random, table: RandomTable, tables: RandomTable[]) => void): Step =>
  (random, tables) => {
    if (tables.length > 0) step(random, random.one(tables), tables)
  }

const onColumn = (
  step: (random: Random, column: RandomColumn, table: RandomTable, tables: RandomTable[]) => void,
): Step =>
  onTable((random, table, tables) => {
    const others = table.columns.filter((column) => !table.key.includes(column))
    if (others.length > 0) step(random, random.one(others), table, tables)
  })

const changes: readonly Step[] = [
  (random, tables) => addTable(random, tables, true),
  onTable((_, table, tables) => dropTable(table, tables)),
  onTable((random, table, tables) => addColumn(random, table, tables, true)),
  onTable((random, table, tables) => addColumn(random, table, tables, true)),
  onColumn((_, column, table) => dropColumn(column, table)),
  onColumn((_, column) => {
    if (column.generated === null && column.references === null) column.notNull = !column.notNull
  }),
  onColumn((random, column) => {
    if (column.generated === null && column.references === null)
      column.default = random.chance(30) ? null : random.one(column.kind.defaults)
  }),
  onColumn((random, column) => {
    if (column.references) column.references.action = random.one(['no action', 'cascade', 'set null'])
    else if (column.generated === null) column.check = random.chance(30) ? null : 100 + random.below(3)
  }),
  onColumn((random, column) => {
    column.comment = random.chance(50) ? null : `New ${random.below(9)}`
  }),
  onTable((random, table) => {
    table.comment = random.chance(50) ? null : 'A table'
  }),
  onTable((random, table) => addIndex(random, table)),
  onTable((random, table) => {
    const index = table.indexes.length > 0 ? random.one(table.indexes) : undefined
    if (index && random.chance(50)) index.how = random.below(5)
    else if (index) table.indexes.splice(table.indexes.indexOf(index), 1)
  }),
  onTable((random, table) => {
    if (random.chance(50)) addUnique(random, table)
    else table.uniques.pop()
  }),
  onTable(changeType),
  onTable(changeType),
  onTable((random, table) => {
    const key = table.key[0]
    if (key?.kind.type.endsWith('int') && random.chance(50)) key.identity = !key.identity
  }),
  onTable(changeKey),
  onTable((random, table, tables) => {
    const name = random.one(['moved', 'Renamed', 'group'])
    if (!table.isNew && !tables.some((other) => other.name === name)) table.name = name
  }),
  onColumn((random, column, table) => {
    const name = random.one(['fresh', 'Other', 'limit'])
    if (column.isNew || table.columns.some((other) => other.name === name)) return
    for (const other of table.columns) if (other.generated === column.name) other.generated = name
    table.former.push(column.name)
    column.name = name
  }),
]

function dropTable(table: RandomTable, tables: RandomTable[]): void {
  tables.splice(tables.indexOf(table), 1)
  for (const other of tables) {
    for (const column of other.columns) if (column.references?.table === table) column.references = null
  }
}

function dropColumn(column: RandomColumn, table: RandomTable): void {
  table.former.push(
    column.name,
    ...table.columns.flatMap(({ name, generated }) => (generated === column.name ? name : [])),
  )
  table.columns = table.columns.filter((other) => other !== column && other.generated !== column.name)
  const isThere = (columns: readonly RandomColumn[]) => columns.every((one) => table.columns.includes(one))
  table.uniques = table.uniques.filter(isThere)
  table.indexes = table.indexes.filter(({ columns }) => isThere(columns))
}

/** With the columns that refer to it. */
function changeType(random: Random, table: RandomTable, tables: RandomTable[]): void {
  const column = random.one(table.columns)
  const isRead = table.columns.some(({ generated }) => generated === column.name)
  if (!column.kind.isNumberLike || column.generated !== null || column.references || isRead || column.isNew) return
  const kind = random.one(kinds.filter(({ isNumberLike }) => isNumberLike))
  const referring = tables.flatMap((other) =>
    other.columns.filter(({ references }) => references?.table === table && table.key.includes(column)),
  )
  for (const one of [column, ...referring]) {
    one.kind = kind
    if (one.default !== null) one.default = random.one(kind.defaults)
    if (!kind.type.endsWith('int')) one.identity = false
  }
}

function changeKey(random: Random, table: RandomTable, tables: readonly RandomTable[]): void {
  const isReferred = tables.some((other) => other.columns.some(({ references }) => references?.table === table))
  const others = table.columns.filter((column) => !table.key.includes(column) && isDistinct(column))
  const first = table.key[0]
  if (isReferred || others.length === 0 || !first) return
  const other = random.one(others)
  other.notNull = true
  table.key = random.chance(50) ? [first, other] : [other]
}

function structuredCloneOf(tables: readonly RandomTable[]): RandomTable[] {
  const copies = new Map(
    tables.map((table) => [table, { ...table, former: [], columns: table.columns.map((column) => ({ ...column })) }]),
  )
  return tables.map((table) => {
    const copy = copies.get(table) as RandomTable
    const own = (column: RandomColumn) => copy.columns[table.columns.indexOf(column)] as RandomColumn
    for (const column of copy.columns) {
      const { references } = column
      if (references) column.references = { ...references, table: copies.get(references.table) as RandomTable }
    }
    copy.key = table.key.map(own)
    copy.uniques = table.uniques.map((columns) => columns.map(own))
    copy.indexes = table.indexes.map((index) => ({ ...index, columns: index.columns.map(own) }))
    return copy
  })
}
