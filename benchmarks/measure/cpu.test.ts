import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, it } from 'node:test'
import { cpuOf, parentOf, residentMemoryOf } from './cpu.ts'

const burn = 'const end = process.cpuUsage().user + 300_000; while (process.cpuUsage().user < end);'

/** A process that uses 300 ms of CPU itself, lets a child use as much and end, and then waits. */
const parent = `
  ${burn}
  require('node:child_process').execFileSync(process.execPath, ['-e', ${JSON.stringify(burn)}])
  console.log('done')
  setInterval(() => {}, 1000)`

describe('cpuOf', { skip: process.platform === 'linux' ? false : 'there is no /proc' }, () => {
  it('counts a process, and its children also when they have ended', async () => {
    const child = spawn(process.execPath, ['-e', parent], { stdio: ['ignore', 'pipe', 'inherit'] })
    try {
      await once(child.stdout, 'data')
      const id = child.pid ?? 0
      assert.equal(parentOf(id), process.pid)
      assert.ok(cpuOf(id) >= 580, `${cpuOf(id)} ms`)
      assert.ok(cpuOf(process.pid) >= cpuOf(id))
      assert.ok(residentMemoryOf(id) > 10e6)
    } finally {
      child.kill('SIGKILL')
    }
  })

  it('says that a process has ended', () => {
    assert.throws(() => cpuOf(2 ** 30), /has ended/)
  })
})
