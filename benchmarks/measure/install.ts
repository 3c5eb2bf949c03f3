import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Contestant, peersFolder, pythonFolder } from '../contestants.ts'
import type { Progress } from '../report/progress.ts'

type Say = Progress['step']

const npm = process.env.npm_execpath
export const python = join(pythonFolder, '.venv', 'bin', 'python')

/** Installs and compiles what these contestants need. Answers those that can run; the remarks say why another cannot. */
export function install(wanted: readonly Contestant[], { step, remark }: Progress): Contestant[] {
  if (wanted.some(({ needs }) => needs === 'node')) installNode(step)
  const hasPython = wanted.some(({ needs }) => needs === 'python') && installPython(step, remark)
  return wanted.filter((one) => {
    if (one.needs === 'python' && !hasPython) return false
    try {
      if (one.isCompiled) compile(one.folder, step)
      return true
    } catch (error) {
      remark(`${one.title} is left out: ${(error as Error).message}`)
      return false
    }
  })
}

function installNode(say: Say): void {
  once(join(peersFolder, 'node_modules'), [join(peersFolder, 'package-lock.json')], () => {
    say('Installing the Node peers …')
    // No package here needs its install script, so none is run.
    const given = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
    if (npm?.endsWith('.js')) run(process.execPath, [npm, ...given], peersFolder)
    else run('npm', given, peersFolder)
  })
}

/** Python is another ecosystem, which a machine may lack: then its peer is left out and said to be. */
function installPython(say: Say, remark: Say): boolean {
  const lock = join(pythonFolder, 'requirements.lock')
  try {
    once(join(pythonFolder, '.venv'), [lock], () => {
      say('Installing the Python peer …')
      run('python3', ['-m', 'venv', '.venv'], pythonFolder)
      run(python, ['-m', 'pip', 'install', '--quiet', '--require-hashes', '-r', lock], pythonFolder)
    })
    return true
  } catch (error) {
    remark(`The Python peer is left out: ${(error as Error).message}`)
    return false
  }
}

function compile(folder: string, say: Say): void {
  const sources = globSync('**/*.{ts,json}', { cwd: folder, exclude: ['dist/**'] }).sort()
  once(
    join(folder, 'dist'),
    sources.map((file) => join(folder, file)),
    () => {
      say(`Compiling ${folder.slice(peersFolder.length + 1)} …`)
      run(process.execPath, [join(peersFolder, 'node_modules/typescript/bin/tsc'), '-p', folder], folder)
    },
  )
}

/** Does the work unless it was done for these very files; what it makes stands in the folder. */
function once(folder: string, inputs: readonly string[], work: () => void): void {
  const hash = createHash('sha256')
  for (const file of inputs) hash.update(readFileSync(file))
  const wanted = hash.digest('hex')
  const stamp = join(folder, '.made-from')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  work()
  writeFileSync(stamp, wanted)
}

function run(command: string, given: readonly string[], folder: string): void {
  const { status, error, stdout, stderr } = spawnSync(command, given, { cwd: folder, encoding: 'utf8' })
  if (status === 0) return
  const words = [error?.message, stderr, stdout].filter(Boolean).join('\n').trim()
  throw new Error(`Cannot run ${command} ${given[0]} in ${folder}: ${words.slice(-2000)}`)
}
