import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { UsageError } from '../core/errors.ts'
import type { App } from './app.ts'
import type { Dependency } from './dependency.ts'
import { prepare, type Ready } from './server.ts'

export interface ListenOptions {
  readonly host: string
  /** 0 takes a free port. */
  readonly port: number
}

export interface RunningServer {
  /** `http://127.0.0.1:8000` */
  readonly url: string
  /** The value of a dependency whose scope is the application. */
  value<T>(dependency: Dependency<T>): Promise<T>
  /** Stops accepting, lets running handlers end (up to `stopTimeout`), closes connections, cleans up dependencies. */
  close(): Promise<void>
}

/** Starts an application. Throws UsageError where the port is taken or the host is not of this machine. */
export async function serve(app: App, { host, port }: ListenOptions): Promise<RunningServer> {
  const ready = await prepare(app)
  const open = new Set<IncomingMessage>()
  function closed(this: ServerResponse) {
    open.delete(this.req)
  }
  ready.fastify.server.on('request', (request, response) => {
    open.add(request)
    response.on('close', closed)
  })
  try {
    await ready.fastify.listen({ host, port })
  } catch (error) {
    await ready.container.close()
    throw cannotListen(error as NodeJS.ErrnoException, host, port)
  }
  const address = ready.fastify.server.address()
  const actual = typeof address === 'object' && address !== null ? address.port : port
  let closing: Promise<void> | undefined
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${actual}`
  ready.log.info({}, `Server listening at ${url}`)
  return {
    url,
    value: <T>(dependency: Dependency<T>) => ready.container.get(dependency) as Promise<T>,
    close: () => {
      closing ??= stop(ready, open)
      return closing
    },
  }
}

/**
 * Node keeps a connection open for `keepAliveTimeout` after its last answer, so idle ones are swept until none is left.
 * A request that has not arrived whole has no handler running, and is not waited for.
 */
async function stop({ fastify, container, options }: Ready, open: ReadonlySet<IncomingMessage>): Promise<void> {
  const { server } = fastify
  const closed = fastify.close()
  const deadline = performance.now() + options.stopTimeout
  while ([...open].some((request) => request.complete) && performance.now() < deadline) {
    server.closeIdleConnections()
    await delay(10)
  }
  server.closeAllConnections()
  await closed
  await container.close()
}

function cannotListen(error: NodeJS.ErrnoException, host: string, port: number): Error {
  if (error.code === 'EADDRINUSE')
    return new UsageError(`Cannot listen on ${host}:${port}: the port is taken. Set PORT to another one.`)
  if (error.code === 'EACCES')
    return new UsageError(
      `Cannot listen on ${host}:${port}: this user may not use the port. Set PORT to one from 1024 on.`,
    )
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND') {
    return new UsageError(
      `Cannot listen on ${host}:${port}: this machine has no such address. Set HOST to 127.0.0.1 or 0.0.0.0.`,
    )
  }
  return error
}
