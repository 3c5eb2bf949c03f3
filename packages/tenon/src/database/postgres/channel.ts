import type { Client } from 'pg'
import type { Outcome, Statement } from '../driver.ts'
import { isStalePlan } from '../errors.ts'
import { affectedRows, type Channel } from '../lease.ts'
import { isLost, isShutdown, isUnsent, statementError } from './failure.ts'

// Prepared statements live as long as their connection: past this number statements go unnamed.
const namesAtMost = 500
const aliveWithin = 2_000

/** One connection of pg, and what is known of its state. */
export class PostgresChannel implements Channel {
  broken = false
  /** The server's plans no longer fit the tables: the connection serves its caller and is then replaced. */
  stale = false
  /** The last statement failed without having been read by the server: it may be repeated elsewhere. */
  unread = false
  readonly #client: Client
  readonly #names = new Set<string>()
  #answers = 0
  #usedAt = performance.now()

  constructor(client: Client) {
    this.#client = client
    // For the connection's whole life: an `error` event that nobody listens to ends the process.
    client.on('error', () => {
      this.broken = true
    })
    client.connection.on('parseComplete', () => this.#answers++)
    client.connection.on('bindComplete', () => this.#answers++)
  }

  get transactionStatus(): 'I' | 'T' | 'E' | null {
    return this.#client.getTransactionStatus()
  }

  get reusable(): boolean {
    return !this.broken && !this.stale && this.transactionStatus === 'I'
  }

  /** Milliseconds since it was last used. */
  get idleFor(): number {
    return performance.now() - this.#usedAt
  }

  touch(): void {
    this.#usedAt = performance.now()
  }

  async run(statement: Statement): Promise<Outcome> {
    const answered = this.#answers
    try {
      return await this.#query(statement)
    } catch (error) {
      this.unread = isUnsent(error) || (isShutdown(error) && this.#answers === answered)
      throw this.#report(error)
    }
  }

  async script(sql: string): Promise<string> {
    try {
      const results = await this.#client.query(sql)
      const last = Array.isArray(results) ? results.at(-1) : results
      return last?.command ?? ''
    } catch (error) {
      this.unread = isUnsent(error)
      throw this.#report(error)
    }
  }

  /** Asks the server for a sign of life. */
  async isAlive(): Promise<boolean> {
    try {
      const probe = { text: 'select 1', query_timeout: aliveWithin }
      await this.#client.query(probe)
      return true
    } catch {
      this.broken = true
      return false
    }
  }

  async #query({ text, values, name }: Statement): Promise<Outcome> {
    const query = { text, values: [...values], rowMode: 'array' as const, queryMode: 'extended', ...this.#named(name) }
    const result = await this.#client.query<(string | null)[]>(query)
    return {
      columns: result.fields.map((field) => field.name),
      rows: result.rows,
      affected: affectedRows(`${result.command} ${result.command === 'INSERT' ? '0 ' : ''}${result.rowCount}`),
    }
  }

  #named(name: string | undefined): { name?: string } {
    if (name === undefined || this.stale) return {}
    if (!this.#names.has(name) && this.#names.size >= namesAtMost) return {}
    this.#names.add(name)
    return { name }
  }

  #report(error: unknown): Error {
    if (isLost(error)) this.broken = true
    const reported = statementError(error)
    if (isStalePlan(reported)) this.stale = true
    return reported
  }
}
