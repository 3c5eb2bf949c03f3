import type { ScanToken } from 'libpg-query'
import { isComment, linesBefore, scanSql } from '../parse-sql.ts'
import type { Section } from '../revision.ts'

/** A comment that silences rules, in Squawk's spelling: `-- squawk-ignore ban-drop-column, renaming-table`. */
export interface Ignore {
  /** None: all of them. */
  readonly rules: readonly string[]
  readonly line: number
  /** `squawk-ignore-file` */
  readonly everywhere: boolean
}

const pattern = /^(?:--|\/\*)\s*squawk-ignore(-file)?(?:\s+([^*]*?))?\s*(?:\*\/)?$/

export async function findIgnores({ sql, line }: Section): Promise<Ignore[]> {
  return (await tokensOf(sql)).filter(isComment).flatMap((token): Ignore[] => {
    const match = pattern.exec(token.text.trim())
    if (!match) return []
    const [, file, list = ''] = match
    const rules = (list.split('--')[0] ?? '')
      .split(/[\s,]+/)
      .filter(Boolean)
      .map((name) => (name === 'prefer-timestamptz' ? 'prefer-timestamp-tz' : name))
    return [{ rules, line: line + linesBefore(sql, token.start), everywhere: file !== undefined }]
  })
}

async function tokensOf(sql: string): Promise<readonly ScanToken[]> {
  try {
    return await scanSql(sql)
  } catch {
    // What cannot be read is reported of the statement that it is in.
    return []
  }
}
