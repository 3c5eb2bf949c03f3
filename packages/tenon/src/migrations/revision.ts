import { createHash } from 'node:crypto'
import { UsageError } from '../core/errors.ts'
import { readHeader, readMarker, type SectionName } from './markers.ts'
import { splitStatements } from './statements.ts'

/** One step of a schema, and its way back. */
export interface Revision {
  /** `20261125_093000_add_due_dates`: the file's name without `.sql`. */
  readonly id: string
  /** Where it was read from, for messages. */
  readonly file: string
  /** SHA-256 over the file's text with LF line ends, in hex. */
  readonly checksum: string
  /** Its parents, none for a base; undefined where the file does not say: then it is the one before it in time. */
  readonly revises: readonly string[] | undefined
  /** What must be applied before it without being its parent. */
  readonly dependsOn: readonly string[]
  /** Older revisions that it stands for, the last of them last: a database that has that one has this one. */
  readonly replaces: readonly string[]
  readonly up: Section
  readonly down: Section
  /** Why it cannot be taken back, where its author says so by `-- irreversible: <reason>` in its down section. */
  readonly irreversible: string | undefined
}

/** SQL and the line of the file on which it begins. */
export interface Section {
  readonly sql: string
  readonly line: number
  /** False where it runs statement by statement, each with its line of progress: `-- migrate:up transaction:false`. */
  readonly transaction: boolean
}

/** Reads a revision's text. Throws UsageError with file and line. */
export function parseRevision(file: string, id: string, text: string): Revision {
  const normal = text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n')
  const lines = normal.split('\n')
  const { revises, dependsOn, replaces } = readHeader(file, id, lines)
  const sections = splitSections(file, lines)
  const up = sections.get('up')
  const down = sections.get('down')
  if (up === undefined) throw problem(file, 1, 'it has no section "-- migrate:up". Add one.')
  if (down === undefined) throw problem(file, 1, 'it has no section "-- migrate:down". Add one.')
  const isMerge = revises !== undefined && revises.length > 1
  const irreversible = /^--\s*irreversible:\s*(\S.*)$/m.exec(down.sql)?.[1]
  if (!isMerge) refuseEmpty(file, up, down, irreversible)
  for (const section of [up, down]) checkStatements(file, section)
  return {
    id,
    file,
    checksum: createHash('sha256').update(normal).digest('hex'),
    revises,
    dependsOn,
    replaces,
    up,
    down,
    irreversible,
  }
}

function refuseEmpty(file: string, up: Section, down: Section, irreversible: string | undefined): void {
  if (!hasStatements(up.sql)) throw problem(file, up.line, 'its section "-- migrate:up" is empty. Write the SQL there.')
  if (hasStatements(down.sql) || irreversible !== undefined) return
  const advice = 'Write the SQL that takes it back, or "-- irreversible: <reason>".'
  throw problem(file, down.line, `its section "-- migrate:down" is empty. ${advice}`)
}

function splitSections(file: string, lines: readonly string[]): Map<SectionName, Section> {
  const sections = new Map<SectionName, Section>()
  let current: { name: SectionName; line: number; transaction: boolean; sql: string[] } | undefined
  const close = () => {
    if (current === undefined) return
    const { name, line, transaction, sql } = current
    sections.set(name, { sql: sql.join('\n'), line, transaction })
  }
  for (const [index, content] of lines.entries()) {
    const marker = readMarker(file, index + 1, content, current !== undefined)
    if (marker?.kind === 'section') {
      const { name, transaction } = marker
      close()
      if (sections.has(name))
        throw problem(file, index + 1, `it has a second section "-- migrate:${name}". Join the two.`)
      current = { name, line: index + 2, transaction, sql: [] }
    } else if (current) {
      current.sql.push(content)
    } else if (!/^\s*(--.*)?$/.test(content)) {
      throw problem(file, index + 1, 'there is SQL before the section "-- migrate:up". Move it into a section.')
    }
  }
  close()
  return sections
}

/** In a transaction, what PostgreSQL reads is PostgreSQL's affair: older files must stay readable whatever is in them. */
function checkStatements(file: string, section: Section): void {
  if (!section.transaction) {
    splitStatements(section, file)
    return
  }
  const index = section.sql.split('\n').findIndex((line) => /^--\s*migrate:/.test(line))
  if (index < 0) return
  const reason = '"-- migrate:batch" stands in a section that runs in one transaction, where batches end nothing early.'
  throw problem(file, section.line + index, `${reason} Write transaction:false behind the section's marker.`)
}

function hasStatements(sql: string): boolean {
  return /[^\s;]/.test(sql.replace(/--.*$/gm, '').replace(/\/\*[\s\S]*?\*\//g, ''))
}

function problem(file: string, line: number, reason: string): UsageError {
  return new UsageError(`Cannot read the revision ${file}:${line}: ${reason}`)
}
