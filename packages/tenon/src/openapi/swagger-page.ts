import type { Asset } from '../http/asset.ts'
import { toPage } from './page.ts'

export interface SwaggerPageOptions {
  readonly path: string
  readonly title: string
  /** The path of the OpenAPI document. */
  readonly document: string
  /** The origins that "Execute" may call, beside this server's. */
  readonly origins: readonly string[]
  /** True where "Authorize" signs in by a login of this server, which knows users and no OAuth2 clients. */
  readonly hasOwnLogin: boolean
}

/** Swagger UI: the operations as forms, to be tried out. */
export function swaggerPage({ path, title, document, origins, hasOwnLogin }: SwaggerPageOptions): Asset[] {
  return toPage({
    path,
    title,
    library: 'swagger-ui',
    scripts: ['swagger-ui-bundle.js'],
    styles: ['swagger-ui.css'],
    start: start(document),
    style: hasOwnLogin ? style + withoutClients : style,
    policy: {
      'script-src': "'self'",
      'style-src': "'self'",
      'img-src': "'self' data:",
      'connect-src': ["'self'", ...origins].join(' '),
    },
  })
}

/** https://swagger.io/docs/open-source-tools/swagger-ui/usage/configuration/ */
function start(document: string): string {
  const options = {
    url: document,
    dom_id: '#page',
    deepLinking: true,
    displayRequestDuration: true,
    docExpansion: 'list',
    persistAuthorization: true,
    tryItOutEnabled: true,
    // Its default asks a service on the internet whether the document is valid.
    validatorUrl: null,
  }
  return `if (matchMedia('(prefers-color-scheme: dark)').matches) document.documentElement.classList.add('dark-mode')
SwaggerUIBundle({ ...${JSON.stringify(options, null, 2)}, plugins: [${withoutCookies}] })
`
}

/** A Swagger UI plugin: "Authorize" does not ask for cookies, which a browser sends by itself and no page can set. */
const withoutCookies = `() => ({
  statePlugins: {
    auth: {
      wrapSelectors: {
        definitionsToAuthorize: (original) => (...given) =>
          original(...given)?.filter((definition) => !definition.some((scheme) => scheme.get('in') === 'cookie')),
      },
      wrapActions: {
        showDefinitions: (original) => (definitions) => (definitions?.size === 0 ? null : original(definitions)),
      },
    },
  },
})`

const style = `body { margin: 0 }
.swagger-ui .wrapper { max-width: 1200px }
.swagger-ui .information-container .info { margin: 32px 0 16px }
.swagger-ui .scheme-container { margin-bottom: 16px; padding: 0 0 16px; box-shadow: none }
/* No answer of these documents has links: the empty column costs a telephone a third of its width. */
.swagger-ui .response-col_links { display: none }
/* Its dark mode leaves these as dark as the ground. */
html.dark-mode .swagger-ui .headers td { color: inherit }
`

const withoutClients = `.swagger-ui .auth-container .scope-def,
.swagger-ui .auth-container .wrapper:has(> label:is([for='password_type'], [for='client_id_password'], [for='client_secret_password'])) {
  display: none
}
`
