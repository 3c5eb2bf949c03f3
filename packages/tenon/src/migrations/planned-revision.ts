export interface PlannedRevision {
  readonly up: PlannedSection
  readonly down: PlannedSection
}

export interface PlannedSection {
  readonly transaction: boolean
  readonly statements: readonly PlannedStatement[]
}

export interface PlannedStatement {
  readonly sql: string
  /** `expand`: the old version of the service works on with it. `contract`: only when nothing old runs any more. */
  readonly phase: 'expand' | 'contract'
  /** Runs over the table in batches by its key; `:batch` in the SQL stands for the condition. Names are SQL. */
  readonly batch?: { readonly table: string; readonly key: readonly string[]; readonly rows: number }
  /** For the reader of the file: one line. */
  readonly note?: string
}
