import { UsageError } from '../core/errors.ts'
import type { ModelDescription, RelationDescription } from '../model/description.ts'
import type { AnyModel } from '../model/infer.ts'
import type { ModelParts } from '../model/parts.ts'
import { Ref, SqlExpression } from './expression.ts'
import { type Place, toExpression } from './place.ts'
import { joinRelation } from './relations.ts'
import { type Condition, never, raw } from './template.ts'
import { toTests } from './tests.ts'

/** What `anyOf(…)`, `allOf(…)` and `not(…)` make. */
export class Junction {
  readonly kind: 'any' | 'all' | 'not'
  readonly conditions: readonly object[]

  constructor(kind: Junction['kind'], conditions: readonly object[]) {
    this.kind = kind
    this.conditions = conditions
  }
}

/** At least one of the conditions must hold. Typed as one of them, so that it goes wherever a condition goes. */
export function anyOf<C extends object>(...conditions: NoInfer<C>[]): C {
  return new Junction('any', conditions) as unknown as C
}

/** All of the conditions must hold; for inside `anyOf` and `not`. */
export function allOf<C extends object>(...conditions: NoInfer<C>[]): C {
  return new Junction('all', conditions) as unknown as C
}

/** Whatever the condition does not find: also the rows where it can't be told, for lack of a value. */
export function not<C extends object>(condition: NoInfer<C>): C {
  return new Junction('not', [condition]) as unknown as C
}

/** Reads what a user wrote in `where`. Throws UsageError for an unknown field, and for undefined: it must not mean "any". */
export function toCondition(place: Place, given: object): Condition {
  if (given instanceof SqlExpression) return raw`(${toExpression(place, given)})`
  if (given instanceof Junction) return toJunction(place, given)
  return all(Object.entries(given).map(([name, test]) => toTest(place, name, test)))
}

/** True where a condition says nothing, so that it finds every row. */
export function isEmpty(given: object): boolean {
  if (given instanceof Junction) return given.kind === 'all' && given.conditions.every(isEmpty)
  return !(given instanceof SqlExpression) && Object.keys(given).length === 0
}

export function all(conditions: readonly Condition[]): Condition {
  if (conditions.some((condition) => condition.kind === 'or' && condition.conditions.length === 0)) return never
  const asked = conditions.filter((condition) => condition.kind !== 'and' || condition.conditions.length > 0)
  return asked.length === 1 && asked[0] ? asked[0] : { kind: 'and', conditions: asked }
}

function toJunction(place: Place, { kind, conditions }: Junction): Condition {
  const inner = conditions.map((condition) => toCondition(place, condition))
  if (kind === 'all') return all(inner)
  if (kind === 'not') return opposite(all(inner))
  return inner.length === 1 && inner[0] ? inner[0] : { kind: 'or', conditions: inner }
}

function opposite(condition: Condition): Condition {
  return { kind: 'not', condition }
}

function toTest(place: Place, name: string, test: unknown): Condition {
  const column = place.model.byField.get(name)
  if (!column) return toRelationTests(place, name, test)
  if (test !== undefined) return all(toTests(place, column, test))
  throw new UsageError(
    `Cannot filter by ${place.model.name}.${name}: its value is undefined. Leave the member out, or give null.`,
  )
}

function toRelationTests(place: Place, name: string, test: unknown): Condition {
  if (!Object.hasOwn((place.model.model as AnyModel & ModelParts).fields, name)) throw unknownError(place.model, name)
  const relation = place.model.relation(name)
  if (typeof test !== 'object' || test === null || test instanceof Ref || Object.keys(test).length === 0)
    throw noTest(place, name)
  return all(
    Object.entries(test).map(([word, where]) => {
      if (typeof where !== 'object' || where === null) throw noTest(place, name)
      if (word === 'some' || word === 'is') return toExists(place, relation, where)
      if (word === 'none' || word === 'isNot') return { ...toExists(place, relation, where), not: true }
      // No row that fails it, or of which it can't be told.
      if (word === 'every') return { ...toExists(place, relation, not(where)), not: true }
      throw noTest(place, name)
    }),
  )
}

function toExists(place: Place, relation: RelationDescription, where: object): Extract<Condition, { kind: 'exists' }> {
  const alias = place.parameters.alias()
  const { from, on } = joinRelation(relation, alias, place.alias, () => place.parameters.alias())
  const inner = toCondition({ model: relation.model, alias, parameters: place.parameters }, where)
  return { kind: 'exists', from, where: all([on, inner]) }
}

function unknownError(model: ModelDescription, name: string): UsageError {
  const names = model.columns.map(({ field }) => field).join(', ')
  return new UsageError(
    `Cannot filter by ${model.name}.${name}: it has neither a field nor a relation of that name. Its fields are ${names}.`,
  )
}

function noTest(place: Place, name: string): UsageError {
  return new UsageError(
    `Cannot filter by the relation ${place.model.name}.${name}: it takes some, none, every, is or isNot, each with a condition. Say { some: { … } }.`,
  )
}
