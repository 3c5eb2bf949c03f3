import { type RawBuilder, sql } from 'kysely'
import type { Condition, Expression, Joined, OrderTerm, Raw, Related, TableName } from './template.ts'

export type Fragment = RawBuilder<unknown>

export function expressionOf(expression: Expression | TableName): Fragment {
  switch (expression.kind) {
    case 'column':
      return sql.ref(`${expression.alias}.${expression.column}`)
    case 'parameter':
      return sql`${expression.value}`
    case 'table':
      return sql.table(expression.table)
    case 'raw':
      return rawOf(expression)
    case 'related':
      return relatedOf(expression)
    default:
      return conditionOf(expression)
  }
}

export function expressionsOf(expressions: readonly Expression[]): Fragment {
  return sql.join(expressions.map(expressionOf))
}

export function conditionOf(condition: Condition): Fragment {
  switch (condition.kind) {
    case 'compare':
      return sql`${expressionOf(condition.left)} ${sql.raw(condition.operator)} ${expressionOf(condition.right)}`
    case 'oneOf':
      return condition.not
        ? sql`${expressionOf(condition.of)} <> all(${condition.values})`
        : sql`${expressionOf(condition.of)} = any(${condition.values})`
    case 'isNull':
      return condition.not ? sql`${expressionOf(condition.of)} is not null` : sql`${expressionOf(condition.of)} is null`
    case 'like':
      return sql`${expressionOf(condition.of)} ${condition.ignoreCase ? sql`ilike` : sql`like`} ${condition.pattern}`
    case 'exists': {
      const word = condition.not ? sql`not exists` : sql`exists`
      return sql`${word} (select from ${tablesOf(condition.from)} where ${conditionOf(condition.where)})`
    }
    case 'not':
      return sql`(${conditionOf(condition.condition)}) is not true`
    case 'raw':
      return rawOf(condition)
    case 'and':
    case 'or':
      return junctionOf(condition.kind, condition.conditions)
  }
}

function junctionOf(kind: 'and' | 'or', conditions: readonly Condition[]): Fragment {
  if (conditions.length === 0) return kind === 'and' ? sql`true` : sql`false`
  return sql`(${sql.join(conditions.map(conditionOf), kind === 'and' ? sql` and ` : sql` or `)})`
}

function rawOf({ texts, parts }: Raw): Fragment {
  const pieces = texts.flatMap((text, index) => {
    const part = parts[index]
    return part ? [sql.raw(text), expressionOf(part)] : [sql.raw(text)]
  })
  return sql.join(pieces, sql``)
}

/** Each row of a relation is `[[its columns' texts], relations below it…]`; texts, so that the models' readers read them. */
function relatedOf({ many, from, where, order, limit, columns, below }: Related): Fragment {
  const row = sql`json_build_array(${sql.join([sql`array[${expressionsOf(columns)}]`, ...below.map(relatedOf)])})`
  const tables = sql`from ${tablesOf(from)} where ${conditionOf(where)}`
  if (!many) return sql`(select ${row} ${tables})`
  const [rows, value] = [sql.ref('rows'), sql.ref('value')]
  const sorted = order.length > 0 ? sql` ${orderOf(order)}` : sql``
  const cut = limit === null ? sql`` : sql` limit ${limit}`
  return sql`(select coalesce(json_agg(${value}), '[]') from (select ${row} as ${value} ${tables}${sorted}${cut}) as ${rows})`
}

export function orderOf(terms: readonly OrderTerm[]): Fragment {
  return sql`order by ${sql.join(terms.map(termOf))}`
}

function termOf({ of, direction, nulls }: OrderTerm): Fragment {
  return sql`${expressionOf(of)}${direction ? sql.raw(` ${direction}`) : sql``}${nulls ? sql.raw(` nulls ${nulls}`) : sql``}`
}

export function tablesOf([first, ...joined]: readonly Joined[]): Fragment {
  if (!first) return sql``
  const parts = [
    aliased(first),
    ...joined.map(
      (table) => sql`join ${aliased(table)} on ${conditionOf(table.on ?? { kind: 'and', conditions: [] })}`,
    ),
  ]
  return sql.join(parts, sql` `)
}

export function aliased({ table, alias }: Joined): Fragment {
  return sql`${sql.table(table)} as ${sql.ref(alias)}`
}
