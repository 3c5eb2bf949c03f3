import { DatabaseError } from '../database/errors.ts'

/** Undefined where the work succeeds, or what the server has against it. Throws what is not the server's. */
export async function refusalOf(work: () => Promise<unknown>): Promise<DatabaseError | undefined> {
  try {
    await work()
    return undefined
  } catch (error) {
    if (error instanceof DatabaseError) return error
    throw error
  }
}

/** The server's own words, without a full stop. */
export function wordsOf(error: DatabaseError): string {
  return ((error.cause as Error | undefined)?.message ?? error.message).replace(/\.$/, '')
}

/** Refused for what is in the rows, and not for what the statement is: SQLSTATE classes 22 and 23. */
export function isAboutRows({ report }: DatabaseError): boolean {
  return /^2[23]/.test(report.state ?? '')
}
