import type { Asset } from '../http/asset.ts'
import { toPage } from './page.ts'

export interface RedocPageOptions {
  readonly path: string
  readonly title: string
  /** The path of the OpenAPI document. */
  readonly document: string
}

/** Redoc: the whole API as a text to read. */
export function redocPage({ path, title, document }: RedocPageOptions): Asset[] {
  return toPage({
    path,
    title,
    library: 'redoc',
    scripts: ['redoc.standalone.js'],
    styles: [],
    start: start(document),
    style,
    policy: {
      'script-src': "'self'",
      // Its styles are made in the browser, and its search runs in a worker that it makes from a text.
      'style-src': "'self' 'unsafe-inline'",
      'worker-src': 'blob:',
      'img-src': "'self' data:",
      'connect-src': "'self'",
    },
  })
}

const fonts = {
  text: 'system-ui, -apple-system, "Segoe UI", Roboto, Helvetica, Arial, sans-serif',
  code: 'ui-monospace, SFMono-Regular, Menlo, Consolas, monospace',
}

/** https://redocly.com/docs/redoc/config */
function start(document: string): string {
  const options = {
    expandResponses: '200,201',
    jsonSamplesExpandLevel: 4,
    theme: {
      spacing: { sectionVertical: 24 },
      typography: {
        fontFamily: fonts.text,
        headings: { fontFamily: fonts.text },
        code: { fontFamily: fonts.code },
      },
    },
  }
  return `Redoc.init(${JSON.stringify(document)}, ${JSON.stringify(options, null, 2)}, document.getElementById('page'))
`
}

const style = `body { margin: 0 }
`
