// npm run bench: see README.md.
import process from 'node:process'
import { compare } from './compare.ts'
import { readOptions, WrongUsage } from './options.ts'
import { measurePauses } from './pauses.ts'
import { profile } from './profile.ts'
import { scale } from './scaling.ts'

try {
  const options = readOptions(process.argv.slice(2))
  if (options.work === 'profile') await profile(options)
  else if (options.work === 'pauses')
    await measurePauses({ rows: options.isWhole ? 500_000 : 50_000, isWhole: options.isWhole })
  else if (options.work === 'scaling') await scale(options)
  else await compare(options)
} catch (error) {
  if (!(error instanceof WrongUsage)) throw error
  console.error(error.message)
  process.exitCode = 2
}
