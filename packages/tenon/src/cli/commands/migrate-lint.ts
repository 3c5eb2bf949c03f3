import { relative } from 'node:path'
import { RevisionGraph } from '../../migrations/graph.ts'
import type { Finding } from '../../migrations/lint/lint.ts'
import { lintRevisions } from '../../migrations/lint/lint-revisions.ts'
import { describeProof } from '../../migrations/prove.ts'
import { proveRevision } from '../../migrations/prove-revision.ts'
import type { Revision } from '../../migrations/revision.ts'
import { findRevision, resolveTarget } from '../../migrations/target.ts'
import { loadConfig } from '../config.ts'
import { countOf, formatDuration, type Terminal } from '../terminal.ts'
import { type Place, printJson, readFolder } from './migrations.ts'

interface LintOptions extends Place {
  /** Files or parts of ids; the heads unless given. */
  readonly names?: readonly string[]
  readonly all?: boolean
  /** Takes warnings for errors. */
  readonly strict?: boolean
  readonly json?: boolean
}

/**
 * `tenon migrate lint`: what of the ways up would hold up or break a service. Resolves to false where there are errors,
 * or warnings where it is `strict`.
 */
export async function migrateLint({
  folder,
  terminal,
  names = [],
  all = false,
  strict = false,
  json = false,
}: LintOptions): Promise<boolean> {
  const { revisions } = await readFolder(folder)
  const named = names.map((name) => findRevision(revisions, toId(name)))
  const started = performance.now()
  const outcome = await lintRevisions(revisions, { only: all ? revisions : named.length > 0 ? named : undefined })
  const findings = outcome.findings.map((finding) => ({ ...finding, file: relative(folder, finding.file) }))
  const errors = findings.filter(({ severity }) => severity === 'error').length
  const failing = strict ? findings.length : errors
  if (json) {
    printJson(terminal, { linted: outcome.linted.map(({ id }) => id), findings, notMeasured: outcome.notMeasured })
    return failing === 0
  }
  for (const finding of findings) tell(terminal, finding)
  for (const one of outcome.notMeasured) terminal.write(terminal.paint('yellow', `Not measured: ${one}`))
  const found = `${countOf(errors, 'error')}, ${countOf(findings.length - errors, 'warning')}`
  const time = formatDuration(performance.now() - started)
  terminal.write(`${found} in ${countOf(outcome.linted.length, 'revision')} after ${time}.`)
  if (failing > 0) terminal.write('Where one is meant so, write "-- squawk-ignore <rule>" above the statement.')
  return failing === 0
}

function tell(terminal: Terminal, { file, line, severity, rule, message }: Finding): void {
  const style = severity === 'error' ? 'red' : 'yellow'
  terminal.write(`${file}:${line} ${terminal.paint(style, severity)} ${terminal.paint('bold', rule)}`)
  terminal.write(`  ${message}`)
}

interface ProveOptions extends Place {
  /** A part of an id; the one head unless given. */
  readonly name?: string | undefined
  readonly json?: boolean
}

/** `tenon migrate prove`: a revision up, down and up again, with rows. Resolves to false where it is not proven. */
export async function migrateProve({ folder, terminal, name = 'head', json = false }: ProveOptions): Promise<boolean> {
  const { models, unmanaged } = await loadConfig(folder)
  const { revisions } = await readFolder(folder)
  const revision = find(revisions, name)
  const proof = await proveRevision(revisions, revision, { models, unmanaged })
  if (json) {
    printJson(terminal, { id: revision.id, ...proof })
    return proof.proven
  }
  terminal.write(terminal.paint('bold', revision.id))
  const [verdict, ...rest] = describeProof(proof)
  terminal.write(terminal.paint(proof.proven ? 'green' : 'red', verdict ?? ''))
  for (const line of rest) terminal.write(terminal.paint('yellow', line))
  return proof.proven
}

function find(revisions: readonly Revision[], name: string): Revision {
  const graph = new RevisionGraph(revisions)
  return name === 'head' ? graph.oneHead('prove') : resolveTarget(graph, toId(name))
}

/** `migrations/20261125_093000_add.sql` → `20261125_093000_add` */
function toId(name: string): string {
  return name.replace(/^.*[/\\]/, '').replace(/\.sql$/, '')
}
