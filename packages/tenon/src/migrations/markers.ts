import { UsageError } from '../core/errors.ts'

export type SectionName = 'up' | 'down'

/** A line `-- migrate:…`. What stands in a header is read by `readHeader`, a batch with its statement. */
export type Marker =
  | { readonly kind: 'section'; readonly name: SectionName; readonly transaction: boolean }
  | { readonly kind: 'header' | 'batch' }

export interface Header {
  readonly revises: readonly string[] | undefined
  readonly dependsOn: readonly string[]
  readonly replaces: readonly string[]
}

const pattern = /^--\s*migrate:(.*)$/
const headerMarkers = ['revises', 'depends-on', 'replaces']
const idPattern = /^\d{8}_\d{6}_[a-z0-9]+(?:_[a-z0-9]+)*$/

/** Reads a line; undefined where it is no marker. Throws UsageError where one is mistyped or misplaced. */
export function readMarker(file: string, line: number, content: string, isInSection: boolean): Marker | undefined {
  const marker = pattern.exec(content)?.[1]?.trim()
  if (marker === undefined) {
    if (isInSection || !/^\s+--\s*migrate:/.test(content)) return undefined
    throw problem(file, line, `"${content.trim()}" does not begin its line. Move it there.`)
  }
  const [name = '', ...rest] = marker.split(/\s+/)
  if (name === 'up' || name === 'down') {
    return { kind: 'section', name, transaction: readTransaction(file, line, name, rest) }
  }
  if (headerMarkers.includes(name)) {
    if (!isInSection) return { kind: 'header' }
    throw problem(file, line, `"-- migrate:${name}" stands inside a section. Move it above "-- migrate:up".`)
  }
  if (name === 'batch') {
    if (isInSection) return { kind: 'batch' }
    throw problem(file, line, '"-- migrate:batch" stands above the sections. Put it above the statement that it means.')
  }
  const known = 'up, down, revises, depends-on, replaces and batch'
  throw problem(file, line, `"-- migrate:${marker}" is not a section or another marker. There are ${known}.`)
}

/** The markers before the sections. Throws UsageError with file and line. */
export function readHeader(file: string, id: string, lines: readonly string[]): Header {
  const found = new Map<string, readonly string[]>()
  for (const [index, content] of lines.entries()) {
    const [, name, rest] = /^--\s*migrate:\s*(\S+)(.*)$/.exec(content) ?? []
    if (name === 'up' || name === 'down') break
    if (name === undefined || !headerMarkers.includes(name)) continue
    if (found.has(name)) throw problem(file, index + 1, `it has a second "-- migrate:${name}". Join the two.`)
    found.set(name, readIds(file, index + 1, id, name, rest ?? ''))
  }
  return {
    revises: found.get('revises'),
    dependsOn: found.get('depends-on') ?? [],
    replaces: found.get('replaces') ?? [],
  }
}

function readTransaction(file: string, line: number, name: SectionName, options: readonly string[]): boolean {
  if (options.length === 0) return true
  const [option] = options
  if (options.length === 1 && (option === 'transaction:false' || option === 'transaction:true')) {
    return option === 'transaction:true'
  }
  const given = `"-- migrate:${name} ${options.join(' ')}"`
  throw problem(file, line, `${given} has an option that there is not. It takes transaction:false, or nothing.`)
}

function readIds(file: string, line: number, id: string, name: string, rest: string): readonly string[] {
  const ids = rest.split(',').map((part) => part.trim())
  if (name === 'revises' && ids.length === 1 && ids[0] === 'base') return []
  for (const [index, one] of ids.entries()) {
    const what = `"-- migrate:${name}" names ${one === '' ? 'nothing' : `"${one}"`}`
    if (!idPattern.test(one)) {
      const base = name === 'revises' ? ' or base,' : ''
      throw problem(file, line, `${what}, which is not a revision. Write ids${base} separated by commas.`)
    }
    if (one === id) throw problem(file, line, `${what}, which is itself. Name the one before it.`)
    if (ids.indexOf(one) !== index) throw problem(file, line, `${what} twice. Take one out.`)
  }
  return ids
}

function problem(file: string, line: number, reason: string): UsageError {
  return new UsageError(`Cannot read the revision ${file}:${line}: ${reason}`)
}
