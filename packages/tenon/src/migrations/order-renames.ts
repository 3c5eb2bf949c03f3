import { nameOf } from '../sql/names.ts'
import type { Operation, RenameConstraint, RenameIndex } from './operations/operation.ts'
import { nameOfTable } from './snapshot.ts'

type NameChange = RenameConstraint | RenameIndex

export function isNameChange(operation: Operation): operation is NameChange {
  return operation.kind === 'rename constraint' || operation.kind === 'rename index'
}

/** Each once its new name is free; a circle is opened by a name in between. */
export function orderRenames(operations: readonly NameChange[]): NameChange[] {
  const pending = [...operations]
  const ordered: NameChange[] = []
  while (pending.length > 0) {
    const held = new Set(pending.flatMap((one) => placesOf(one, one.from)))
    const free = pending.find((one) => !placesOf(one, one.to).some((place) => held.has(place)))
    const [first] = pending
    if (free) {
      ordered.push(free)
      pending.splice(pending.indexOf(free), 1)
    } else if (first) {
      const between = nameOf(first.from, 'old')
      ordered.push({ ...first, to: between })
      pending[0] = { ...first, from: between }
    }
  }
  return ordered
}

/** Where a name must be the only one: indexes in their schema, constraints in their table, keys in both. */
function placesOf(operation: NameChange, name: string): string[] {
  const { table } = operation
  const inSchema = `${table.schema ?? ''} ${name}`
  const inTable = `${nameOfTable(table)} . ${name}`
  if (operation.kind === 'rename index') return [inSchema]
  return operation.isKey ? [inSchema, inTable] : [inTable]
}
