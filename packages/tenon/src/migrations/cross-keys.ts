import type { Connection } from '../database/driver.ts'
import type { ChangeType, Operation } from './operations/operation.ts'
import { type ForeignKeySnapshot, isSameTable } from './snapshot.ts'
import { attempt, inTrial, trialTable } from './trial.ts'

/**
 * A foreign key of which both ends change their type stands for a while between two types. Where PostgreSQL does not
 * compare those, it is dropped before and made again after.
 */
export async function dropCrossKeys(connection: Connection, operations: readonly Operation[]): Promise<Operation[]> {
  const changes = operations.filter((operation) => operation.kind === 'change type')
  const found: Operation[] = []
  for (const change of changes) {
    for (const { table, from, to } of change.incoming) {
      if (from.kind !== 'foreign key') continue
      const other = changes.find((one) => isSameTable(one.table, table) && refersBy(from, one, change))
      if (!other || (other !== change && (await canCross(connection, other, change)))) continue
      found.push({ kind: 'drop constraint', table, constraint: from, isNew: false, isReturn: false })
      found.push({ kind: 'add constraint', table, constraint: to, isNew: false, isReturn: false })
    }
  }
  const isRemade = (operation: Operation) =>
    (operation.kind === 'change constraint' || operation.kind === 'rename constraint') &&
    found.some(
      (one) =>
        one.kind === 'drop constraint' &&
        isSameTable(one.table, operation.table) &&
        one.constraint.name === (operation.kind === 'change constraint' ? operation.from.name : operation.from),
    )
  return found.length === 0 ? [...operations] : [...operations.filter((one) => !isRemade(one)), ...found]
}

function refersBy(
  { columns, targetColumns }: ForeignKeySnapshot,
  referring: ChangeType,
  referred: ChangeType,
): boolean {
  return targetColumns.some((target, index) => target === referred.from.name && columns[index] === referring.from.name)
}

async function canCross(connection: Connection, referring: ChangeType, referred: ChangeType): Promise<boolean> {
  const pairs = [
    [referring.from.type, referred.to.type],
    [referring.to.type, referred.from.type],
  ] as const
  return await inTrial(connection, async () => {
    for (const [index, [type, target]] of pairs.entries()) {
      const [one, other] = [trialTable(`one_${index}`), trialTable(`other_${index}`)]
      const sql = `create table ${other} (x ${target} primary key); create table ${one} (x ${type} references ${other})`
      if (!(await attempt(connection, sql))) return false
    }
    return true
  })
}
