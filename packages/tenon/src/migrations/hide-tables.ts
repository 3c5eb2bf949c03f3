import type { Operation } from './operations/operation.ts'
import {
  type ForeignKeySnapshot,
  type Hidden,
  hiddenSchema,
  isSameTable,
  nameOfTable,
  type TableSnapshot,
} from './snapshot.ts'
import { toReference } from './table-reference.ts'

/**
 * Tables that nobody sees must not refuse writes to those that are seen. Their foreign keys follow what they refer to,
 * or are taken off until they come back. `isSteady` says that the other table and its key stay as they are.
 */
export function hideTables(
  gone: readonly TableSnapshot[],
  isSteady: (key: ForeignKeySnapshot) => boolean,
  hidden: Hidden,
): Operation[] {
  const isGone = ({ target }: ForeignKeySnapshot) => gone.some((table) => isSameTable(table, target))
  const eased = gone.flatMap((table) =>
    table.constraints.flatMap((key) =>
      key.kind === 'foreign key' && !isGone(key) ? easeForeignKey(table, key, isSteady(key)) : [],
    ),
  )
  const schemaOf = chooseSchemas(hidden)
  return [...eased, ...gone.map((table): Operation => ({ kind: 'hide table', table, hiddenIn: schemaOf(table) }))]
}

function easeForeignKey(table: TableSnapshot, key: ForeignKeySnapshot, isSteady: boolean): Operation[] {
  const reference = toReference(table)
  const isNullable = key.columns.every((name) =>
    table.columns.some((column) => column.name === name && !column.notNull),
  )
  const follows = (action: string) => action === 'cascade' || (action === 'set null' && isNullable)
  if (!isSteady || !follows(key.onDelete)) {
    return [{ kind: 'drop constraint', table: reference, constraint: key, isNew: false, isReturn: true }]
  }
  if (follows(key.onUpdate)) return []
  const [, match = '', rest = ''] =
    /^(MATCH \w+ ?)?(?:ON UPDATE (?:RESTRICT|SET NULL|SET DEFAULT) ?)?(.*)$/.exec(key.rest) ?? []
  const eased = { ...key, onUpdate: 'cascade', rest: `${match}ON UPDATE CASCADE ${rest}`.trim(), valid: false }
  return [{ kind: 'change constraint', table: reference, from: key, to: eased }]
}

/** The schema of what is hidden, or a further one where a name of the table is taken there. */
function chooseSchemas({ relations }: Hidden): (table: TableSnapshot) => string {
  const taken = new Set(relations.map(nameOfTable))
  return (table) => {
    const names = [table, ...table.constraints, ...table.indexes].map(({ name }) => name)
    const schema = (round: number) => (round === 1 ? hiddenSchema : `${hiddenSchema}_${round}`)
    let round = 1
    while (names.some((name) => taken.has(`${schema(round)}.${name}`))) round++
    for (const name of names) taken.add(`${schema(round)}.${name}`)
    return schema(round)
  }
}
