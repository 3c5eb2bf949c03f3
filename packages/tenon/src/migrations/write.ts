import { access, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { UsageError } from '../core/errors.ts'
import { RevisionGraph } from './graph.ts'
import type { Revision } from './revision.ts'
import { resolveTarget } from './target.ts'

export interface NewRevision {
  /** What it does, in a few words: its name and its first line come from that. */
  readonly message: string
  /** The parent, or `base`; the one head unless given. */
  readonly head?: string
  /** Lets it go out from a revision that others go out from already. */
  readonly splice?: boolean
  /** Revisions that must be applied before it without being its parents. */
  readonly dependsOn?: readonly string[]
}

export interface RevisionPlace {
  readonly file: string
  /** Its parents' ids; none: it is a base. */
  readonly revises: readonly string[]
  readonly dependsOn: readonly string[]
}

export interface RevisionText extends NewRevision {
  readonly up: string
  readonly down: string
  /** Behind the markers: ` transaction:false`, or nothing. */
  readonly options?: { readonly up?: string; readonly down?: string }
}

/** Writes a revision whose sections are still to be written. Resolves to the file's path. */
export function writeEmptyRevision(
  folder: string,
  revisions: readonly Revision[],
  wanted: NewRevision,
): Promise<string> {
  return writeRevisionFile(folder, revisions, { ...wanted, up: '', down: '' })
}

/** Where a new revision's file goes, and what it comes after. Throws UsageError where that is not clear. */
export function placeNewRevision(folder: string, revisions: readonly Revision[], wanted: NewRevision): RevisionPlace {
  const graph = new RevisionGraph(revisions)
  return {
    file: fileFor(folder, revisions, wanted.message),
    revises: parentsFor(graph, wanted),
    dependsOn: (wanted.dependsOn ?? []).map((part) => resolveTarget(graph, part).id),
  }
}

/** Writes a revision's file beside the others, with what it comes after. Resolves to the file's path. */
export async function writeRevisionFile(
  folder: string,
  revisions: readonly Revision[],
  wanted: RevisionText,
): Promise<string> {
  return await writeAt(placeNewRevision(folder, revisions, wanted), wanted)
}

/** Writes the revision that joins two heads. Resolves to the file's path. */
export function writeMerge(
  folder: string,
  revisions: readonly Revision[],
  heads: readonly string[],
  message: string,
): Promise<string> {
  const place = { file: fileFor(folder, revisions, message), revises: heads, dependsOn: [] }
  return writeAt(place, { message, up: '', down: '' })
}

function fileFor(folder: string, revisions: readonly Revision[], message: string): string {
  return join(folder, `${freeTime(revisions)}_${slugOf(message)}.sql`)
}

async function writeAt(
  { file, revises, dependsOn }: RevisionPlace,
  { message, up, down, options = {} }: RevisionText,
): Promise<string> {
  const lines = [
    `-- ${message.trim().replace(/\s*\n\s*/g, '\n-- ')}`,
    `-- migrate:revises ${revises.join(', ') || 'base'}`,
    ...(dependsOn.length > 0 ? [`-- migrate:depends-on ${dependsOn.join(', ')}`] : []),
    '',
    `-- migrate:up${options.up ?? ''}`,
    up.trimEnd(),
    '',
    `-- migrate:down${options.down ?? ''}`,
    down.trimEnd(),
  ]
  await writeFile(file, `${lines.join('\n').trimEnd()}\n`, { flag: 'wx' })
  return file
}

function parentsFor(graph: RevisionGraph, { head, splice = false }: NewRevision): readonly string[] {
  if (head === 'base') return []
  if (head === undefined) return graph.heads.length === 0 ? [] : [theHead(graph).id]
  const parent = resolveTarget(graph, head)
  if (splice || graph.heads.includes(parent)) return [parent.id]
  throw new UsageError(
    `Cannot write a revision after ${parent.id}: ${graph.childrenOf(parent.id).join(', ')} comes after it already, so ` +
      'there would be a second head. Add --splice if that is meant.',
  )
}

function theHead(graph: RevisionGraph): Revision {
  const [head, another] = graph.heads
  if (head && !another) return head
  throw new UsageError(
    `Cannot write a revision: there are ${graph.heads.length} heads, ${graph.heads.map(({ id }) => id).join(', ')}. ` +
      'Join them with tenon migrate merge, or say which by --head.',
  )
}

/** This second in UTC; after the newest revision there is, where a clock was ahead: what says nothing comes after the one before it. */
function freeTime(revisions: readonly Revision[]): string {
  const newest =
    revisions
      .map(({ id }) => id.slice(0, 15))
      .toSorted()
      .at(-1) ?? ''
  for (let time = Math.max(Date.now(), toTime(newest)); ; time += 1000) {
    const text = new Date(time).toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '_')
    if (text > newest) return text
  }
}

/** `20261125_093000`; 0 for nothing. */
function toTime(stamp: string): number {
  const text = stamp.replace(/^(....)(..)(..)_(..)(..)(..)$/, '$1-$2-$3T$4:$5:$6Z')
  return text === '' ? 0 : Date.parse(text)
}

/** `Add due dates!` → `add_due_dates` */
function slugOf(message: string): string {
  const words = message
    .normalize('NFKD')
    .toLowerCase()
    .match(/[a-z0-9]+/g)
  const slug = words?.join('_').slice(0, 60).replace(/_+$/, '')
  if (slug) return slug
  throw new UsageError(`Cannot name a revision "${message}": there is no letter or digit in it. Say what it does.`)
}

/** Makes the folder and a commented configuration where there are none. Resolves to the files and folders it made. */
export async function initMigrations(folder: string): Promise<readonly string[]> {
  const made: string[] = []
  for (const [path, make] of [
    [join(folder, 'migrations'), (path: string) => mkdir(path)],
    [join(folder, 'tenon.config.ts'), (path: string) => writeFile(path, configuration, { flag: 'wx' })],
  ] as const) {
    const isThere = await access(path).then(
      () => true,
      () => false,
    )
    if (isThere) continue
    await make(path)
    made.push(path)
  }
  return made
}

// Its imports are the application's, by the names that this package has outside.
const name = 'tenon'
const configuration = `import { defineConfig } from '${name}/cli'
import { openPostgres } from '${name}/database'

export const config = defineConfig({
  // What \`tenon dev\` starts.
  entry: './src/main.ts',
  // Where the revisions are: one .sql file for each step, with a way up and a way down.
  migrations: './migrations',
  // The models that revisions are written from: [User, Task].
  models: [],
  // Tables that belong to somebody else and are left alone: ['spatial_ref_sys'].
  unmanaged: [],
  // The database that the commands work on. Migrations need the server's own address, not a pooler's.
  open: () => openPostgres({ url: process.env.DATABASE_URL ?? 'postgres://postgres@localhost:5432/postgres' }),
})
`
