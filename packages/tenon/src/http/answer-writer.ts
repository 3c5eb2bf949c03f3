import type { z } from 'zod'
import { TenonError, UsageError } from '../core/errors.ts'
import { isQuery, isRowStream, type JsonText, type Query, type RowStream } from '../core/query.ts'
import { unwrapped } from '../model/forms.ts'
import { compileWriter, type Writer } from '../model/writer.ts'
import { type Answer, answersOf } from './answer.ts'
import { Reply, type ReplyOptions } from './reply.ts'
import type { Route } from './route.ts'
import type { Schema } from './schema.ts'

/** How the answer of one status is written: a query by itself where it can, and any value. */
interface StatusWriter {
  readonly value: (value: unknown) => string | Promise<string>
  readonly query: (query: Query<unknown, unknown>) => Promise<JsonText> | null
  readonly stream: (rows: RowStream<unknown>) => AsyncIterable<JsonText>
}

/** An answer that is ready but for its text, which a query may still be at. */
export interface Written {
  readonly status: number
  readonly text: string | Promise<JsonText>
  readonly options: ReplyOptions
  /** In the place of a text: a list whose rows are still to be read. */
  readonly pieces?: AsyncIterable<JsonText>
}

export const noOptions: ReplyOptions = {}

/** Compiles what a handler returns into its answer. A query that can writes its own JSON; it is the place where rows need not become objects. */
export function answerWriterOf(route: Route): (result: unknown) => Written | Promise<Written> {
  const place = `${route.method} ${route.path}`
  const answers = answersOf(route.options.returns)
  const statuses = answers.map(({ status }) => status)
  if (new Set(statuses).size < statuses.length)
    throw new UsageError(`Cannot add ${place}: two of its answers have one status. Join their schemas.`)
  const writers = new Map(answers.map((answer) => [answer.status, writerOf(route, answer)]))
  const usual = answers[0]?.status ?? 204
  function write(result: unknown): Written | Promise<Written> {
    const isReply = result instanceof Reply
    const value: unknown = isReply ? result.value : result
    const options = isReply ? result.options : noOptions
    const status = options.status ?? usual
    const writer = writers.get(status)
    if (isQuery(value)) {
      const text = writer?.query(value) ?? null
      return text === null
        ? value.run().then((found) => valued(found, status, writer, options))
        : { status, text, options }
    }
    if (isRowStream(value) && writer) return { status, text: '', options, pieces: writer.stream(value) }
    return valued(value, status, writer, options)
  }

  function valued(value: unknown, status: number, writer: StatusWriter | undefined, options: ReplyOptions): Written {
    if (!writer)
      throw new TenonError('TENON_ANSWER', `Cannot answer ${place} with ${status}: it is not among its "returns".`)
    return { status, text: writer.value(value), options }
  }

  return write
}

function writerOf(route: Route, { schema }: Answer<unknown>): StatusWriter {
  const place = `${route.method} ${route.path}`
  const none = { query: () => null, stream: () => refuseStream(place) }
  if (!schema) return { ...none, value: () => '' }
  if (!('_zod' in schema)) return { ...none, value: (value) => validated(schema, value, place) }
  const zod = schema as unknown as z.core.$ZodTypes
  const write = compileWriter(zod)
  const { def } = unwrapped(zod).schema._zod
  const writeRow = def.type === 'array' ? compileWriter(def.element) : null
  return {
    value: (value) => write(value, place),
    query: (query) => query.toJson?.(schema, place) ?? null,
    stream: (rows) => rows.toPieces(schema, place) ?? (writeRow ? written(rows, writeRow, place) : refuseStream(place)),
  }
}

async function* written(rows: AsyncIterable<unknown>, write: Writer, place: string): AsyncGenerator<string> {
  for await (const row of rows) yield write(row, place)
}

function refuseStream(place: string): never {
  throw new TenonError('TENON_ANSWER', `Cannot answer ${place} with a stream: its schema is no list. Use z.array(…).`)
}

/** Any other Standard Schema has no way back to the wire, so what is returned is checked and written as JSON. */
async function validated(schema: Schema, value: unknown, place: string): Promise<string> {
  const result = await schema['~standard'].validate(value)
  if (!result.issues) return JSON.stringify(result.value)
  throw new TenonError('TENON_ANSWER', `Cannot write the answer of ${place}: ${result.issues[0]?.message}.`)
}
