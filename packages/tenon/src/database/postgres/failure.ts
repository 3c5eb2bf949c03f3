import type { TenonError } from '../../core/errors.ts'
import { DatabaseUnavailable, isConnectionFailure, toDatabaseError } from '../errors.ts'

interface Failure {
  readonly message: string
  readonly code?: string
}

// What pg 8.23 throws without a code when a socket has gone.
const lost = /^(Connection terminated|Client has encountered a connection error|Client was closed)/

/** True where the error means that its connection is of no more use. */
export function isLost(error: unknown): boolean {
  const { code, message } = error as Failure
  return (isConnectionFailure(code) && code !== '53300') || lost.test(message)
}

const repeatable = new WeakSet<object>()

/** The server has certainly not read the statement that ended in this error. */
export function markRepeatable(error: Error): void {
  repeatable.add(error)
}

/** True where the statement may be repeated on another connection. */
export function isRepeatable(error: unknown): boolean {
  return repeatable.has(error as object)
}

/** True where the statement was refused before a byte of it was written. */
export function isUnsent(error: unknown): boolean {
  return /not queryable$/.test((error as Failure).message)
}

/** True where the server ended the session: if it answered nothing before, it did not read the statement. */
export function isShutdown(error: unknown): boolean {
  return (error as Failure).code === '57P01'
}

/** True while a server starts, stops or wakes up; a new attempt may succeed. */
export function isPassing(error: unknown): boolean {
  const { code, message } = error as Failure
  return (
    code === '57P03' || code === 'ECONNREFUSED' || code === 'ECONNRESET' || message.includes('terminated unexpectedly')
  )
}

/** An error of a statement. */
export function statementError(error: unknown): TenonError {
  const { code, message } = error as Failure
  if (code === undefined && lost.test(message)) {
    return new DatabaseUnavailable(`Cannot reach the database: ${sentence(message)}.`, { cause: error })
  }
  return toDatabaseError(error)
}

/** The server has kept silent for longer than it may work at a statement. */
export function noAnswerError(milliseconds: number): DatabaseUnavailable {
  return new DatabaseUnavailable(
    `Cannot wait for the database any longer: it gave no answer for ${milliseconds / 1000} s, and whether the statement ` +
      'was run is not known. Look at the network, and before repeating a write.',
  )
}

/** True where a pooler refuses a start-up parameter that PostgreSQL takes. */
export function isPoolerRefusal(error: unknown): boolean {
  return (error as Failure).message.includes('unsupported startup parameter')
}

/** An error of connecting: whatever it is, no statement can run. */
export function connectError(error: unknown, place: string): DatabaseUnavailable {
  const { code, message } = error as Failure
  const reason = message.split('\n')[0] || code || 'no reason given'
  return new DatabaseUnavailable(`Cannot connect to ${place}: ${sentence(reason)}.`, { cause: error })
}

function sentence(message: string): string {
  return message.replace(/\.$/, '')
}
