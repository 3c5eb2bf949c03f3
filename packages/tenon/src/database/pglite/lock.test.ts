import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { lockFile } from './lock.ts'

describe('lockFile', () => {
  it('lets one of sixteen processes in, and none after another until it is dead', async (test) => {
    const folder = mkdtempSync(join(tmpdir(), 'tenon-'))
    test.after(() => rmSync(folder, { recursive: true }))
    const path = join(folder, 'lock')
    const module = JSON.stringify(new URL('lock.ts', import.meta.url).href)
    const script = `
      import { lockFile } from ${module}
      const lock = lockFile(${JSON.stringify(path)})
      process.stdout.write(lock ? 'in' : 'out')
      setInterval(() => lock, 1000)`
    const children = Array.from({ length: 16 }, () =>
      spawn(process.execPath, ['--input-type=module', '--eval', script], { stdio: ['ignore', 'pipe', 'inherit'] }),
    )
    const answers = await Promise.all(
      children.map(
        (child) => new Promise<string>((resolve) => child.stdout.once('data', (data) => resolve(`${data}`))),
      ),
    )
    assert.deepEqual(answers.toSorted(), ['in', ...Array.from({ length: 15 }, () => 'out')])
    assert.equal(lockFile(path), undefined)
    const closed = children.map((child) => new Promise((resolve) => child.once('close', resolve)))
    for (const child of children) child.kill('SIGKILL')
    await Promise.all(closed)
    const lock = lockFile(path)
    assert.ok(lock)
    assert.equal(lockFile(path), undefined)
    lock.release()
    lockFile(path)?.release()
  })
})
