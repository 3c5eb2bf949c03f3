import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { UsageError } from '../core/errors.ts'
import type { Driver } from '../database/driver.ts'
import type { AnyModel } from '../model/infer.ts'

/** What the command line has to know of an application; paths start at the configuration's folder. */
export interface Config {
  /** The file that starts the service: `./src/main.ts`. */
  readonly entry: string
  /** The folder of the revisions: `./migrations`. */
  readonly migrations: string
  /** The models that revisions are written from. */
  readonly models?: readonly AnyModel[]
  /** Tables that belong to somebody else and are left alone. */
  readonly unmanaged?: readonly string[]
  /** Opens the database that the application's settings name. */
  open(): Driver | Promise<Driver>
}

const fileName = 'tenon.config.ts'

/** For `export const config = defineConfig({ … })` in tenon.config.ts. */
export function defineConfig(config: Config): Config {
  return config
}

/** Reads the folder's tenon.config.ts. Throws UsageError where there is none or it exports no `config`. */
export async function loadConfig(folder: string): Promise<Config> {
  const path = join(folder, fileName)
  if (!existsSync(path)) {
    throw new UsageError(`Cannot find ${fileName} in ${folder}. Run the command in the application's folder.`)
  }
  const { config } = (await import(pathToFileURL(path).href)) as { config?: unknown }
  if (isConfig(config)) return config
  throw new UsageError(
    `Cannot use ${path}: it does not export a const named config made by defineConfig({ entry, migrations, open }).`,
  )
}

function isConfig(value: unknown): value is Config {
  if (typeof value !== 'object' || value === null) return false
  const { entry, migrations, open } = value as Partial<Record<keyof Config, unknown>>
  return typeof entry === 'string' && typeof migrations === 'string' && typeof open === 'function'
}
