// npm run bench -- pauses: how long the longest request waits while a revision runs on a table that is read and written.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { createTableStatements, Database, type Driver, openPostgres } from 'tenon/database'
import { autogenerate, loadRevisions, upgrade, writeRevision } from 'tenon/migrations'
import { startPostgres } from '../scripts/postgres-server.ts'
import { type Change, changes, Item, modelsBefore } from './pauses/changes.ts'
import { writeResults } from './report/write.ts'

const requestsPerSecond = 400

export async function measurePauses({ rows, isWhole }: { rows: number; isWhole: boolean }): Promise<void> {
  const server = await startPostgres()
  const folder = await mkdtemp(join(tmpdir(), 'tenon-pauses-'))
  const lines = [
    `Longest wait of a request while the revision runs, milliseconds from the intended start; ${rows} rows, ` +
      `${requestsPerSecond} requests a second, half reads by key, half updates by key. "before" is the same without a revision.`,
    '',
    '| change | statements | takes | longest read | longest write | before | errors |',
    '| --- | ---: | ---: | ---: | ---: | ---: | ---: |',
  ]
  try {
    for (const change of changes) {
      const line = await measure(server.url, folder, change, rows)
      console.error(line)
      lines.push(line)
    }
  } finally {
    await rm(folder, { recursive: true })
    await server.stop()
  }
  console.log(lines.join('\n'))
  writeResults({ 'pauses.md': `${lines.join('\n')}\n` }, isWhole)
}

async function measure(url: string, folder: string, change: Change, rows: number): Promise<string> {
  const driver = openPostgres({ url, max: 5 })
  try {
    await prepare(driver, rows)
    const { file, statements } = await write(driver, folder, change)
    const load = new Load(new Database(driver), rows)
    await delay(2_000)
    const before = load.take()
    const started = performance.now()
    await upgrade(driver, await loadRevisions(folder))
    const took = performance.now() - started
    await delay(500)
    const during = load.take()
    await load.stop()
    await rm(file)
    const figures = [took, during.read, during.write, Math.max(before.read, before.write)].map((one) => one.toFixed(0))
    return `| ${[change.name, statements, ...figures, during.errors].join(' | ')} |`
  } finally {
    await driver.close()
  }
}

async function prepare(driver: Driver, rows: number): Promise<void> {
  await driver.session(async (connection) => {
    await connection.script(
      `drop schema public cascade; drop schema if exists tenon_dropped cascade; create schema public;
       ${createTableStatements(modelsBefore).join(';\n')};
       insert into owners (name) select 'owner ' || n from generate_series(1, 100) n;
       insert into items (title, state, size, note, owner)
         select 'title ' || n, 'open', n, 'note ' || n, 1 + n % 100 from generate_series(1, ${rows}) n`,
    )
    await connection.script('analyze')
  })
}

/** Writes the revision as `tenon migrate revision --from-database` does. */
async function write(driver: Driver, folder: string, { name, models, fill }: Change) {
  const isRename = async () => false
  const made = await autogenerate({ models, history: [], database: driver, isRename, fill })
  if (!made?.proof.proven) throw new Error(`${name}: ${made ? made.proof.problems.join(', ') : 'nothing changed'}`)
  const file = join(folder, '20260101_000000_change.sql')
  await writeFile(file, writeRevision({ message: name, revises: [], planned: made.planned, traces: made.traces }))
  return { file, statements: made.planned.up.statements.length }
}

interface Waits {
  read: number
  write: number
  errors: number
}

/** Requests on a fixed schedule; one that waits holds up none of the others, and is counted from when it was due. */
class Load {
  #waits: Waits = { read: 0, write: 0, errors: 0 }
  #running = true
  readonly #done: Promise<void>
  readonly #open = new Set<Promise<void>>()

  readonly #db: Database
  readonly #rows: number

  constructor(db: Database, rows: number) {
    this.#db = db
    this.#rows = rows
    this.#done = this.#run()
  }

  take(): Waits {
    const waits = this.#waits
    this.#waits = { read: 0, write: 0, errors: 0 }
    return waits
  }

  async stop(): Promise<void> {
    this.#running = false
    await this.#done
    await Promise.all(this.#open)
  }

  async #run(): Promise<void> {
    const started = performance.now()
    for (let sent = 0; this.#running; sent++) {
      const due = started + (sent * 1000) / requestsPerSecond
      if (due > performance.now()) await delay(due - performance.now())
      const request = this.#request(sent, due).finally(() => this.#open.delete(request))
      this.#open.add(request)
    }
  }

  async #request(sent: number, due: number): Promise<void> {
    const kind = sent % 2 === 0 ? 'read' : 'write'
    const id = 1 + ((sent * 7919) % this.#rows)
    try {
      if (kind === 'read') await this.#db.select(Item).only('id', 'title').where({ id }).run()
      else
        await this.#db
          .update(Item, { title: `title ${sent}` })
          .where({ id })
          .run()
    } catch {
      this.#waits.errors++
    }
    this.#waits[kind] = Math.max(this.#waits[kind], performance.now() - due)
  }
}
