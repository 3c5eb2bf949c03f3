import { currentSignal } from '../core/signal.ts'
import { outputReader } from '../sql/outputs.ts'
import { type Selection, selectStatement } from '../sql/statements.ts'
import type { StreamOptions } from './driver.ts'
import type { Site } from './site.ts'

/** Row by row from a cursor of the server; the next batch is fetched when the one before it is used up. */
export async function* streamOf<R>(
  site: Site,
  selection: Selection,
  { batch, signal = currentSignal() }: StreamOptions,
): AsyncGenerator<R> {
  const { model, members = null, relations = [] } = selection
  const read = outputReader(model, { members, relations })
  let statement: ReturnType<typeof selectStatement> | null = null
  try {
    statement = selectStatement(selection)
    for await (const { rows } of site.context.connection.stream(statement, { batch, signal })) {
      for (const texts of rows) yield read(texts) as R
    }
  } catch (error) {
    throw site.led(error, statement)
  }
}
