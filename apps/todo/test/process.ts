import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

const repository = join(import.meta.dirname, '../../..')
const main = 'apps/todo/src/main.ts'

export type Environment = Readonly<Record<string, string>>

export interface Ended {
  readonly code: number | null
  /** Milliseconds from the signal, or from the start, to the end. */
  readonly time: number
  readonly output: string
  readonly errors: string
}

/** The service as `npm start` runs it, in a process of its own. */
export class ServiceProcess {
  readonly #child: ChildProcess
  readonly #ended: Promise<unknown>
  #output = ''
  #errors = ''

  constructor(environment: Environment, command: readonly string[] = [main]) {
    this.#child = spawn(process.execPath, command, {
      cwd: repository,
      env: bare(environment),
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#output += text
    })
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#errors += text
    })
    this.#ended = once(this.#child, 'close')
  }

  /** Where it listens, once it says so. */
  async url(): Promise<string> {
    for (let attempt = 0; attempt < 600; attempt++) {
      const found = /(http:\/\/127\.0\.0\.1:\d+)\/api\/v1/.exec(this.#output)?.[1]
      if (found) return found
      if (this.#child.exitCode !== null) break
      await delay(50)
    }
    throw new Error(`The service does not listen. It said:\n${this.#output}${this.#errors}`)
  }

  get said(): string {
    return `${this.#output}${this.#errors}`
  }

  async ended(): Promise<Ended> {
    const start = performance.now()
    await Promise.race([this.#ended, delay(30_000, undefined, { ref: false })])
    if (this.#child.exitCode === null && this.#child.signalCode === null) this.#child.kill('SIGKILL')
    const time = performance.now() - start
    return { code: this.#child.exitCode, time, output: this.#output, errors: this.#errors }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.#ended
  }

  stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<Ended> {
    this.#child.kill(signal)
    return this.ended()
  }
}

/** Nothing of the settings that this process may have, which would hide what is tested. */
function bare(environment: Environment): NodeJS.ProcessEnv {
  const kept = ['PATH', 'HOME', 'TMPDIR', 'SystemRoot', 'npm_execpath', 'npm_node_execpath']
  return { ...Object.fromEntries(kept.map((name) => [name, process.env[name]])), ...environment }
}
