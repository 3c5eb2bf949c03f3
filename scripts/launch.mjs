// The one door of every npm script. Runs on Node 20 and later: installs what the lockfile names and is missing,
// then does the work on the Node that the lockfile pins (24), whatever Node the machine has.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import module from 'node:module'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath, pathToFileURL } from 'node:url'

const wantedMajor = 24
const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
const cli = 'packages/tenon/src/cli/main.ts'

/** `development`: the work needs the development packages too. `folder`: where it runs. */
const targets = {
  start: { entry: 'apps/todo/src/main.ts' },
  dev: { entry: cli, given: ['dev'], folder: 'apps/todo' },
  tenon: { entry: cli, folder: 'apps/todo' },
  test: { entry: 'scripts/test.ts', development: true },
  ok: { entry: 'scripts/ok.ts', development: true },
  fix: { entry: 'scripts/fix.ts', development: true },
  bench: { entry: 'benchmarks/main.ts', development: true },
}

class LaunchError extends Error {}

endWithParent()
try {
  await launch(process.argv[2], process.argv.slice(3))
} catch (error) {
  if (!(error instanceof LaunchError)) throw error
  console.error(error.message)
  process.exitCode = 1
}

async function launch(name, given) {
  const target = Object.hasOwn(targets, name ?? '') ? targets[name] : undefined
  if (!target) throw new LaunchError(`Usage: node scripts/launch.mjs ${Object.keys(targets).join('|')} [arguments]`)
  if (!isInstalled(target.development ?? false)) install()
  if (majorOf(process.versions.node) < wantedMajor) return restart(pinnedNode())
  const entry = path.join(root, target.entry)
  process.chdir(path.join(root, target.folder ?? '.'))
  process.argv = [process.execPath, entry, ...(target.given ?? []), ...given]
  keepCompiled()
  // In this process, not in a child, so that signals and the exit code need no forwarding.
  await import(pathToFileURL(entry).href)
}

/**
 * What Node compiles is kept, and so are the sources without their types: the next start takes half the processor time
 * and 20 MB less, because nothing loads the compiler of types. Written once the start is over, for a process may be killed.
 */
function keepCompiled() {
  module.enableCompileCache?.(path.join(root, 'node_modules/.cache/compiled'))
  setTimeout(() => module.flushCompileCache?.(), 3_000).unref()
}

/**
 * npm hands SIGTERM to the shell that it starts, and a plain `sh` dies of it without a word to its child:
 * the server would live on, holding its port. So the end of the parent counts as the signal.
 */
function endWithParent() {
  if (process.env.npm_lifecycle_event === undefined) return
  const parent = process.ppid
  const watch = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(watch)
    process.kill(process.pid, 'SIGTERM')
  }, 200)
  watch.unref()
}

/** Compares the lockfile with what npm says it has unpacked, so that a package added by hand does not count as missing. */
function isInstalled(development) {
  const wanted = readPackages('package-lock.json')
  const present = readPackages('node_modules/.package-lock.json')
  if (!wanted)
    throw new LaunchError('Cannot install packages: package-lock.json is missing or broken. Restore it with git.')
  if (!present) return false
  return Object.entries(wanted).every(([location, { version, integrity, link, optional, devOptional, dev }]) => {
    if (!location.includes('node_modules/')) return true
    if ((dev || devOptional) && !development) return true
    const found = present[location]
    if (!found) return Boolean(optional || devOptional)
    return link ? found.link === true : found.version === version && found.integrity === integrity
  })
}

function readPackages(file) {
  try {
    return JSON.parse(readFileSync(path.join(root, file), 'utf8')).packages
  } catch {
    return undefined
  }
}

function install() {
  console.log('Installing packages …')
  // Development packages are asked for by name, or NODE_ENV=production would leave them out at every start.
  const given = ['ci', '--no-audit', '--no-fund', '--loglevel=error', '--include=dev', '--include=optional']
  const npm = process.env.npm_execpath
  const options = { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 64 * 1024 * 1024 }
  const done = npm?.endsWith('.js')
    ? spawnSync(process.env.npm_node_execpath ?? process.execPath, [npm, ...given], options)
    : spawnSync('npm', given, { ...options, shell: process.platform === 'win32' })
  if (done.status === 0) return
  const said = [done.error?.message, done.stderr, done.stdout].filter(Boolean).join('\n').trim()
  throw new LaunchError(
    `Cannot install packages: npm ci failed. Its words:\n${said || `(none, it ended by ${done.signal ?? done.status})`}`,
  )
}

function pinnedNode() {
  const file = process.platform === 'win32' ? 'node.exe' : 'node'
  const platform = process.platform === 'win32' ? 'win' : process.platform
  const places = [`node-${platform}-${process.arch}/bin/${file}`, `.bin/${file}`]
  const found = places.map((place) => path.join(root, 'node_modules', place)).find((place) => runs(place))
  if (found) return found
  throw new LaunchError(
    `Cannot run on Node ${process.versions.node}: Node ${wantedMajor} or later is needed, and the lockfile brings none for ` +
      `${process.platform}-${process.arch}. Install it from https://nodejs.org and try again.`,
  )
}

/** A binary for another C library is there but does not run; one that is too old would restart for ever. */
function runs(binary) {
  if (!existsSync(binary)) return false
  const said = spawnSync(binary, ['--version'], { encoding: 'utf8' })
  return said.status === 0 && majorOf(said.stdout.trim().slice(1)) >= wantedMajor
}

function majorOf(version) {
  return Number(version.split('.')[0])
}

/** Starts over on another Node, hands signals on and ends as it ends. */
function restart(node) {
  const child = spawn(node, process.argv.slice(1), { stdio: 'inherit' })
  for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT']) {
    process.on(signal, () => {
      // A terminal sends Ctrl-C to the child as well: handed on, it would look like a second, impatient one.
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal)
    })
  }
  child.on('error', (error) => {
    console.error(`Cannot start ${node}: ${error.message}`)
    process.exitCode = 1
  })
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1)
    process.removeAllListeners(signal)
    process.kill(process.pid, signal)
  })
}
