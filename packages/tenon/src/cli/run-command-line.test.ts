import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { Recorder } from '../../test/recorder.ts'
import { openPglite } from '../database/pglite/open-pglite.ts'
import { runCommandLine } from './run-command-line.ts'

const here = (path: string) => new URL(path, import.meta.url).href

describe('runCommandLine', () => {
  let root: string
  let application: string

  before(async () => {
    root = await mkdtemp(join(tmpdir(), 'tenon-'))
    const empty = await openPglite({ folder: join(root, 'empty') })
    await empty.close()
    application = await makeApplication('application')
  })
  after(() => rm(root, { recursive: true, force: true }))

  async function makeApplication(name: string): Promise<string> {
    const folder = join(root, name)
    await mkdir(join(folder, 'migrations'), { recursive: true })
    // A database that was made before: a new one takes seconds.
    await cp(join(root, 'empty'), join(folder, 'data'), { recursive: true })
    await writeFile(
      join(folder, 'tenon.config.ts'),
      `import { defineConfig } from '${here('config.ts')}'
       import { openPglite } from '${here('../database/pglite/open-pglite.ts')}'
       export const config = defineConfig({
         entry: './main.ts', migrations: './migrations', open: () => openPglite({ folder: '${join(folder, 'data')}' }),
       })`,
    )
    await writeFile(join(folder, 'migrations', '20260101_000000_one.sql'), revision('one'))
    await writeFile(join(folder, 'migrations', '20260102_000000_two.sql'), revision('two'))
    return folder
  }

  const run = async (words: string, { folder = application, answer }: { folder?: string; answer?: boolean } = {}) => {
    const terminal = new Recorder(answer)
    const code = await runCommandLine(words === '' ? [] : words.split(' '), folder, terminal)
    return { code, output: terminal.lines.join('\n'), complaint: terminal.complaints.join('\n') }
  }

  it('shows its commands', async () => {
    for (const words of ['', '--help', 'help']) {
      const { code, output } = await run(words)
      assert.equal(code, 0)
      assert.match(output, /^Usage: tenon <command>[\s\S]*\bdev\b[\s\S]*migrate upgrade/)
    }
    assert.doesNotMatch((await run('migrate')).output, /\bdev\b/)
    assert.match(
      (await run('migrate downgrade --help')).output,
      /^Usage: tenon migrate downgrade \[-N[\s\S]*--yes +Do not ask/,
    )
    assert.match((await run('--version')).output, /^\d+\.\d+\.\d+$/)
  })

  const mistakes = {
    'migarte upgrade': 'Cannot run tenon migarte: there is no such command. Did you mean tenon migrate?',
    'migrate upgrde': 'Cannot run tenon migrate upgrde: there is no such command. Did you mean tenon migrate upgrade?',
    serve: 'Cannot run tenon serve: there is no such command. See tenon --help.',
    '--hepl': 'Cannot run tenon --hepl: there is no such option. Did you mean tenon --help?',
    'migrate current --jsn': 'Cannot run tenon migrate current with --jsn: it has no such option. Did you mean --json?',
    'migrate current --json=1': 'Cannot give --json a value: it takes none.',
    'migrate upgrade --lock-timeout': 'Cannot take --lock-timeout without a value. Write --lock-timeout <ms>.',
    'migrate upgrade --lock-timeout soon': 'Cannot take --lock-timeout soon: it is a number of milliseconds.',
    'migrate upgrade --interrupted=maybe': 'Cannot take --interrupted maybe: it is repeat or skip.',
    'migrate upgrade --lok-timeout 5':
      'Cannot run tenon migrate upgrade with --lok-timeout: it has no such option. Did you mean --lock-timeout?',
    'migrate revision --empty': 'Cannot name it: no message is given. Add -m "what it does".',
    'migrate show': 'Cannot show: no revision is named. Write tenon migrate show <revision>.',
    'migrate upgrade one two': 'Cannot take "two" after tenon migrate upgrade: nothing more may follow.',
  }
  for (const [words, complaint] of Object.entries(mistakes)) {
    it(`answers "${words}" with one line and 2`, async () => {
      assert.deepEqual(await run(words), { code: 2, output: '', complaint })
    })
  }

  it('migrates up and down, and says what is next', async () => {
    const up = await run('migrate upgrade +1')
    assert.match(
      up.output,
      /^↑ 20260101_000000_one {2}\d+ ms\n1 revision applied in .*1 revision pending, next 20260102_000000_two\. Run tenon migrate upgrade\.$/,
    )
    assert.match((await run('migrate upgrade')).output, /1 revision applied in .* at the head, nothing is pending\.$/)
    assert.match((await run('migrate upgrade')).output, /^Nothing to apply in /)
    assert.match(
      (await run('migrate current')).output,
      /^20260102_000000_two, applied \d{4}-.* UTC by .*\nPGlite in .*nothing is pending\.$/,
    )
    assert.match(
      (await run('migrate downgrade base --yes')).output,
      /^↓ 20260102_000000_two .*\n↓ 20260101_000000_one .*\n2 revisions taken back/,
    )
    assert.match((await run('migrate current')).output, /^No revision is applied\.\n.*2 revisions pending/)
  })

  it('asks before it takes something back, and refuses where nobody can answer', async () => {
    await run('migrate upgrade')
    const unasked = await run('migrate downgrade')
    assert.equal(unasked.code, 1)
    assert.match(
      unasked.complaint,
      /^Cannot take back 1 revision of PGlite in .* unasked: what they hold is lost\. Add --yes\.$/,
    )
    const refused = await run('migrate downgrade -2', { answer: false })
    assert.match(
      refused.output,
      /^↓ 20260102_000000_two\n {2}loses data {2}line 4: drop table two\n↓ 20260101_000000_one\n.*\nTake back 2 revisions .*\nNothing was changed\.$/,
    )
    const agreed = await run('migrate downgrade', { answer: true })
    assert.match(agreed.output, /1 revision taken back/)
    await run('migrate downgrade base --yes')
  })

  it('prints JSON', async () => {
    const current = JSON.parse((await run('migrate current --json')).output)
    assert.deepEqual(current.pending, ['20260101_000000_one', '20260102_000000_two'])
    const history = JSON.parse((await run('migrate history --json')).output)
    assert.partialDeepStrictEqual(history[0], { id: '20260101_000000_one', state: 'pending', applied: null })
  })

  it('prints the message alone of an error that says what to do', async () => {
    assert.deepEqual(await run('migrate current', { folder: root }), {
      code: 1,
      output: '',
      complaint: `Cannot find tenon.config.ts in ${root}. Run the command in the application's folder.`,
    })
    assert.match((await run('migrate upgrade nothing')).complaint, /^Cannot find the revision nothing: .*\.$/)
    assert.match((await run('dev')).complaint, /^Cannot run \.\/main\.ts: there is no such file/)
  })

  it('prints the stack of an error that nobody foresaw', async () => {
    const folder = join(root, 'broken')
    await mkdir(folder)
    await writeFile(join(folder, 'tenon.config.ts'), 'null.x')
    const { code, complaint } = await run('migrate current', { folder })
    assert.equal(code, 1)
    assert.match(complaint, /^TypeError: [\s\S]*at .*tenon\.config\.ts/)
  })

  it('has no colours where its output is not a terminal, and passes its exit code on', async () => {
    const child = start(application, 'migrate', 'history')
    assert.match(await outputOf(child, /pending .*two\n/), /^pending {2}2026/)
    const mistaken = start(application, 'migrate', 'histroy')
    assert.equal((await once(mistaken, 'close'))[0], 2)
  })

  it('runs the application and restarts it when a file changes, until it is told to stop', async () => {
    const folder = await makeApplication('watched')
    await writeFile(join(folder, 'part.ts'), "export const part: string = 'first'")
    await writeFile(
      join(folder, 'main.ts'),
      `import { part } from './part.ts'
       process.on('SIGTERM', () => { console.log(part, 'ends'); process.exit(0) })
       console.log(part, 'runs')
       setInterval(() => {}, 1000)`,
    )
    const child = start(folder, 'dev')
    await outputOf(child, /first runs\n/)
    await writeFile(join(folder, 'part.ts'), "export const part: string = 'second'")
    await outputOf(child, /first ends\n[\s\S]*second runs\n/)
    // Editors save by renaming, again and again.
    for (const next of ['third', 'fourth']) {
      await writeFile(join(folder, 'part.ts.new'), `export const part: string = '${next}'`)
      await rename(join(folder, 'part.ts.new'), join(folder, 'part.ts'))
      await outputOf(child, new RegExp(`${next} runs\\n`))
    }
    child.kill('SIGTERM')
    await Promise.all([outputOf(child, /fourth ends\n/), once(child, 'close')])
  })
})

const outputs = new WeakMap<ChildProcess, { text: string }>()

function start(folder: string, ...words: string[]): ChildProcess {
  const main = new URL('main.ts', import.meta.url).pathname
  const child = spawn(process.execPath, [main, ...words], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
  const output = { text: '' }
  outputs.set(child, output)
  child.stdout?.on('data', (data) => {
    output.text += data
  })
  return child
}

async function outputOf(child: ChildProcess, awaited: RegExp): Promise<string> {
  const output = outputs.get(child)
  const deadline = Date.now() + 10_000
  while (!awaited.test(output?.text ?? '')) {
    assert.ok(Date.now() < deadline, `waited for ${awaited} in ${output?.text}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return output?.text ?? ''
}

function revision(name: string): string {
  return `-- migrate:up\ncreate table ${name} ();\n-- migrate:down\ndrop table ${name};\n`
}
