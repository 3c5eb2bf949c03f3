import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

const binary = ['/usr/sbin/pgbouncer', '/usr/bin/pgbouncer', '/opt/homebrew/bin/pgbouncer'].find(existsSync)

/** A PgBouncer of its own before a database, in transaction mode, with three server connections. */
export class Bouncer {
  static readonly isInstalled = binary !== undefined
  readonly url: string
  readonly #process: ChildProcess
  readonly #folder: string

  static async start(target: string, settings = ''): Promise<Bouncer> {
    const { hostname, port, username, password, pathname } = new URL(target)
    const folder = mkdtempSync(join(tmpdir(), 'tenon-pgbouncer-'))
    const own = await freePort()
    const configuration = `
      [databases]
      bounced = host=${hostname} port=${port} dbname=${pathname.slice(1)} user=${username} password=${decodeURIComponent(password)}
      [pgbouncer]
      listen_addr = 127.0.0.1
      listen_port = ${own}
      auth_type = any
      pool_mode = transaction
      default_pool_size = 3
      max_client_conn = 100
      unix_socket_dir =
      ${settings}
    `
    writeFileSync(join(folder, 'pgbouncer.ini'), configuration.replaceAll(/^ +/gm, ''))
    const account = unprivileged()
    if (account) for (const path of [folder, join(folder, 'pgbouncer.ini')]) chownSync(path, account.uid, account.gid)
    const child = spawn(binary ?? '', [join(folder, 'pgbouncer.ini')], { stdio: 'ignore', ...account })
    const bouncer = new Bouncer(child, folder, `postgres://anybody@127.0.0.1:${own}/bounced`)
    for (let round = 0; round < 600 && !(await answers(own)); round++) await delay(50)
    return bouncer
  }

  private constructor(child: ChildProcess, folder: string, url: string) {
    this.#process = child
    this.#folder = folder
    this.url = url
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode === null) {
      this.#process.kill('SIGKILL')
      await once(this.#process, 'close')
    }
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

/** PgBouncer refuses to run as root. */
function unprivileged(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined
  const [uid, gid] = ['-u', '-g'].map((which) => Number(execFileSync('id', [which, 'nobody'], { encoding: 'utf8' })))
  return { uid: uid ?? 0, gid: gid ?? 0 }
}

async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve))
  const { port } = probe.address() as { port: number }
  await new Promise((resolve) => probe.close(resolve))
  return port
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(true))
    socket.once('error', () => resolve(false))
    socket.once('close', () => socket.destroy())
    socket.once('connect', () => socket.end())
  })
}
