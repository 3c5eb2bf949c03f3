import { messages, type PGlite } from '@electric-sql/pglite'
import { serialize } from 'pg-protocol'
import type { Outcome, Statement } from '../driver.ts'
import { DatabaseError, isStalePlan, toDatabaseError } from '../errors.ts'
import { affectedRows, type Channel } from '../lease.ts'

type Message = Awaited<ReturnType<PGlite['execProtocolStream']>>[number]

interface Answer extends Outcome {
  readonly tag: string
}

// Prepared statements live as long as the engine: past this number statements go unnamed.
const namesAtMost = 500

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

  async run(statement: Statement): Promise<Outcome> {
    const { columns, rows, affected } = await this.#onCurrentPlan(
      this.#isKept(statement) ? statement : unnamed(statement),
    )
    return { columns, rows, affected }
  }

  async script(sql: string): Promise<string> {
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
    const isPrepared = name !== '' && this.#names.get(name) === text
    // Closing a name that does not exist is no error, so nothing need be known of what stands under it.
    const parse = isPrepared ? [] : [serialize.close({ type: 'S', name }), serialize.parse({ name, text })]
    const bind = serialize.bind({ statement: name, values: [...values] })
    const rest = [serialize.describe({ type: 'P' }), serialize.execute({}), serialize.sync()]
    const answer = await this.#exchange(Buffer.concat([...parse, bind, ...rest]))
    if (name !== '') this.#names.set(name, text)
    return readAnswer(answer)
  }

  /** A name already taken by another text, or one too many, is not used. */
  #isKept({ name, text }: Statement): boolean {
    if (name === undefined) return false
    const kept = this.#names.get(name)
    return kept === undefined ? this.#names.size < namesAtMost : kept === text
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

function unnamed({ text, values }: Statement): Statement {
  return { text, values }
}

function readAnswer(answer: readonly Message[]): Answer {
  let columns: string[] = []
  let tag = ''
  const rows: (string | null)[][] = []
  for (const message of answer) {
    if (message instanceof messages.DataRowMessage) rows.push(message.fields)
    else if (message instanceof messages.RowDescriptionMessage) columns = message.fields.map((field) => field.name)
    else if (message instanceof messages.CommandCompleteMessage) tag = message.text
  }
  return { columns, rows, tag, affected: affectedRows(tag) }
}
