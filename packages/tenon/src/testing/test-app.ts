import { type App, overridden } from '../http/app.ts'
import type { Replacement } from '../http/dependency.ts'
import { prepare } from '../http/server.ts'
import { TestClient } from './client.ts'

export interface TestAppOptions {
  /** What stands in the place of dependencies: `replace(currentUser, () => ada)`, `sandboxed(driver, opened)`. */
  readonly override?: readonly Replacement[]
}

/** A client of an application that listens to no port; `await using` ends it. */
export async function testApp(createApp: () => App, { override = [] }: TestAppOptions = {}): Promise<TestClient> {
  const ready = await prepare(overridden(createApp(), override, { log: { level: 'silent', format: 'json' } }))
  return new TestClient(ready, async () => {
    await ready.fastify.close()
    await ready.container.close()
  })
}
