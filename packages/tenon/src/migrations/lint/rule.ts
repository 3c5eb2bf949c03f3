import type { Node, RangeVar, ScanToken } from 'libpg-query'
import type { StatementTrace } from '../trace.ts'

/** `error`: it stops or breaks the service, or loses data. `warning`: it may be meant so. */
export type Severity = 'error' | 'warning'

/** A statement as a rule sees it. */
export interface Subject {
  readonly node: Node
  /** Its words, for what the tree does not tell. */
  readonly tokens: readonly ScanToken[]
  /** What it did on the embedded engine; undefined where it was not run. */
  readonly trace: StatementTrace | undefined
  /** True where its section is one transaction. */
  readonly transaction: boolean
  /** True where the runner goes over the table in batches. */
  readonly batched: boolean
  /** The statements before it in its section. */
  readonly earlier: readonly Node[]
  /** Tables, and indexes, that its own section made before it: nobody uses them yet. */
  isNewTable(relation: RangeVar | undefined): boolean
  isNewIndex(name: string): boolean
  /** Whether the trace saw the table rewritten, or a whole pass over it; undefined where there is no trace. */
  rewrites(relation: RangeVar | undefined): boolean | undefined
  scans(relation: RangeVar | undefined): boolean | undefined
}

/** What is wrong with a statement: what is so, and what to do. Both are sentences. */
export interface Problem {
  readonly what: string
  readonly cure: string
  /** Where in the statement, in bytes. */
  readonly at?: number | undefined
  /** Unless that of the rule. */
  readonly severity?: Severity
}

export interface Rule {
  /** Squawk's name where Squawk has the rule. */
  readonly name: string
  readonly severity: Severity
  /** What goes wrong, in one sentence. */
  readonly why: string
  check(subject: Subject): readonly Problem[]
}
