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
  return (routes) => {
    const logins = tokenUrls(routes)
    const origins = originsOf([...(options.servers ?? []).map(({ url }) => url), ...logins])
    const hasOwnLogin = originsOf(logins).length === 0
    return [
      documentAsset(path, routes, options),
      ...swaggerPage({ path: docs, title: `${title} – API`, document: path, origins, hasOwnLogin }),
      ...redocPage({ path: redoc, title: `${title} – API reference`, document: path }),
    ]
  }
}

function documentAsset(path: string, routes: readonly Route[], options: DocumentOptions): Asset {
  return {
    path,
    contentType: 'application/json; charset=utf-8',
    headers: { 'Cache-Control': 'no-cache' },
    body: () => JSON.stringify(toDocument(routes, options)),
  }
}

/** Where tokens are fetched, by any flow of any security scheme. */
function tokenUrls(routes: readonly Route[]): string[] {
  const definitions = JSON.stringify(routes.flatMap(securitySchemesOf).map(({ definition }) => definition))
  return [...definitions.matchAll(/"(?:tokenUrl|refreshUrl)":"([^"]*)"/g)].map(([, url]) => url ?? '')
}

/** The origins of the URLs that name one; a path is on this server. */
function originsOf(urls: readonly string[]): string[] {
  return [...new Set(urls.flatMap((url) => (URL.canParse(url) ? [new URL(url).origin] : [])))]
}
