import type { Connection } from '../database/driver.ts'
import { dropCrossKeys } from './cross-keys.ts'
import { Fills } from './fills.ts'
import type { Operation } from './operations/operation.ts'
import { reverse } from './operations/reverse.ts'
import { inOrder } from './order.ts'
import type { PlannedRevision, PlannedSection } from './planned-revision.ts'
import type { Direction } from './report.ts'
import { changeType } from './safe/change-type.ts'
import * as columns from './safe/columns.ts'
import * as constraints from './safe/constraints.ts'
import { changeIdentity } from './safe/identity.ts'
import * as indexes from './safe/indexes.ts'
import { setNotNull } from './safe/not-null.ts'
import { expand, type SafeStatement } from './safe/statement.ts'
import * as tables from './safe/tables.ts'
import { nameOfTable, type TableName } from './snapshot.ts'
import { commentColumnSql, commentTableSql } from './table-sql.ts'
import { type Trial, tryOut } from './trial.ts'

export type { PlannedRevision, PlannedSection, PlannedStatement } from './planned-revision.ts'

export interface PlanOptions {
  /** Asked what PostgreSQL would do; it is left as it was. What types and defaults need must be there. */
  readonly engine: Connection
  /** `table.column` → SQL expression for the rows that have no value yet, or for a type without a cast. */
  readonly fill?: Readonly<Record<string, string>>
}

/** The statements of both ways, in forms that do not stop a service. Throws UsageError where a value must be given. */
export async function plan(given: readonly Operation[], { engine, fill = {} }: PlanOptions): Promise<PlannedRevision> {
  const operations = await dropCrossKeys(engine, given)
  const back = operations.toReversed().map(reverse)
  const own = await tryOut(engine, operations)
  const opposite = await tryOut(engine, back)
  const trials = new Map<Operation, Trials>()
  for (const [index, operation] of operations.entries()) {
    const other = back[back.length - 1 - index] as Operation
    const pair = { own: own.get(operation), opposite: opposite.get(other) }
    trials.set(operation, pair).set(other, { own: pair.opposite, opposite: pair.own })
  }
  const fills = new Fills(fill)
  await fills.findConversions(engine, operations, own)
  const context = { trials, fills }
  const planned = { up: section(operations, 'up', context), down: section(back, 'down', context) }
  fills.refuseUnused()
  return planned
}

interface Trials {
  readonly own: Trial | undefined
  readonly opposite: Trial | undefined
}

interface Context {
  readonly trials: ReadonlyMap<Operation, Trials>
  readonly fills: Fills
}

function section(operations: readonly Operation[], direction: Direction, context: Context): PlannedSection {
  const ordered = inOrder(operations, direction)
  const statements = ordered.flatMap((operation) =>
    statementsOf(withoutDropped(operation, ordered), operation, context),
  )
  return {
    transaction: !statements.some(({ alone }) => alone),
    statements: statements.filter(isNeeded).map(({ alone: _, ...statement }) => statement),
  }
}

/** Several tables may each ask for a schema before and for its end after; once is enough. */
function isNeeded({ sql }: SafeStatement, index: number, all: readonly SafeStatement[]): boolean {
  if (sql.startsWith('create schema')) return all.findIndex((one) => one.sql === sql) === index
  return !sql.includes('  drop schema') || all.findLastIndex((one) => one.sql === sql) === index
}

/** A type need not carry over what another operation has dropped before. */
function withoutDropped(operation: Operation, all: readonly Operation[]): Operation {
  if (operation.kind !== 'change type') return operation
  const isThere = (table: TableName, name: string) =>
    !all.some(
      (one) =>
        one.kind === 'drop constraint' && nameOfTable(one.table) === nameOfTable(table) && one.constraint.name === name,
    )
  return {
    ...operation,
    incoming: operation.incoming.filter((key) => isThere(key.table, key.from.name)),
    constraints: operation.constraints.filter((key) => isThere(operation.table, key.from.name)),
  }
}

function statementsOf(operation: Operation, original: Operation, { trials, fills }: Context): SafeStatement[] {
  switch (operation.kind) {
    case 'create schema':
      return tables.createSchema(operation)
    case 'drop schema':
      return tables.dropSchema(operation)
    case 'create table':
      return tables.createTable(operation)
    case 'drop table':
      return tables.dropTable(operation)
    case 'hide table':
      return tables.hideTable(operation)
    case 'restore table':
      return tables.restoreTable(operation)
    case 'rename table':
      return tables.renameTable(operation)
    case 'comment table':
      return [expand(commentTableSql(operation.table, operation.to))]
    case 'add column': {
      const fill = fills.of(operation.table, operation.column.name)
      return columns.addColumn(operation, fill, trials.get(original)?.own?.kind === 'rewrite')
    }
    case 'change type': {
      const { own = unknown, opposite = unknown } = trials.get(original) ?? {}
      const fill = fills.conversionOf(operation.table, operation.from.name)
      return changeType(operation, { own, opposite, fill })
    }
    case 'change nullability': {
      const { table, column, notNull } = operation
      const fill = fills.of(table, column)
      return notNull ? setNotNull(table, column, { fill }) : columns.dropNotNull(table, column)
    }
    case 'comment column':
      return [expand(commentColumnSql(operation.table, operation.column, operation.to))]
    default:
      return otherStatementsOf(operation, fills)
  }
}

const unknown: Trial = { kind: 'rewrite', isExplicit: true }

type Other = Exclude<
  Operation,
  {
    kind:
      | `${string} schema`
      | `${string} table`
      | 'add column'
      | 'change type'
      | 'change nullability'
      | 'comment column'
  }
>

function otherStatementsOf(operation: Other, fills: Fills): SafeStatement[] {
  switch (operation.kind) {
    case 'drop column':
      return columns.dropColumn(operation)
    case 'hide column':
      return columns.hideColumn(operation)
    case 'restore column':
      return columns.restoreColumn(operation, fills.of(operation.table, operation.column.name))
    case 'rename column':
      return columns.renameColumn(operation)
    case 'change default':
      return columns.changeDefault(operation)
    case 'change identity':
      return changeIdentity(operation)
    case 'drop expression':
      return columns.dropExpression(operation)
    case 'add expression':
      return columns.addExpression(operation)
    case 'add constraint':
      return constraints.addConstraint(operation)
    case 'drop constraint':
      return constraints.dropConstraint(operation)
    case 'change constraint':
      return constraints.changeConstraint(operation)
    case 'rename constraint':
      return constraints.renameConstraint(operation)
    case 'create index':
      return indexes.createIndex(operation)
    case 'drop index':
      return indexes.dropIndex(operation)
    case 'change index':
      return indexes.changeIndex(operation)
    case 'rename index':
      return indexes.renameIndex(operation)
  }
}
