import type { Generated, Kysely } from 'kysely'
import { UsageError } from '../core/errors.ts'
import { describeModel } from '../model/description.ts'
import type { AnyModel, Fields, Marked, Row, Value } from '../model/infer.ts'
import { compiler, nameOf } from '../sql/compile.ts'
import { toParameterText } from '../sql/place.ts'
import type { SqlStatement } from '../sql/statements.ts'
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
    for (const model of Object.values(models)) assertPlainNames(model)
    const { sql: text, parameters } = build(compiler as unknown as Kysely<Tables<Models>>).compile()
    const statement: SqlStatement = { text, name: nameOf(text), values: parameters.map(toParameterText) }
    return typedRows(await connection.run(statement)) as O[]
  })
}

/** Kysely writes the names that its types have; a column of another name than its field's would not be found. */
function assertPlainNames(model: AnyModel): void {
  const { name, columns } = describeModel(model)
  const other = columns.find((column) => column.field !== column.name)
  if (!other) return
  throw new UsageError(
    `Cannot use ${name} in Kysely: its field ${other.field} is the column ${other.name}, and Kysely knows only one of them. Use db.sql\`…\`.`,
  )
}
