import type { Revision } from './revision.ts'

/** What a squashed revision is made of. */
export type Way =
  | { readonly from: 'schema'; readonly up: readonly string[]; readonly down: readonly string[] }
  | { readonly from: 'statements'; readonly transaction: boolean }

/** The file of a revision that stands for others. */
export function squashedText(id: string, replaced: readonly Revision[], way: Way): string {
  const final = replaced.findLast(({ irreversible }) => irreversible !== undefined)
  const ids = replaced.flatMap((revision) => [...revision.replaces, revision.id])
  const what = way.from === 'schema' ? 'the schema that they come to' : 'their own statements'
  return [
    `-- ${id.slice(16)}: ${replaced.length} revisions in one, ${what}.`,
    '-- migrate:revises base',
    `-- migrate:replaces ${ids.join(', ')}`,
    '',
    way.from === 'schema' ? `-- migrate:up\n${script(way.up)}` : ownSections(replaced, 'up', way.transaction),
    '',
    final
      ? `-- migrate:down\n-- irreversible: ${final.id}: ${final.irreversible}`
      : way.from === 'schema'
        ? `-- migrate:down\n${script(way.down)}`
        : ownSections(replaced.toReversed(), 'down', isTransactional(replaced, 'down') && way.transaction),
    '',
  ].join('\n')
}

function script(statements: readonly string[]): string {
  return statements.map((sql) => `${sql};`).join('\n\n')
}

function ownSections(revisions: readonly Revision[], direction: 'up' | 'down', transaction: boolean): string {
  const options = transaction ? '' : ' transaction:false'
  const parts = revisions.map((revision) => `-- ${revision.id}\n${ended(revision[direction].sql.trim())}`)
  return `-- migrate:${direction}${options}\n${parts.join('\n\n')}`
}

/** The last statement of a file may do without its semicolon; a comment behind it must not swallow one. */
function ended(sql: string): string {
  const lastLine = sql.split('\n').at(-1) ?? ''
  if (sql === '' || lastLine.trimEnd().endsWith(';')) return sql
  return lastLine.includes('--') ? `${sql}\n;` : `${sql};`
}

function isTransactional(revisions: readonly Revision[], direction: 'up' | 'down'): boolean {
  return revisions.every((revision) => revision[direction].transaction)
}
