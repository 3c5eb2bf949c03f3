import type { Generated, Kysely } from 'kysely'
import { UsageError } from '../core/errors.ts'
import { describeModel, type ModelDescription } from '../model/description.ts'
import type { AnyModel, Fields, Marked, Row, Value } from '../model/infer.ts'
import { compiler, nameOf } from '../sql/compile.ts'
import { bigintType } from '../sql/oids.ts'
import { toParameterText } from '../sql/place.ts'
import type { SqlStatement } from '../sql/statements.ts'
import { type Reader, readerOf } from '../sql/values.ts'
import { type DatabaseQuery, queryOf } from './query.ts'
import { typedRows } from './raw.ts'
import type { Site } from './site.ts'

/** The tables of models as Kysely knows them: by the table's name, with columns of the fields' names. */
export type Tables<Models extends Readonly<Record<string, AnyModel>>> = {
  [K in keyof Models as TableOf<Models[K]>]: {
    [F in keyof Row<Fields<Models[K]>>]: ColumnOf<Fields<Models[K]>[F & keyof Fields<Models[K]>]>
  }
}
type TableOf<M> = M extends { readonly table: infer N extends string } ? N : never
type ColumnOf<X> =
  X extends Marked<infer Mark>
    ? 'optional' extends Mark
      ? Generated<Value<X>>
      : 'default' extends Mark
        ? Generated<Value<X>>
        : Value<X>
    : never

/** What a Kysely builder comes to; told by shape, so that any of its builders goes. */
export interface Buildable<O> {
  compile(): { readonly sql: string; readonly parameters: readonly unknown[]; readonly query: object }
  execute(): Promise<O[]>
}

/** Kysely builds and types the statement; the database's own driver runs it, and its columns are read by their types. */
export function kyselyQuery<Models extends Readonly<Record<string, AnyModel>>, O>(
  site: Site,
  models: Models,
  build: (kysely: Kysely<Tables<Models>>) => Buildable<O>,
): DatabaseQuery<O[]> {
  return queryOf(site, async (connection) => {
    const described = Object.values(models).map(describeModel)
    for (const model of described) assertPlainNames(model)
    const { sql: text, parameters } = build(compiler as unknown as Kysely<Tables<Models>>).compile()
    const statement: SqlStatement = { text, name: nameOf(text), values: parameters.map(toParameterText) }
    return typedRows(await connection.run(statement), exactReader(described)) as O[]
  })
}

/**
 * By its type a bigint is a number. Where every field of that name is exact, and Kysely's types say bigint, it is read
 * as those fields are.
 */
function exactReader(models: readonly ModelDescription[]): (name: string, type: number) => Reader | undefined {
  return (name, type) => {
    if (type !== bigintType) return undefined
    const columns = models.flatMap(({ byField }) => byField.get(name) ?? [])
    const [column] = columns
    return column && columns.every(({ exact }) => exact) ? readerOf(column) : undefined
  }
}

/** Kysely writes the names that its types have; a column of another name than its field's would not be found. */
function assertPlainNames({ name, columns }: ModelDescription): void {
  const other = columns.find((column) => column.field !== column.name)
  if (!other) return
  throw new UsageError(
    `Cannot use ${name} in Kysely: its field ${other.field} is the column ${other.name}, and Kysely knows only one of them. Use db.sql\`…\`.`,
  )
}
