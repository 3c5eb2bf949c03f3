import type { JsonText } from '../core/query.ts'
import { type AnswerSource, type AnswerWriter, answerWriterOf } from '../sql/json-answer.ts'
import { JsonRows } from '../sql/json-rows.ts'
import type { Texts } from '../sql/outputs.ts'
import type { Statement } from './driver.ts'
import type { Runs } from './site.ts'

/** What a query does to answer in JSON. */
export interface JsonWork {
  readonly source: AnswerSource
  readonly work: (connection: Runs, answer: JsonAnswer) => Promise<JsonText>
}

/** An answer in the making: rows become JSON as they come, by the writer of one schema. */
export class JsonAnswer {
  readonly #writer: AnswerWriter
  readonly #place: string

  constructor(writer: AnswerWriter, place: string) {
    this.#writer = writer
    this.#place = place
  }

  /** Runs the statement and writes its rows; of more than `most` only the count is kept. */
  async read(connection: Pick<Runs, 'run'>, statement: Statement, most?: number): Promise<JsonRows> {
    const rows = new JsonRows(this.#writer.row, this.#place, most)
    const gathered = await connection.run(statement, { sink: rows })
    return gathered.rows.length > 0 ? fill(rows, gathered.types, gathered.rows) : rows
  }

  /** Writes rows that are there already. */
  write(types: readonly number[], gathered: readonly Texts[]): JsonRows {
    return fill(new JsonRows(this.#writer.row, this.#place), types, gathered)
  }

  finish(rows: JsonRows, values: Readonly<Record<string, unknown>> = {}): JsonText {
    return rows.toJson(this.#writer.around(this.#place, values))
  }

  /** For an answer of one row: the row, or what is written where there is none. */
  one(rows: JsonRows): JsonText {
    return rows.count === 0 ? this.#writer.none(this.#place) : this.finish(rows)
  }
}

function fill(rows: JsonRows, types: readonly number[], gathered: readonly Texts[]): JsonRows {
  rows.begin(types)
  for (const texts of gathered) rows.row(texts)
  return rows
}

/** Null where the answer takes objects; `run` runs the work. */
export function jsonOf(
  { source, work }: JsonWork,
  schema: object,
  place: string,
  run: (work: (connection: Runs) => Promise<JsonText>) => Promise<JsonText>,
): Promise<JsonText> | null {
  const writer = answerWriterOf(schema, source)
  return writer && run((connection) => work(connection, new JsonAnswer(writer, place)))
}
