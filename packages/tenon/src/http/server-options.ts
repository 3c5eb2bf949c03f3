import type { ServerOptions } from './app.ts'

export type FullServerOptions = Required<ServerOptions>

export const serverDefaults = {
  log: { level: 'info', format: 'json' },
  corsOrigins: [],
  trustedProxies: [],
  bodyLimit: 1024 * 1024,
  requestTimeout: 15_000,
  keepAliveTimeout: 72_000,
  stopTimeout: 10_000,
} satisfies FullServerOptions
