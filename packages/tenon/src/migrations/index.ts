export { isPooledHost, toDirectHost } from '../database/pooled-host.ts'
export { RevisionGraph } from './graph.ts'
export type { AppliedRevision } from './journal.ts'
export { loadRevisions } from './load-revisions.ts'
export { findLosses } from './losses.ts'
export { assertCommuting, headsToMerge, type MergeOptions, type ReadCatalog } from './merge.ts'
export type { Progress } from './progress.ts'
export type { BatchProgress, Blocker, Direction, MigrationEvent, Report, Step } from './report.ts'
export type { Revision, Section } from './revision.ts'
export { downgrade, previewDowngrade, previewUpgrade, type RunOptions, upgrade } from './run.ts'
export type { RunSettings } from './runner/context.ts'
export { RevisionError } from './runner/errors.ts'
export { downgradeScript, upgradeScript } from './sql-script.ts'
export { previewStamp, type StampPlan, stamp } from './stamp.ts'
export { type Batch, type SqlStatement, splitStatements } from './statements.ts'
export {
  branches,
  type CurrentState,
  current,
  type HistoryEntry,
  heads,
  history,
  pending,
  type Standing,
  standing,
} from './status.ts'
export { findRevision, resolveTarget } from './target.ts'
export {
  initMigrations,
  type NewRevision,
  type RevisionText,
  writeEmptyRevision,
  writeMerge,
  writeRevisionFile,
} from './write.ts'
