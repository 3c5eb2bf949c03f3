import type { Connection } from '../database/driver.ts'
import { openPglite } from '../database/pglite/open-pglite.ts'

/** A scratch PostgreSQL in memory. Its one connection is open as long as it is. */
export interface Engine extends AsyncDisposable {
  readonly connection: Connection
  close(): Promise<void>
}

/** Opens one: 0.4 s, the first time on a machine a few seconds more (PGlite 0.5.16, two cores). */
export async function openEngine(): Promise<Engine> {
  const driver = await openPglite({ template: true })
  const opened = Promise.withResolvers<Connection>()
  const closing = Promise.withResolvers<void>()
  const session = driver.session(async (connection) => {
    opened.resolve(connection)
    await closing.promise
  })
  session.catch(opened.reject)
  const connection = await opened.promise
  const close = async () => {
    closing.resolve()
    await session
    await driver.close()
  }
  return { connection, close, [Symbol.asyncDispose]: close }
}
