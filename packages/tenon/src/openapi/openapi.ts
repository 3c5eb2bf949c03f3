import type { Asset, Extension } from '../http/asset.ts'
import type { Route } from '../http/route.ts'
import { securitySchemesOf } from './dependencies.ts'
import { type DocumentOptions, toDocument } from './document.ts'
import { redocPage } from './redoc-page.ts'
import { swaggerPage } from './swagger-page.ts'

export interface OpenApiOptions extends DocumentOptions {
  /** Where the document is; `/openapi.json` unless given. */
  readonly path?: string
  /** Where Swagger UI is; `/docs` unless given. */
  readonly docs?: string
  /** Where Redoc is; `/redoc` unless given. */
  readonly redoc?: string
}

/** Adds the application's OpenAPI document and its two documentation pages, which load nothing from elsewhere. */
export function openapi(options: OpenApiOptions): Extension {
  const { path = '/openapi.json', docs = '/docs', redoc = '/redoc', title } = options
  const origins = (options.servers ?? []).flatMap(({ url }) => (URL.canParse(url) ? [new URL(url).origin] : []))
  return (routes) => [
    documentAsset(path, routes, options),
    ...swaggerPage({ path: docs, title: `${title} – API`, document: path, origins, hasOwnLogin: hasOwnLogin(routes) }),
    ...redocPage({ path: redoc, title: `${title} – API reference`, document: path }),
  ]
}

function documentAsset(path: string, routes: readonly Route[], options: DocumentOptions): Asset {
  return {
    path,
    contentType: 'application/json; charset=utf-8',
    headers: { 'Cache-Control': 'no-cache' },
    body: () => JSON.stringify(toDocument(routes, options)),
  }
}

/** Whether every token is fetched from a path of this server. */
function hasOwnLogin(routes: readonly Route[]): boolean {
  const definitions = routes.flatMap((route) =>
    securitySchemesOf(route).map(({ definition }) => JSON.stringify(definition)),
  )
  return definitions.every((text) => !/"(?:tokenUrl|authorizationUrl)":"(?!\/)/.test(text))
}
