import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { UsageError } from '../../core/errors.ts'
import { loadConfig } from '../config.ts'

/** `tenon dev`: runs the entry and restarts it when a file that it imports changes. Resolves to its exit code. */
export async function dev({ folder }: { folder: string }): Promise<number> {
  const { entry } = await loadConfig(folder)
  if (!existsSync(join(folder, entry))) {
    throw new UsageError(`Cannot run ${entry}: there is no such file in ${folder}. Correct entry in tenon.config.ts.`)
  }
  const child = spawn(process.execPath, ['--watch', '--watch-preserve-output', entry], {
    cwd: folder,
    stdio: 'inherit',
  })
  const forward = (signal: NodeJS.Signals) => child.kill(signal)
  // A terminal sends Ctrl-C to the child as well; a second one would be taken as impatience.
  const interrupt = process.stdin.isTTY ? () => {} : forward
  process.on('SIGINT', interrupt).on('SIGTERM', forward).on('SIGHUP', forward)
  try {
    return await new Promise((resolve, reject) => {
      child.once('error', reject)
      child.once('close', (code) => resolve(code ?? 1))
    })
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', forward).off('SIGHUP', forward)
  }
}
