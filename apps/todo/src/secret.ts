import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeFolder } from 'tenon/database'
import { UsageError } from 'tenon/http'

/** The signing key while developing: made once and kept in the data folder, so that tokens outlive a restart. */
export function developmentSecret(environment: string, folder: string): string {
  if (environment !== 'development') return randomBytes(32).toString('hex')
  const file = join(folder, 'jwt-secret')
  return existsSync(file) ? readSecret(file) : makeSecret(folder, file)
}

function readSecret(file: string): string {
  let secret = ''
  try {
    secret = readFileSync(file, 'utf8').trim()
  } catch (error) {
    throw new UsageError(`Cannot read ${file}: ${(error as Error).message}. Make it readable, or remove it.`, {
      cause: error,
    })
  }
  if (/^[0-9a-f]{64}$/.test(secret)) return secret
  throw new UsageError(`Cannot use ${file}: it holds no key. Remove it, and the next start makes one.`)
}

function makeSecret(folder: string, file: string): string {
  const secret = randomBytes(32).toString('hex')
  try {
    makeFolder(folder)
    writeFileSync(file, `${secret}\n`, { mode: 0o600, flag: 'wx' })
    return secret
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return readSecret(file)
    throw new UsageError(
      `Cannot use the data folder ${folder}: ${(error as Error).message}. Set DATA_DIR to a folder that can be written.`,
      { cause: error },
    )
  }
}
