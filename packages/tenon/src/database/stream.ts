import type { JsonText, RowStream } from '../core/query.ts'
import { currentSignal } from '../core/signal.ts'
import { type AnswerWriter, answerWriterOf } from '../sql/json-answer.ts'
import { JsonRows } from '../sql/json-rows.ts'
import { outputReader, outputsOf } from '../sql/outputs.ts'
import { type Selection, type SqlStatement, selectStatement } from '../sql/statements.ts'
import type { Outcome, StreamOptions } from './driver.ts'
import type { Site } from './site.ts'

/** Rows from a cursor of the server; the next batch is fetched when the one before it is used up. */
export class SelectStream<R> implements RowStream<R> {
  readonly kind = 'stream'
  readonly #site: Site
  readonly #selection: Selection
  readonly #options: StreamOptions

  constructor(site: Site, selection: Selection, { batch, signal = currentSignal() }: StreamOptions) {
    this.#site = site
    this.#selection = selection
    this.#options = { batch, signal }
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<R, void, undefined> {
    const read = outputReader(this.#selection.model, outputsOf(this.#selection))
    for await (const { rows } of this.#batches()) {
      for (const texts of rows) yield read(texts) as R
    }
  }

  toPieces(schema: object, place: string): AsyncIterable<JsonText> | null {
    const source = { answers: 'rows' as const, model: this.#selection.model, ...outputsOf(this.#selection) }
    const writer = answerWriterOf(schema, source)
    return writer && this.#pieces(writer, place)
  }

  async *#pieces({ row }: AnswerWriter, place: string): AsyncGenerator<JsonText, void, undefined> {
    for await (const { types, rows } of this.#batches()) {
      const written = new JsonRows(row, place)
      written.begin(types)
      for (const texts of rows) written.row(texts)
      yield written.toJson(nothing)
    }
  }

  async *#batches(): AsyncGenerator<Outcome, void, undefined> {
    let statement: SqlStatement | null = null
    try {
      statement = selectStatement(this.#selection)
      yield* this.#site.context.connection.stream(statement, this.#options)
    } catch (error) {
      throw this.#site.led(error, statement)
    }
  }
}

const nothing = { before: '', after: '' }
