import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { UsageError } from 'tenon/http'

/** The signing key while developing: made once and kept in the data folder, so that tokens outlive a restart. */
export function developmentSecret(environment: string, folder: string): string {
  if (environment !== 'development') return randomBytes(32).toString('hex')
  const file = join(folder, 'jwt-secret')
  try {
    return readFileSync(file, 'utf8').trim()
  } catch {
    return makeSecret(folder, file)
  }
}

function makeSecret(folder: string, file: string): string {
  const secret = randomBytes(32).toString('hex')
  try {
    mkdirSync(folder, { recursive: true })
    writeFileSync(file, `${secret}\n`, { mode: 0o600, flag: 'wx' })
    return secret
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return readFileSync(file, 'utf8').trim()
    throw new UsageError(
      `Cannot use the data folder ${folder}: ${(error as Error).message}. Set DATA_DIR to a folder that can be written.`,
      { cause: error },
    )
  }
}
