import { randomBytes } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { constants, zstdCompress, zstdDecompress } from 'node:zlib'
import type { PGlite } from '@electric-sql/pglite'

const compress = promisify(zstdCompress)
const decompress = promisify(zstdDecompress)

/** The user's own folder for what can be made again; nobody else writes there. */
async function templateFile(): Promise<string> {
  const base = process.env.XDG_CACHE_HOME || join(homedir(), '.cache')
  return join(base, 'tenon', `pglite-${await versionOfEngine()}.tar.zst`)
}

async function versionOfEngine(): Promise<string> {
  const description = new URL('../package.json', import.meta.resolve('@electric-sql/pglite'))
  return (JSON.parse(await readFile(description, 'utf8')) as { readonly version: string }).version
}

/** An empty cluster as it was after its making, which takes twenty times longer than reading it; undefined where none is kept. */
export async function readTemplate(): Promise<Blob | undefined> {
  try {
    return new Blob([await decompress(await readFile(await templateFile()))], { type: 'application/x-tar' })
  } catch {
    // There is none, or it is damaged: its checksum does not fit.
    return undefined
  }
}

/** Keeps a new cluster for the next time. Where that cannot be done, the next time takes longer. */
export async function keepTemplate(engine: PGlite): Promise<void> {
  const file = await templateFile()
  const part = `${file}.${randomBytes(4).toString('hex')}`
  try {
    const dump = Buffer.from(await (await engine.dumpDataDir('none')).arrayBuffer())
    const packed = await compress(dump, { params: { [constants.ZSTD_c_checksumFlag]: 1 } })
    await mkdir(dirname(part), { recursive: true })
    await writeFile(part, packed)
    // At once or not at all: another process may read it now.
    await rename(part, file)
  } catch {
    await rm(part, { force: true }).catch(() => {})
  }
}
