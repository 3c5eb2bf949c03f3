import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { cpuOf, residentMemoryOf } from './cpu.ts'

export interface Command {
  readonly file: string
  readonly given: readonly string[]
  readonly folder: string
  readonly environment: Readonly<Record<string, string>>
  /** Asked until it answers 200: the first answer that needs the database ends the start. */
  readonly readyPath: string
}

/** A server in a process of its own. */
export interface Server extends AsyncDisposable {
  readonly port: number
  /** From the start of the process to its first answer, in ms. */
  readonly startup: number
  /** Milliseconds of CPU since it began, all its processes and threads together. */
  cpu(): number
  /** Bytes. */
  memory(): number
}

export async function startServer(command: Command, port?: number): Promise<Server> {
  const chosen = port ?? (await freePort())
  const given = command.given.map((one) => (one === '$PORT' ? String(chosen) : one))
  const started = performance.now()
  const child = spawn(command.file, given, {
    cwd: command.folder,
    // Lines of a log are written, as in production, but to where they cost the reader nothing.
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH: process.env.PATH, NODE_ENV: 'production', TZ: 'UTC', PORT: String(chosen), ...command.environment },
  })
  const said = collect(child)
  await untilReady(child, chosen, command.readyPath, said)
  const id = child.pid as number
  return {
    port: chosen,
    startup: performance.now() - started,
    cpu: () => cpuOf(id),
    memory: () => residentMemoryOf(id),
    [Symbol.asyncDispose]: () => stop(child),
  }
}

function collect(child: ChildProcess): () => string {
  let text = ''
  child.stderr?.setEncoding('utf8').on('data', (piece: string) => {
    text = (text + piece).slice(-4000)
  })
  return () => text
}

async function untilReady(child: ChildProcess, port: number, path: string, said: () => string): Promise<void> {
  let failure: Error | undefined
  child.on('error', (error) => {
    failure = error
  })
  const limit = performance.now() + 60_000
  while (performance.now() < limit) {
    if (failure || child.exitCode !== null) break
    const answer = await fetch(`http://127.0.0.1:${port}${path}`).catch(() => null)
    await answer?.arrayBuffer()
    if (answer?.status === 200) return
    await delay(5)
  }
  await stop(child)
  throw new Error(`Cannot start ${child.spawnargs.join(' ')}: ${failure?.message ?? 'no answer came'}.\n${said()}`)
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  // Some peers wait for keep-alive connections to end.
  const limit = setTimeout(() => child.kill('SIGKILL'), 3000)
  await ended
  clearTimeout(limit)
}

/** Below 32768 no client connection takes its own port from the system. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const port = 12_000 + Math.floor(Math.random() * 8000)
    const probe = createServer()
    const isFree = await new Promise<boolean>((resolve) => {
      probe.once('error', () => resolve(false))
      probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)))
    })
    if (isFree) return port
  }
  throw new Error('Cannot start a server: no free port was found between 12000 and 20000.')
}
