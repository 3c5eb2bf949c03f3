export type { Query } from '../core/query.ts'
export { avg, count, countDistinct, max, min, sum } from '../sql/aggregates.ts'
export { createTableStatements } from '../sql/ddl.ts'
export { type SqlExpression, type SqlValue, sql } from '../sql/expression.ts'
export type { Order, Where } from '../sql/infer.ts'
export { allOf, anyOf, not } from '../sql/where.ts'
export {
  Database,
  type DatabaseOptions,
  type Statements,
  type Transaction,
  type TransactionOptions,
} from './database.ts'
export type { Connection, CopySource, Driver, Outcome, PoolMetrics, Statement, Subscription } from './driver.ts'
export {
  CommitUnknown,
  ConstraintError,
  DatabaseError,
  DatabaseUnavailable,
  StatementCancelled,
  StatementTimeout,
  TooManyRows,
} from './errors.ts'
export type { ExplainOptions } from './explain.ts'
export { type CursorPage, type CursorRequest, InvalidCursor } from './page.ts'
export { makeFolder } from './pglite/folder.ts'
export { openPglite } from './pglite/open-pglite.ts'
export { openPostgres } from './postgres/open-postgres.ts'
export type { DatabaseQuery } from './query.ts'
