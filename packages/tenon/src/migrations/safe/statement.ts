import type { PlannedStatement } from '../planned-revision.ts'

/** `alone`: not in a transaction with others, be it that it cannot or that its locks or its time would stop them. */
export interface SafeStatement extends PlannedStatement {
  readonly alone: boolean
}

interface Details {
  readonly note?: string
  readonly batch?: NonNullable<PlannedStatement['batch']>
  readonly alone?: boolean
}

/** With which the old version of the service works on. */
export function expand(sql: string, details: Details = {}): SafeStatement {
  return { sql, phase: 'expand', alone: false, ...details }
}

/** Which must wait until nothing of the old version runs. */
export function contract(sql: string, details: Details = {}): SafeStatement {
  return { sql, phase: 'contract', alone: false, ...details }
}

/** `do $tenon$ … $tenon$`: several statements as one, kept whole or not at all. */
export function doBlock(lines: readonly string[], declarations: readonly string[] = []): string {
  const declare = declarations.length > 0 ? ['declare', ...declarations.map((line) => `  ${line};`)] : []
  return ['do $tenon$', ...declare, 'begin', ...lines.map((line) => `  ${line};`), 'end $tenon$'].join('\n')
}
