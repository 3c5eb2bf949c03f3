import type { Node } from 'libpg-query'
import { isComment, linesBefore, type ParsedSql, parseSql } from '../parse-sql.ts'
import type { Section } from '../revision.ts'
import { withCondition } from '../statements.ts'
import type { StatementTrace } from '../trace.ts'
import { findIgnores, type Ignore } from './ignores.ts'
import { measuredRules } from './measured.ts'
import type { Rule, Severity, Subject } from './rule.ts'
import { ruleNames, statementRules } from './rules.ts'
import { toSubject } from './subject.ts'

export interface Finding {
  /** Squawk's name where Squawk has the rule. */
  readonly rule: string
  readonly severity: Severity
  readonly file: string
  readonly line: number
  /** What is so, and what to do. */
  readonly message: string
  /** The rule in one sentence. */
  readonly why: string
}

/** A statement of a section, with the line of the file on which it begins. */
export interface LintStatement {
  readonly sql: string
  readonly line: number
  readonly batch?: unknown
}

export interface LintContext {
  readonly file: string
  /** Where the statements are from; its comments may silence rules. */
  readonly section: Section
}

/** Holds a section's statements against the rules. `traces` has a place for each; without one the syntax alone decides. */
export async function lint(
  statements: readonly LintStatement[],
  traces: readonly (StatementTrace | undefined)[],
  context: LintContext,
): Promise<Finding[]> {
  const ignores = await findIgnores(context.section)
  const used = new Set<string>()
  const findings: Finding[] = []
  const earlier: Node[] = []
  for (const [index, statement] of statements.entries()) {
    const relevant = ignores.filter(
      ({ line, everywhere }) => everywhere || isAbove(line, statement, statements[index - 1]),
    )
    const read = await readStatement(statement, context.file)
    if ('rule' in read) {
      findings.push(read)
      continue
    }
    for (const node of read.nodes) {
      const { transaction } = context.section
      const batched = statement.batch !== undefined
      const subject = toSubject(node, { tokens: read.tokens, trace: traces[index], transaction, batched, earlier })
      const found = check(subject, statement, read, context.file)
      findings.push(...found.filter(({ rule }) => !isIgnored(rule, relevant, used)))
      earlier.push(node)
    }
  }
  return [...findings, ...unused(ignores, used, context.file)].toSorted((one, other) => one.line - other.line)
}

function check(subject: Subject, statement: LintStatement, { tokens }: ParsedSql, file: string): Finding[] {
  const start = tokens.find((token) => !isComment(token))?.start ?? 0
  const apply = (rules: readonly Rule[]) =>
    rules.flatMap(({ name, severity, why, check }) =>
      check(subject).map((problem): Finding => {
        const line = statement.line + linesBefore(statement.sql, Math.max(problem.at ?? start, start))
        const message = `${problem.what} ${problem.cure}`
        return { rule: name, severity: problem.severity ?? severity, file, line, message, why }
      }),
    )
  const found = apply(statementRules)
  return found.some(({ severity }) => severity === 'error') ? found : [...found, ...apply(measuredRules)]
}

async function readStatement({ sql, line }: LintStatement, file: string): Promise<ParsedSql | Finding> {
  try {
    // As long as what it stands for, so that places stay right.
    return await parseSql(withCondition(sql, '(true)'))
  } catch (error) {
    const { message, sqlDetails } = error as Error & { sqlDetails?: { cursorPosition: number } }
    return {
      rule: 'syntax-error',
      severity: 'error',
      file,
      line: line + linesBefore(sql, sqlDetails?.cursorPosition ?? 0),
      message: `PostgreSQL 18 cannot read this: ${message}. Correct it.`,
      why: 'What cannot be read cannot run.',
    }
  }
}

/** Between the statement before and this one's end. */
function isAbove(line: number, { sql, line: first }: LintStatement, before: LintStatement | undefined): boolean {
  const last = first + sql.trimEnd().split('\n').length - 1
  const lastOfBefore = before ? before.line + before.sql.trimEnd().split('\n').length - 1 : 0
  return line <= last && line > lastOfBefore
}

function isIgnored(rule: string, ignores: readonly Ignore[], used: Set<string>): boolean {
  const hit = ignores.find(({ rules }) => rules.length === 0 || rules.includes(rule))
  if (hit) used.add(`${hit.line} ${hit.rules.length === 0 ? '' : rule}`)
  return hit !== undefined
}

function unused(ignores: readonly Ignore[], used: ReadonlySet<string>, file: string): Finding[] {
  return ignores.flatMap(({ rules, line }) =>
    (rules.length === 0 ? [''] : rules)
      .filter((rule) => !used.has(`${line} ${rule}`))
      .map((rule): Finding => {
        const what = ruleNames.has(rule) ? `${rule} finds nothing here.` : `There is no rule ${rule}.`
        const message = `${rule === '' ? 'No rule finds anything here.' : what} Take the comment out.`
        const why = 'A comment that silences nothing hides what comes later.'
        return { rule: 'unused-ignore', severity: 'warning', file, line, message, why }
      }),
  )
}
