import { UsageError } from '../core/errors.ts'
import type { Connection } from '../database/driver.ts'
import type { Operation } from './operations/operation.ts'
import type { Conversion } from './safe/change-type.ts'
import { isSameTable, nameOfTable, type TableName } from './snapshot.ts'
import { isImmutable, type Trial } from './trial.ts'

/** What the user says of values: `table.column` → SQL expression. */
export class Fills {
  readonly #given: Readonly<Record<string, string>>
  readonly #used = new Set<string>()
  readonly #conversions = new Map<string, Conversion>()

  constructor(given: Readonly<Record<string, string>>) {
    this.#given = given
  }

  /** For rows that have no value. */
  of(table: TableName, column: string): string | undefined {
    const place = placeOf(table, column)
    return this.#conversions.has(place) ? undefined : this.#take(place)
  }

  /** From the values of a former type to those of the new one. */
  conversionOf(table: TableName, column: string): Conversion | undefined {
    return this.#conversions.get(placeOf(table, column))
  }

  /**
   * Where a column changes its type, a fill is the way to the new values, unless PostgreSQL has one and the column
   * becomes not null as well: then it is for the rows that have none.
   */
  async findConversions(
    engine: Connection,
    operations: readonly Operation[],
    trials: ReadonlyMap<Operation, Trial>,
  ): Promise<void> {
    for (const operation of operations) {
      if (operation.kind !== 'change type') continue
      const { table, from, before } = operation
      const becomesNotNull = operations.some(
        (one) => one.kind === 'change nullability' && one.column === from.name && isSameTable(one.table, table),
      )
      if (becomesNotNull && trials.get(operation)?.kind !== 'no cast') continue
      const place = placeOf(table, from.name)
      const sql = this.#take(place)
      if (sql === undefined) continue
      this.#conversions.set(place, { sql, isImmutable: await isImmutable(engine, before, sql) })
    }
  }

  refuseUnused(): void {
    const place = Object.keys(this.#given).find((one) => !this.#used.has(one))
    if (place === undefined) return
    throw new UsageError(
      `Cannot fill ${place}: no column of that name becomes not null or changes its type. Name one that does, or leave it out.`,
    )
  }

  #take(place: string): string | undefined {
    if (!Object.hasOwn(this.#given, place)) return undefined
    this.#used.add(place)
    return this.#given[place]
  }
}

function placeOf(table: TableName, column: string): string {
  return `${nameOfTable(table)}.${column}`
}
