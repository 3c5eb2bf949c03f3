import { columnRules } from './columns.ts'
import { constraintRules } from './constraints.ts'
import { dropRules } from './drops.ts'
import { indexRules } from './indexes.ts'
import { measuredRules } from './measured.ts'
import { nameRules } from './names.ts'
import { renameRules } from './renames.ts'
import type { Rule } from './rule.ts'
import { transactionRules } from './transactions.ts'
import { typeRules } from './types.ts'

export const statementRules: readonly Rule[] = [
  ...indexRules,
  ...constraintRules,
  ...columnRules,
  ...renameRules,
  ...dropRules,
  ...transactionRules,
  ...typeRules,
  ...nameRules,
]

/** Names of every rule that a comment may silence. */
export const ruleNames: ReadonlySet<string> = new Set([...statementRules, ...measuredRules].map(({ name }) => name))
