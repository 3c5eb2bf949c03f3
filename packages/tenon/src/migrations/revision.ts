import { createHash } from 'node:crypto'
import { UsageError } from '../core/errors.ts'

/** One step of a schema, and its way back. */
export interface Revision {
  /** `20261125_093000_add_due_dates`: the file's name without `.sql`. Revisions run in this order. */
  readonly id: string
  /** Where it was read from, for messages. */
  readonly file: string
  /** SHA-256 over the file's text with LF line ends, in hex. */
  readonly checksum: string
  readonly up: Section
  readonly down: Section
  /** Why it cannot be taken back, where its author says so by `-- irreversible: <reason>` in its down section. */
  readonly irreversible: string | undefined
}

/** SQL and the line of the file on which it begins. */
export interface Section {
  readonly sql: string
  readonly line: number
}

type SectionName = 'up' | 'down'

/** Reads a revision's text. Throws UsageError with file and line. */
export function parseRevision(file: string, id: string, text: string): Revision {
  const normal = text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n')
  const sections = splitSections(file, normal.split('\n'))
  const up = sections.get('up')
  const down = sections.get('down')
  if (up === undefined) throw problem(file, 1, 'it has no section "-- migrate:up". Add one.')
  if (down === undefined) throw problem(file, 1, 'it has no section "-- migrate:down". Add one.')
  if (!hasStatements(up.sql)) throw problem(file, up.line, 'its section "-- migrate:up" is empty. Write the SQL there.')
  const irreversible = /^--\s*irreversible:\s*(\S.*)$/m.exec(down.sql)?.[1]
  if (!hasStatements(down.sql) && irreversible === undefined) {
    const advice = 'Write the SQL that takes it back, or "-- irreversible: <reason>".'
    throw problem(file, down.line, `its section "-- migrate:down" is empty. ${advice}`)
  }
  return { id, file, checksum: createHash('sha256').update(normal).digest('hex'), up, down, irreversible }
}

function splitSections(file: string, lines: readonly string[]): Map<SectionName, Section> {
  const sections = new Map<SectionName, Section>()
  let current: { name: SectionName; line: number; sql: string[] } | undefined
  const close = () => {
    if (current) sections.set(current.name, { sql: current.sql.join('\n'), line: current.line })
  }
  for (const [index, content] of lines.entries()) {
    const name = readMarker(file, index + 1, content)
    if (name !== undefined) {
      close()
      if (sections.has(name))
        throw problem(file, index + 1, `it has a second section "-- migrate:${name}". Join the two.`)
      current = { name, line: index + 2, sql: [] }
    } else if (current) {
      current.sql.push(content)
    } else if (!/^\s*(--.*)?$/.test(content)) {
      throw problem(file, index + 1, 'there is SQL before the section "-- migrate:up". Move it into a section.')
    }
  }
  close()
  return sections
}

function readMarker(file: string, line: number, content: string): SectionName | undefined {
  const marker = /^--\s*migrate:(.*)$/.exec(content)?.[1]?.trim()
  if (marker === undefined || marker === 'up' || marker === 'down') return marker
  throw problem(file, line, `"-- migrate:${marker}" is not a section. Use "-- migrate:up" or "-- migrate:down".`)
}

function hasStatements(sql: string): boolean {
  return /[^\s;]/.test(sql.replace(/--.*$/gm, '').replace(/\/\*[\s\S]*?\*\//g, ''))
}

function problem(file: string, line: number, reason: string): UsageError {
  return new UsageError(`Cannot read the revision ${file}:${line}: ${reason}`)
}
