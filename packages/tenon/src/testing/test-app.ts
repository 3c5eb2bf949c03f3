import { Database } from '../database/database.ts'
import type { Driver } from '../database/driver.ts'
import { type App, overridden } from '../http/app.ts'
import { type Dependency, type Replacement, replace } from '../http/dependency.ts'
import { prepare } from '../http/server.ts'
import { TestClient } from './client.ts'
import { openSandbox } from './sandbox.ts'

export interface TestAppOptions {
  /** Dependencies that stand in the place of others: `replace(currentUser, () => ada)`. */
  readonly override?: readonly Replacement[]
  /** The application's database dependency, and an open driver: everything runs in a transaction that is rolled back at the end. */
  readonly database?: { readonly dependency: Dependency<Database>; readonly driver: Driver }
}

/** A client of an application that listens to no port; `await using` ends it. */
export async function testApp(createApp: () => App, options: TestAppOptions = {}): Promise<TestClient> {
  const sandbox = options.database && (await openSandbox(options.database.driver))
  const replaced =
    sandbox && options.database ? [replace(options.database.dependency, () => new Database(sandbox))] : []
  const app = overridden(createApp(), [...replaced, ...(options.override ?? [])], {
    log: { level: 'silent', format: 'json' },
  })
  const ready = await prepare(app)
  return new TestClient(ready, async () => {
    await ready.fastify.close()
    await ready.container.close()
    await sandbox?.close()
  })
}
