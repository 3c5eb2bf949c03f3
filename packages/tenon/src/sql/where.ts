import { UsageError } from '../core/errors.ts'
import type { ColumnDescription, ModelDescription, RelationDescription } from '../model/description.ts'
import { toArrayText } from './array-text.ts'
import type { Parameters } from './parameters.ts'
import { always, type ColumnName, type Condition, type Joined, never, type Operator } from './template.ts'
import { isOutOfRange, toText } from './values.ts'

/** What `anyOf(…)` makes. */
class AnyOf {
  readonly conditions: readonly object[]

  constructor(conditions: readonly object[]) {
    this.conditions = conditions
  }
}

/** At least one of the conditions must hold. Typed as one of them, so that it goes wherever a condition goes. */
export function anyOf<C extends object>(...conditions: C[]): C {
  return new AnyOf(conditions) as unknown as C
}

/** Where a condition is asked: the model, the alias of its table, and the values so far. */
interface Place {
  readonly model: ModelDescription
  readonly alias: string
  readonly parameters: Parameters
}

/** Reads what a user wrote in `where`. Throws UsageError for an unknown field, and for undefined: it must not mean "any". */
export function toCondition(place: Place, given: object): Condition {
  if (given instanceof AnyOf) return either(given.conditions.map((condition) => toCondition(place, condition)))
  return all(Object.entries(given).map(([name, test]) => toTest(place, name, test)))
}

export function all(conditions: readonly Condition[]): Condition {
  if (conditions.some((condition) => condition.kind === 'or' && condition.conditions.length === 0)) return never
  const asked = conditions.filter((condition) => condition.kind !== 'and' || condition.conditions.length > 0)
  return asked.length === 1 && asked[0] ? asked[0] : { kind: 'and', conditions: asked }
}

function either(conditions: readonly Condition[]): Condition {
  return conditions.length === 1 && conditions[0] ? conditions[0] : { kind: 'or', conditions }
}

function toTest(place: Place, name: string, test: unknown): Condition {
  const column = place.model.byField.get(name)
  if (!column) return toExists(place, place.model.relation(name), test)
  if (test === undefined) {
    throw new UsageError(
      `Cannot filter by ${place.model.name}.${name}: its value is undefined. Leave the member out, or give null.`,
    )
  }
  if (typeof test !== 'object' || test === null || test instanceof Date) return toComparison(place, column, '=', test)
  return all(Object.entries(test).map(([operator, operand]) => toOperation(place, column, operator, operand, test)))
}

const operators: Readonly<Record<string, Operator>> = {
  not: 'is distinct from',
  lt: '<',
  lte: '<=',
  gt: '>',
  gte: '>=',
}

function toOperation(place: Place, column: ColumnDescription, name: string, operand: unknown, test: object): Condition {
  if (name === 'in' && Array.isArray(operand)) return toOneOf(place, column, operand)
  if (name === 'contains' && typeof operand === 'string') return toLike(place, column, operand, test)
  if (name === 'ignoreCase') return always
  const operator = operators[name]
  if (operator) return toComparison(place, column, operator, operand)
  throw new UsageError(
    `Cannot filter by ${place.model.name}.${column.field}: "${name}" is no test. Use in, not, lt, lte, gt, gte or contains.`,
  )
}

function toComparison(place: Place, column: ColumnDescription, operator: Operator, value: unknown): Condition {
  const name = nameOf(place, column)
  if (value === null) return { kind: 'isNull', column: name, not: operator !== '=' }
  if (isOutOfRange(column, value)) return beyond(operator, Number(value))
  return { kind: 'compare', column: name, operator, value: place.parameters.value(place.model, column, value) }
}

/** What a comparison with a number beyond the column's range comes to; the number itself never reaches the server. */
function beyond(operator: Operator, value: number): Condition {
  if (operator === 'is distinct from') return always
  if (operator === '=') return never
  return operator.startsWith('<') === value > 0 ? always : never
}

function toOneOf(place: Place, column: ColumnDescription, values: readonly unknown[]): Condition {
  const texts = values
    .filter((value) => !isOutOfRange(column, value))
    .map((value) => toText(place.model, column, value))
  return { kind: 'oneOf', column: nameOf(place, column), values: place.parameters.add(toArrayText(texts)) }
}

function toLike(place: Place, column: ColumnDescription, text: string, test: object): Condition {
  const pattern = place.parameters.add(`%${text.replace(/[\\%_]/g, '\\$&')}%`)
  return {
    kind: 'like',
    column: nameOf(place, column),
    pattern,
    ignoreCase: 'ignoreCase' in test && test.ignoreCase === true,
  }
}

function toExists(place: Place, relation: RelationDescription, test: unknown): Condition {
  if (
    typeof test !== 'object' ||
    test === null ||
    !('some' in test) ||
    typeof test.some !== 'object' ||
    test.some === null
  ) {
    throw new UsageError(`Cannot filter by a relation of ${place.model.name}: say { some: { … } }.`)
  }
  const alias = place.parameters.alias()
  const { from, near } = relationTables(relation, alias, () => place.parameters.alias())
  const link: Condition = { kind: 'columns', left: near, right: { alias: place.alias, column: nearColumn(relation) } }
  const inner = toCondition({ model: relation.model, alias, parameters: place.parameters }, test.some)
  return { kind: 'exists', from, where: all([link, inner]) }
}

/** The tables that lead from a relation's key (`near`) to its rows (under `alias`). */
export function relationTables(
  relation: RelationDescription,
  alias: string,
  nextAlias: () => string,
): { from: readonly Joined[]; near: ColumnName } {
  const target: Joined = { table: relation.model.table, alias }
  if (relation.kind === 'one') return { from: [target], near: { alias, column: relation.target.name } }
  if (relation.kind === 'many') return { from: [target], near: { alias, column: relation.key.name } }
  const link = nextAlias()
  const on: Condition = {
    kind: 'columns',
    left: { alias: link, column: relation.far.name },
    right: { alias, column: relation.farTarget.name },
  }
  return {
    from: [target, { table: relation.link.table, alias: link, on }],
    near: { alias: link, column: relation.near.name },
  }
}

/** The column of the model at hand that a relation starts from. */
function nearColumn(relation: RelationDescription): string {
  if (relation.kind === 'one') return relation.key.name
  return relation.kind === 'many' ? relation.target.name : relation.nearTarget.name
}

function nameOf(place: Place, column: ColumnDescription): ColumnName {
  return { alias: place.alias, column: column.name }
}
