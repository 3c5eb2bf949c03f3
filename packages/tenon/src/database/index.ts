export type { Query } from '../core/query.ts'
export type { Order, Where } from '../model/infer.ts'
export { createTableStatements } from '../sql/ddl.ts'
export { anyOf } from '../sql/where.ts'
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
export { makeFolder } from './pglite/folder.ts'
export { openPglite } from './pglite/open-pglite.ts'
export { openPostgres } from './postgres/open-postgres.ts'
