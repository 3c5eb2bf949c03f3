import type { ErrorClassOf, JsonText } from '../core/query.ts'
import { describeModel } from '../model/description.ts'
import type { AnyModel } from '../model/infer.ts'
import type { Asked, Assignments, FieldName, RelationName, Tree, With } from '../sql/infer.ts'
import { type Branch, toBranches } from '../sql/related.ts'
import { type Conflict, insertStatement } from '../sql/writes.ts'
import { type ExplainOptions, explain } from './explain.ts'
import { type JsonWork, jsonOf } from './json.ts'
import { loadWritten, noteOfRelations, writtenJson } from './load.ts'
import { type DatabaseQuery, queryOf } from './query.ts'
import { type Refusals, refused } from './refusals.ts'
import type { Runs, Site } from './site.ts'

interface InsertState<M> {
  readonly model: M
  readonly rows: readonly object[]
  readonly relations: readonly Branch[]
  readonly refusals: Refusals<unknown, unknown, unknown, unknown>
}

/** What both inserts are made of: the rows go in by one statement and are answered as they were stored. */
abstract class Inserting<M extends AnyModel> {
  readonly kind = 'query'
  protected readonly site: Site
  protected readonly state: InsertState<M>

  constructor(site: Site, state: InsertState<M>) {
    this.site = site
    this.state = state
  }

  protected get note(): string | null {
    return noteOfRelations(describeModel(this.state.model), this.state.relations)
  }

  protected async insert(connection: Runs, conflict: Conflict | null): Promise<object[]> {
    const { rows, relations, refusals } = this.state
    const model = describeModel(this.state.model)
    if (rows.length === 0) return []
    const statement = insertStatement(model, rows, conflict)
    const outcome = await connection.run(statement).catch(refused(refusals))
    return loadWritten(connection, model, outcome.rows, relations)
  }

  protected json(answers: 'rows' | 'row', conflict: Conflict | null): JsonWork {
    const { rows, relations, refusals } = this.state
    const model = describeModel(this.state.model)
    return writtenJson(answers, model, relations, refusals, () =>
      rows.length === 0 ? null : insertStatement(model, rows, conflict),
    )
  }

  protected withRelations(given: readonly unknown[]): InsertState<M> {
    const branches = toBranches(describeModel(this.state.model), given)
    return { ...this.state, relations: [...this.state.relations, ...branches] }
  }

  protected withRefusals(refusals: Refusals<unknown, unknown, unknown, unknown>): InsertState<M> {
    return { ...this.state, refusals: { ...this.state.refusals, ...refusals } }
  }
}

/** An insert of one row as a description; it answers the row as it was stored. */
export class Insert<M extends AnyModel, R, E = never> extends Inserting<M> implements DatabaseQuery<R, E> {
  get throws(): readonly ErrorClassOf<E>[] {
    return Object.values(this.state.refusals) as ErrorClassOf<E>[]
  }

  /** Loads relations of the row by one more statement. */
  with<const K extends RelationName<M> | Tree<M>>(...relations: Asked<M, K>[]): Insert<M, R & With<M, K>, E> {
    return new Insert(this.site, this.withRelations(relations))
  }

  /** Ends in these errors where a constraint of that sort refuses the row. */
  onViolation<U = never, V = never, C = never, X = never>(
    refusals: Refusals<U, V, C, X>,
  ): Insert<M, R, E | U | V | C | X> {
    return new Insert(this.site, this.withRefusals(refusals))
  }

  /** Answers null, and changes nothing, where a row stands already that has the same values in these fields, or in any unique ones. */
  onConflictDoNothing(...fields: FieldName<M>[]): DatabaseQuery<R | null, E> {
    return this.#query({ fields, set: null })
  }

  /** Assignments the row that stands, where there is one with the same values in these fields: see Upsert. */
  onConflictDoUpdate(fields: readonly FieldName<M>[], set: Upsert<M>): DatabaseQuery<R, E> {
    return this.#query({ fields, set }) as DatabaseQuery<R, E>
  }

  run(): Promise<R> {
    return this.site.run(async (connection) => (await this.#row(connection, null)) as R)
  }

  toJson(schema: object, place: string): Promise<JsonText> | null {
    return jsonOf(this.json('row', null), schema, place, (work) => this.site.run(work))
  }

  explain(options?: ExplainOptions): Promise<string> {
    return explain(this.site, (connection) => this.#row(connection, null), options, this.note)
  }

  #query(conflict: Conflict): DatabaseQuery<R | null, E> {
    const works = { run: (connection: Runs) => this.#row(connection, conflict), json: this.json('row', conflict) }
    return queryOf<R | null, E>(this.site, works, ...this.throws)
  }

  async #row(connection: Runs, conflict: Conflict | null): Promise<R | null> {
    const [row] = await this.insert(connection, conflict)
    return (row ?? null) as R | null
  }
}

/** Names of fields that take the value the insert brought, or values and expressions: sql`…sql.ref('count')… + 1`. */
export type Upsert<M> = readonly FieldName<M>[] | Assignments<M>

/** An insert of many rows by one statement; it answers them as they were stored, in their order. */
export class InsertMany<M extends AnyModel, R, E = never> extends Inserting<M> implements DatabaseQuery<R[], E> {
  get throws(): readonly ErrorClassOf<E>[] {
    return Object.values(this.state.refusals) as ErrorClassOf<E>[]
  }

  /** Loads relations of the rows by one more statement. */
  with<const K extends RelationName<M> | Tree<M>>(...relations: Asked<M, K>[]): InsertMany<M, R & With<M, K>, E> {
    return new InsertMany(this.site, this.withRelations(relations))
  }

  /** Ends in these errors where a constraint of that sort refuses one of the rows; then none is stored. */
  onViolation<U = never, V = never, C = never, X = never>(
    refusals: Refusals<U, V, C, X>,
  ): InsertMany<M, R, E | U | V | C | X> {
    return new InsertMany(this.site, this.withRefusals(refusals))
  }

  /** Answers only the rows that were new. */
  onConflictDoNothing(...fields: FieldName<M>[]): DatabaseQuery<R[], E> {
    return this.#query({ fields, set: null })
  }

  /** Assignments the rows that stand; the same row twice in one insert is refused by the server. */
  onConflictDoUpdate(fields: readonly FieldName<M>[], set: Upsert<M>): DatabaseQuery<R[], E> {
    return this.#query({ fields, set })
  }

  run(): Promise<R[]> {
    return this.#query(null).run()
  }

  toJson(schema: object, place: string): Promise<JsonText> | null {
    return this.#query(null).toJson?.(schema, place) ?? null
  }

  explain(options?: ExplainOptions): Promise<string> {
    return explain(this.site, (connection) => this.insert(connection, null), options, this.note)
  }

  #query(conflict: Conflict | null): DatabaseQuery<R[], E> {
    const run = async (connection: Runs) => (await this.insert(connection, conflict)) as R[]
    return queryOf<R[], E>(this.site, { run, json: this.json('rows', conflict) }, ...this.throws)
  }
}
