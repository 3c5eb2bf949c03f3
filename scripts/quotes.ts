// The documentation quotes files that the tests run: `<!-- from examples/notes/app.ts -->` stands above such a block,
// `<!-- from apps/todo/src/tasks/model.ts: class Task -->` quotes from the line that holds the text to the next empty line.
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const quote = /<!-- from ([^\s:]+)(?:: (.+?))? -->\n\n?```(\w+)\n([\s\S]*?)```/g

/** Each Markdown file with its quotes as they should be. */
export function refreshed(): Map<string, { readonly now: string; readonly wanted: string }> {
  const files = globSync(['*.md', 'docs/**/*.md', 'examples/**/*.md', 'decisions/*.md'], { cwd: root })
  return new Map(
    files.map((file) => {
      const now = readFileSync(path.join(root, file), 'utf8')
      const wanted = now.replace(quote, (_, source: string, from: string | undefined, language: string) => {
        const named = from === undefined ? `<!-- from ${source} -->` : `<!-- from ${source}: ${from} -->`
        return `${named}\n\n\`\`\`${language}\n${quoted(source, from)}\`\`\``
      })
      return [file, { now, wanted }]
    }),
  )
}

/** A whole file, or the part that starts in the line that holds `from` and ends before an empty line. */
function quoted(source: string, from: string | undefined): string {
  const text = readFileSync(path.join(root, source), 'utf8')
  if (from === undefined) return text
  const lines = text.split('\n')
  const start = lines.findIndex((line) => line.includes(from))
  if (start < 0) throw new Error(`Cannot quote ${source}: no line of it holds "${from}".`)
  const length = lines.slice(start).indexOf('')
  const part = lines.slice(start, length < 0 ? undefined : start + length)
  const indent = Math.min(...part.map((line) => line.search(/\S/)))
  return `${part.map((line) => line.slice(indent)).join('\n')}\n`
}

if (import.meta.main) {
  for (const [file, { now, wanted }] of refreshed()) if (now !== wanted) writeFileSync(path.join(root, file), wanted)
}
