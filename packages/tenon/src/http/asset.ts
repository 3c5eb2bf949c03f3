import type { Route } from './route.ts'

/** A file or page that the server answers as it stands, outside the API: a documentation page, its script. */
export interface Asset {
  readonly path: string
  readonly contentType: string
  /** Set over the security headers that every answer has. */
  readonly headers?: Readonly<Record<string, string>>
  /** Called once, at the first request. */
  readonly body: () => string | Uint8Array
}

/** Adds assets to an application; given all its routes when the application starts. */
export type Extension = (routes: readonly Route[]) => readonly Asset[]
