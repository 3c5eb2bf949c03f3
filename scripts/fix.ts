// Brings the documentation's quotes up to date, formats everything and applies the linter's safe corrections.
import { run } from './process.ts'

await run('quotes', [])

const result = await run('biome', ['check', '--write', ...process.argv.slice(2)])
process.stdout.write(result.output)
process.exitCode = result.code
