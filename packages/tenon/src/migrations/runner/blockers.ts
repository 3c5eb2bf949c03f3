import type { Blocker } from '../report.ts'
import type { Run } from './context.ts'

const shownCharacters = 120

/** Looks who holds up the run's connection, from another connection, as long as a statement takes. */
export class BlockerWatch {
  /** Those seen last; they may have gone since. */
  seen: readonly Blocker[] = []
  readonly #run: Run
  readonly #id: string
  readonly #process: number
  readonly #every: number
  #timer: NodeJS.Timeout | undefined
  #looking: Promise<void> = Promise.resolve()
  #isStopped = false

  constructor(run: Run, id: string, process: number, every: number) {
    this.#run = run
    this.#id = id
    this.#process = process
    this.#every = Math.max(20, every)
    // The embedded database has one session: nobody can hold it up, and nobody could look.
    if (run.driver.kind === 'postgres') this.#wait()
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    clearTimeout(this.#timer)
    await this.#looking
  }

  #wait(): void {
    this.#timer = setTimeout(() => {
      this.#looking = this.#look().finally(() => {
        if (!this.#isStopped) this.#wait()
      })
    }, this.#every)
  }

  /** What cannot be seen is left out: the run itself must not fail over it. */
  async #look(): Promise<void> {
    const found = await readBlockers(this.#run, this.#process).catch(() => [])
    if (found.length === 0) return
    const isNews = found.some(({ pid }) => !this.seen.some((known) => known.pid === pid))
    this.seen = found
    if (isNews) this.#run.report({ kind: 'blocked', id: this.#id, by: found })
  }
}

async function readBlockers({ driver }: Run, process: number): Promise<readonly Blocker[]> {
  const text = `
    select b.pid, concat_ws(', ', usename, nullif(application_name, ''), state,
        'for ' || round(extract(epoch from clock_timestamp() - coalesce(xact_start, state_change))) || ' s')
        || coalesce(': ' || regexp_replace(left(query, ${shownCharacters}), '\\s+', ' ', 'g'), '')
    from unnest(pg_blocking_pids($1::int)) b (pid) left join pg_stat_activity a on a.pid = b.pid`
  const { rows } = await driver.run({ text, values: [String(process)] })
  return rows.map(([pid, description]) => ({
    pid: Number(pid),
    description: description || 'of which nothing is seen',
  }))
}
