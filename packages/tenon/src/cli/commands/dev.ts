import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { watch } from 'chokidar'
import { UsageError } from '../../core/errors.ts'
import { loadConfig } from '../config.ts'
import type { Terminal } from '../terminal.ts'

// Milliseconds: an editor that saves by renaming, and a checkout of many files, are one change.
const settleFor = 100

/** `tenon dev`: runs the entry and restarts it when a file changes. Resolves to its exit code when it is stopped. */
export async function dev({ folder, terminal }: { folder: string; terminal: Terminal }): Promise<number> {
  const { entry } = await loadConfig(folder)
  if (!existsSync(join(folder, entry))) {
    throw new UsageError(`Cannot run ${entry}: there is no such file in ${folder}. Correct entry in tenon.config.ts.`)
  }
  const runner = new Runner(folder, entry, terminal)
  const watcher = watch(watchedFolders(folder), { ignored: isIgnored, ignoreInitial: true })
  let settling: NodeJS.Timeout | undefined
  watcher.on('all', (_event, file) => {
    clearTimeout(settling)
    settling = setTimeout(() => {
      terminal.write(`Restarting: ${relative(folder, file)} has changed.`)
      runner.restart().catch((error) => terminal.complain(String(error)))
    }, settleFor)
  })
  const stop = (signal: NodeJS.Signals) => {
    clearTimeout(settling)
    runner.stop(signal)
  }
  process.on('SIGINT', stop).on('SIGTERM', stop).on('SIGHUP', stop)
  try {
    return await runner.run()
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop).off('SIGHUP', stop)
    await watcher.close()
  }
}

/** The application's own folder, and the stack's sources where they are worked on too. */
function watchedFolders(folder: string): string[] {
  const stack = resolve(import.meta.dirname, '../..')
  return stack.includes('node_modules') ? [folder] : [folder, stack]
}

function isIgnored(file: string, stats?: { isFile(): boolean }): boolean {
  if (/(^|[\\/])(node_modules|\.(?!env$)[^\\/]+)$/.test(file) || /\.test\.ts$/.test(file)) return true
  return stats?.isFile() === true && !/(\.(ts|mts|js|mjs|json|sql)|[\\/]\.env)$/.test(file)
}

/** One process at a time; the next starts when the one before has ended, and has freed port and database. */
class Runner {
  readonly #folder: string
  readonly #entry: string
  readonly #ended = Promise.withResolvers<number>()
  #child: ChildProcess | undefined
  readonly #terminal: Terminal
  #isStopping = false
  #isRestarting = false

  constructor(folder: string, entry: string, terminal: Terminal) {
    this.#folder = folder
    this.#entry = entry
    this.#terminal = terminal
  }

  run(): Promise<number> {
    this.#start()
    return this.#ended.promise
  }

  async restart(): Promise<void> {
    if (this.#isRestarting) return
    this.#isRestarting = true
    const child = this.#child
    if (child && child.exitCode === null && child.signalCode === null) {
      const { promise, resolve } = Promise.withResolvers<void>()
      child.once('close', () => resolve())
      child.kill('SIGTERM')
      await promise
    }
    this.#isRestarting = false
    if (!this.#isStopping) this.#start()
  }

  stop(signal: NodeJS.Signals) {
    this.#isStopping = true
    const child = this.#child
    if (!child || child.exitCode !== null || child.signalCode !== null) return this.#ended.resolve(0)
    child.kill(signal)
  }

  #start() {
    const child = spawn(process.execPath, [this.#entry], { cwd: this.#folder, stdio: 'inherit' })
    this.#child = child
    child.once('error', this.#ended.reject)
    // One that ends by itself has said why; the next change may mend it.
    child.once('close', (code) => {
      if (this.#isStopping) this.#ended.resolve(code ?? 0)
      else if (this.#child === child && !this.#isRestarting)
        this.#terminal.complain('It has ended. The next change starts it again.')
    })
  }
}
