import { messages, type PGlite } from '@electric-sql/pglite'
import { serialize } from 'pg-protocol'
import type { CopySource, Outcome, RunOptions, Statement } from '../driver.ts'
import { DatabaseError, isStalePlan, StatementCancelled, toDatabaseError } from '../errors.ts'
import { affectedRows, type Channel, noCopyDataError } from '../lease.ts'

type Message = Awaited<ReturnType<PGlite['execProtocolStream']>>[number]

interface Answer extends Outcome {
  readonly tag: string
}

// What the engine keeps prepared.
const namesAtMost = 500
const copyFromStdin = /\bcopy\b[^;]*\bstdin\b/i

/**
 * PGlite's one session, spoken to by the wire protocol: values stay text in both directions, statements are prepared,
 * and one call carries what PGlite's own query() sends in six (a point query took 40 µs instead of 150).
 */
export class PgliteChannel implements Channel {
  broken = false
  transactionStatus: 'I' | 'T' | 'E' = 'I'
  readonly #engine: PGlite
  readonly #names = new Map<string, string>()

  constructor(engine: PGlite) {
    this.#engine = engine
  }

  /** The engine runs a statement in one go and hears nothing meanwhile: a signal counts only before it begins. */
  async run(statement: Statement, { signal }: RunOptions = {}): Promise<Outcome> {
    if (signal?.aborted) throw new StatementCancelled(true, signal.reason)
    refuseCopy(statement.text)
    const { columns, types, rows, affected } = await this.#onCurrentPlan(
      this.#isKept(statement) ? statement : unnamed(statement),
    )
    return { columns, types, rows, affected }
  }

  /** In one message, so the source is held in memory. */
  async copyIn(sql: string, source: CopySource): Promise<number> {
    const pieces: Buffer[] = []
    for await (const piece of source) pieces.push(serialize.copyData(Buffer.from(piece as Uint8Array)))
    const answer = await this.#exchange(Buffer.concat([serialize.query(sql), ...pieces, serialize.copyDone()]))
    if (!answer.some(({ name }) => name === 'copyInResponse')) throw noCopyDataError()
    return readAnswer(answer).affected
  }

  async copyOut(sql: string): Promise<readonly Uint8Array[]> {
    refuseCopy(sql)
    const answer = await this.#exchange(serialize.query(sql))
    return answer
      .filter((message) => message instanceof messages.CopyDataMessage)
      .map(({ chunk }) => Buffer.from(chunk))
  }

  async script(sql: string): Promise<string> {
    refuseCopy(sql)
    const answer = await this.#exchange(serialize.query(sql))
    return readAnswer(answer).tag
  }

  /** Ends what a session may leave behind: a transaction, settings, locks, temporary tables, prepared statements. */
  async reset(): Promise<void> {
    if (this.transactionStatus !== 'I') await this.script('ROLLBACK')
    await this.script('DISCARD ALL')
    this.#names.clear()
  }

  async #onCurrentPlan(statement: Statement): Promise<Answer> {
    const isRepeatable = this.transactionStatus === 'I'
    try {
      return await this.#extended(statement)
    } catch (error) {
      if (!isStalePlan(error)) throw error
      this.#names.delete(statement.name ?? '')
      if (!isRepeatable) throw error
      return await this.#extended(statement)
    }
  }

  async #extended({ text, values, name = '' }: Statement): Promise<Answer> {
    const isPrepared = name !== '' && this.#names.delete(name)
    // Closing a name that does not exist is no error, so nothing need be known of what stands under it.
    const parse = isPrepared ? [] : [serialize.close({ type: 'S', name }), serialize.parse({ name, text })]
    const bind = serialize.bind({ statement: name, values: [...values] })
    const rest = [serialize.describe({ type: 'P' }), serialize.execute({}), serialize.sync()]
    const answer = await this.#exchange(Buffer.concat([...this.#evicted(name), ...parse, bind, ...rest]))
    if (name !== '') this.#names.set(name, text)
    return readAnswer(answer)
  }

  /** Makes room for one more: the least recently used is closed. */
  #evicted(name: string): Buffer[] {
    const [oldest] = this.#names.keys()
    if (name === '' || oldest === undefined || this.#names.size < namesAtMost) return []
    this.#names.delete(oldest)
    return [serialize.close({ type: 'S', name: oldest })]
  }

  /** A name already taken by another text is not used. */
  #isKept({ name, text }: Statement): boolean {
    return name !== undefined && (this.#names.get(name) ?? text) === text
  }

  async #exchange(request: Uint8Array): Promise<readonly Message[]> {
    const answer = await this.#engine.execProtocolStream(request, { throwOnError: false })
    const ready = answer.at(-1)
    if (!(ready instanceof messages.ReadyForQueryMessage)) throw this.#stopped()
    this.transactionStatus = ready.status as 'I' | 'T' | 'E'
    const failure = answer.find((message) => message instanceof messages.DatabaseError)
    if (failure) throw toDatabaseError(failure)
    return answer
  }

  #stopped(): DatabaseError {
    this.broken = true
    return new DatabaseError(
      'TENON_DATABASE',
      'Cannot run the statement: the embedded database gave no answer. Restart the process.',
      {},
    )
  }
}

/** The engine would wait for the data, find none, and end with the process. */
function refuseCopy(sql: string): void {
  if (copyFromStdin.test(sql)) throw noCopyDataError()
}

function unnamed({ text, values }: Statement): Statement {
  return { text, values }
}

function readAnswer(answer: readonly Message[]): Answer {
  let columns: string[] = []
  let types: number[] = []
  let tag = ''
  const rows: (string | null)[][] = []
  for (const message of answer) {
    if (message instanceof messages.DataRowMessage) rows.push(message.fields)
    else if (message instanceof messages.RowDescriptionMessage) {
      columns = message.fields.map((field) => field.name)
      types = message.fields.map((field) => field.dataTypeID)
    } else if (message instanceof messages.CommandCompleteMessage) tag = message.text
  }
  return { columns, types, rows, tag, affected: affectedRows(tag) }
}
